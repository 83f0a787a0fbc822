"""A new edition of criteria: what it changes, what it is checked against, and how it is written beside the others.

An edition that an audit answers is never changed under it, and only what came from a workbook is ever replaced: such a
folder holds the file `MARKER`. Writing is all or nothing.
"""

from __future__ import annotations

import datetime as dt
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal

import yaml

from audit.criteria.authoring import (
    AREAS,
    BANDS,
    FOR_FAULTY,
    FRAMEWORK,
    LEVELS,
    MARKS,
    PHASE_SHEET,
    QUESTIONS,
    ROLES,
    STATEMENTS,
    Draft,
    TypedBook,
    TypedRow,
    draft_of,
    prefix_of,
)
from audit.criteria.crosswalk import CROSSWALKS
from audit.criteria.file import YamlFile
from audit.criteria.load import CRITERIA, folders_in, load
from audit.english import first_and_more, listed, plural
from audit.model import Criteria, Framework, Source, Statement
from audit.problems import Problem, UnusableFile, errors

MARKER = "FROM-A-WORKBOOK.md"
"""The file in each folder that was written from a workbook. A folder without it is never replaced."""
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_LONGEST_NAME = 40
_ANY_NAME = "an-edition-without-a-name"
"""Stands for a name that cannot be one, so that the faults of the workbook are told all the same."""
_HEAD_FILE = "framework.yaml"
_Place = tuple[str, tuple[str | int, ...]]
"""A part of a file: its name, and the keys that lead there."""
_SHEET_OF = {
    "phases": PHASE_SHEET,
    "roles": ROLES,
    "practice_levels": LEVELS,
    "bands": BANDS,
    "marks": MARKS,
    "areas": AREAS,
}
_COLUMN_OF = {"source": "ordinal", "today": "today_what", "superseded": "since"}
_COLUMN_OF_TODAY = {key: f"today_{key}" for key in ("what", "reference", "status", "checked", "how_sure")}
"""The sheet or column that says a key of the files, where it has another name."""
Kind = Literal["new", "reworded", "meaning changed", "retired", "unchanged"]
TITLES: Mapping[Kind, str] = {
    "new": "New",
    "reworded": "Reworded: the meaning stays",
    "meaning changed": "Meaning changed: schools are asked again",
    "retired": "Retired: not asked any more",
    "unchanged": "Unchanged",
}
"""The kinds of change in the order in which a preview shows them, with their headings."""
_OTHER_KEYS = {
    "recommended": "whether it is recommended",
    "mark": "mark",
    "phases": "phases",
    "asked_of": "role asked",
    "protects": "whom it protects",
    "evidence": "what would show it",
    "improve": "how to close the gap",
    "governors_ask": "what governors can ask",
    "rests_on": "what it rests on",
    "source": "source",
    "how_sure": "how sure the source is",
    "checked": "date checked",
    "today": "what has changed since",
    "superseded": "whether it is still asked",
}


@dataclass(frozen=True, kw_only=True)
class Change:
    """What becomes of one statement.

    Attributes:
        kind: what becomes of it.
        old: the statement of the origin; None if it is new.
        new: the statement of the edition; None if it is retired.
        also: what else about it changes, in words.
    """

    kind: Kind
    old: Statement | None
    new: Statement | None
    also: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Edition:
    """A new edition that may be written.

    Attributes:
        framework: the edition.
        origin: what it was exported from.
        files: the text of each file, by name.
        changes: what becomes of each statement, in the order of the edition; the retired ones last.
        notes: what its author should know.
    """

    framework: Framework
    origin: Framework
    files: Mapping[str, str]
    changes: tuple[Change, ...]
    notes: tuple[Problem, ...]

    def of(self, kind: Kind) -> tuple[Change, ...]:
        """The changes of one kind."""
        return tuple(change for change in self.changes if change.kind == kind)


def name_problem(name: str, criteria: Criteria) -> Problem | None:
    """Why a folder cannot have this name; None if it can."""
    if not _NAME.fullmatch(name) or len(name) > _LONGEST_NAME or name == CROSSWALKS:
        what = "The name of the folder becomes the id of the criteria, and this cannot be one."
        fix = f"Use small letters, digits and hyphens, beginning with a letter, up to {_LONGEST_NAME}: mine-2027."
        return Problem(where=name or "The name of the folder", what=what, fix=fix)
    for framework in criteria.frameworks:
        taken = {statement.id.partition("-")[0] for statement in framework.statements}
        if framework.id != name and prefix_of(name) in taken:
            what = f'The ids of its statements would begin as those of "{framework.id}": {prefix_of(name)}-.'
            return Problem(where=name, what=what, fix=f"Choose another name, such as {next_name(name)}.")
    return None


def next_name(name: str) -> str:
    """A name for the edition after one: ``mine-2028`` after ``mine-2027``."""
    match = re.fullmatch(r"(.*-)([0-9]{4})", name)
    return f"{match[1]}{int(match[2]) + 1}" if match else f"{name}-2"


def edition_of(book: TypedBook, name: str, criteria: Criteria, *, root: Path = CRITERIA) -> Edition:
    """The edition that a workbook describes, checked as loading checks it, beside all other criteria.

    Args:
        book: the rows of the workbook.
        name: the name of its folder.
        criteria: the criteria that are loaded from ``root``.
        root: the folder of the criteria beside which it shall stand.

    Raises:
        UnusableFile: it has a fault; the exception carries every fault and note, by cell.
    """
    unfit = name_problem(name, criteria)
    draft = draft_of(book, name if unfit is None else _ANY_NAME, criteria)
    contents, cells = _filed(draft)
    files = {file: _as_yaml(data) for file, data in contents.items()}
    framework, faults = _loaded(draft, files, cells, root)
    told = {problem.where for problem in errors(draft.problems)}
    problems = (
        *([unfit] if unfit else ()),
        *draft.problems,
        *(fault for fault in faults if fault.where not in told and f'"{FOR_FAULTY}"' not in fault.what),
    )
    if framework is None or errors(problems):
        raise UnusableFile(sorted(problems, key=lambda problem: problem.severity != "error"))
    return Edition(
        framework=framework,
        origin=draft.origin,
        files=files,
        changes=tuple(_changes(draft, framework)),
        notes=problems,
    )


class _Dumper(yaml.SafeDumper):
    """Writes text so that it is read as it was, also where it holds line ends that YAML would take for others."""


def _text_node(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = '"' if set(text) & set("\t\n\x85\u2028\u2029\ufeff") else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style)


_Dumper.add_representer(str, _text_node)


def _as_yaml(data: Mapping[str, Any]) -> str:
    text: str = yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120)
    return text


def _filed(draft: Draft) -> tuple[dict[str, dict[str, Any]], dict[_Place, str]]:
    """The data of each file of a framework, and the cell of each part of it."""
    head = {**draft.head, "areas": []}
    files: dict[str, dict[str, Any]] = {_HEAD_FILE: head}
    cells: dict[_Place, str] = {
        (_HEAD_FILE, (key,)): f"{draft.file}, sheet {title}" for key, title in _SHEET_OF.items()
    }
    for number, area in enumerate(draft.areas):
        row, data = area.part
        slug = "-".join(re.findall(r"[a-z0-9]+", data["title"].casefold()))[:30].strip("-")
        file = f"{number + 1:02}-{slug or 'area'}.yaml"
        cells[_HEAD_FILE, ("areas", number)] = row.where("id")
        head["areas"].append({**data, "file": file})
        questions = []
        for place, ((question_row, question), statements) in enumerate(area.questions):
            path: tuple[str | int, ...] = ("questions", place)
            cells[file, path] = question_row.where("id")
            for count, (statement_row, statement) in enumerate(statements):
                _note_cells(cells, (file, (*path, "statements", count)), statement_row, statement)
            questions.append({**question, "statements": [statement for _, statement in statements]})
        files[file] = {"area": data["id"], "questions": questions}
    return files, cells


def _note_cells(cells: dict[_Place, str], place: _Place, row: TypedRow, data: Mapping[str, Any]) -> None:
    """Notes the cell of each part of a statement."""
    file, path = place
    cells[place] = row.where("id")
    cells |= {(file, (*path, key)): row.where(_COLUMN_OF.get(key, key)) for key in data}
    cells |= {(file, (*path, "today", key)): row.where(_COLUMN_OF_TODAY.get(key, key)) for key in data.get("today", ())}
    cells |= {(file, (*path, "superseded", key)): row.where(key) for key in ("since", "because", "by")}


def _loaded(
    draft: Draft, files: Mapping[str, str], cells: Mapping[_Place, str], root: Path
) -> tuple[Framework | None, list[Problem]]:
    """The framework as loading reads it beside the others, and every fault with its cell."""
    with tempfile.TemporaryDirectory() as temporary:
        beside = Path(temporary)
        for folder in folders_in(root):
            if folder.name != draft.name:
                shutil.copytree(folder, beside / folder.name)
        _write(beside / draft.name, files)
        try:
            criteria = load(beside)
        except UnusableFile as error:
            return None, list(_by_cell(error.problems, draft, cells, beside))
    return next(framework for framework in criteria.frameworks if framework.id == draft.name), []


def _write(folder: Path, files: Mapping[str, str]) -> None:
    folder.mkdir(parents=True)
    for file, text in files.items():
        (folder / file).write_text(text, encoding="utf-8")


def _by_cell(problems: Iterable[Problem], draft: Draft, cells: Mapping[_Place, str], root: Path) -> Iterator[Problem]:
    """Faults of loading with the cell instead of the line, and with the ids that the workbook has."""
    read = {file: YamlFile(root / draft.name / file, root) for file in {file for file, _ in cells}}
    places = {read[file].where(*path): cell for (file, path), cell in cells.items()}
    ids = {new: old for old, new in draft.ids.items()}

    def in_the_workbook(text: str) -> str:
        return re.sub(r'"([^"]+)"', lambda named: f'"{ids.get(named[1], named[1])}"', text)

    for problem in problems:
        where, what, fix = problem.where, in_the_workbook(problem.what), in_the_workbook(problem.fix)
        if where in places:
            where = places[where]
        elif where.startswith(f"{draft.name}/"):
            title = FRAMEWORK if _HEAD_FILE in where else STATEMENTS if "key statements" in where else QUESTIONS
            where = f"{draft.file}, sheet {title}"
        yield Problem(where=where, what=what, fix=fix)


def _changes(draft: Draft, framework: Framework) -> Iterator[Change]:
    """What becomes of each statement."""
    names = {new: old for old, new in draft.ids.items()}
    before = {statement.id: statement for statement in draft.origin.statements}
    for new in framework.statements:
        old = before.pop(names[new.id], None)
        if old is None:
            yield Change(kind="new", old=None, new=new)
            continue
        kind: Kind = "unchanged"
        if new.revision != old.revision:
            kind = "meaning changed"
        elif new.statement != old.statement:
            kind = "reworded"
        yield Change(kind=kind, old=old, new=new, also=tuple(_also(old, new, draft.ids)))
    for old in before.values():
        yield Change(kind="retired", old=old, new=None)


def _also(old: Statement, new: Statement, ids: Mapping[str, str]) -> Iterator[str]:
    """What changes about a statement besides its text, in words."""
    for each in fields(Statement):
        before, after = getattr(old, each.name), getattr(new, each.name)
        if each.name == "rests_on":
            before = tuple(ids.get(one, one) for one in before)
        elif each.name == "superseded" and before is not None and after is not None:
            before = (before.since, before.because, tuple(ids.get(one, one) for one in before.by))
            after = (after.since, after.because, after.by)
        elif each.name == "source" and isinstance(after, Source):
            continue  # it follows from whether the statement is recommended
        if each.name in _OTHER_KEYS and before != after:
            yield _OTHER_KEYS[each.name]


def preview_of(edition: Edition, in_use: Sequence[str] = (), of_origin: int = 0) -> Iterator[tuple[str, list[str]]]:
    """What an edition changes: headings with lines, for the terminal and the page.

    Args:
        edition: the edition.
        in_use: the stored audits that answer the criteria of its id, each in words.
        of_origin: how many stored audits and collections answer what it was exported from.
    """
    new, origin = edition.framework, edition.origin
    yield (
        f"{new.title}, edition {new.edition}: {plural(len(list(new.statements)), 'statement')}",
        [f"Its id is {new.id}. It was exported from {origin.id}, edition {origin.edition}."],
    )
    for kind, title in TITLES.items():
        changes = edition.of(kind)
        shown = changes if kind != "unchanged" else [change for change in changes if change.also]
        yield f"{title} ({len(changes)})", [line for change in shown for line in _lines(change)]
    same = new.id == origin.id
    lines = list(in_use) or ["None answers these criteria."]
    if of_origin and not same:
        many = plural(of_origin, "stored audit or collection", "stored audits and collections")
        lines.append(f"{many} {'keeps' if of_origin == 1 else 'keep'} to {origin.id}, which stays as it is.")
    yield f"Stored audits that this touches ({len(in_use)})", lines


def _lines(change: Change) -> Iterator[str]:
    old, new = change.old, change.new
    also = f" Also changed: {', '.join(change.also)}." if change.also else ""
    if old is None or new is None:
        statement = new or old
        assert statement is not None
        yield f"{statement.id}: {statement.statement}"
    elif old.statement == new.statement:
        yield f"{new.id}: {new.statement}{also}"
    else:
        yield f"{new.id}: was “{old.statement}”; now “{new.statement}”{also}"


def crosswalk_of(edition: Edition, on: dt.date) -> dict[str, Any]:
    """How the statements of the origin and of the edition relate, as the data of a file of crosswalks."""
    reviewed = {"role": "author of the edition", "date": on.isoformat()}
    pairs: list[dict[str, Any]] = []
    old_alone: list[dict[str, str]] = []
    new_alone: list[dict[str, str]] = []
    for change in edition.changes:
        if change.old is None or change.new is None:
            side = new_alone if change.old is None else old_alone
            because = "New in this edition." if change.old is None else "Not asked any more in the later edition."
            side.append({"id": (change.new or change.old).id, "because": because})  # type: ignore[union-attr]
            continue
        relation, strength, because = _relation(change.old, change.new, change.kind)
        pairs.append(
            {
                "from": change.old.id,
                "to": change.new.id,
                "relation": relation,
                "strength": strength,
                "because": because,
                "reviewed": dict(reviewed),
            }
        )
    return {
        "from": edition.origin.id,
        "to": edition.framework.id,
        "pairs": pairs,
        "without_counterpart": {"from": old_alone, "to": new_alone},
    }


def _relation(old: Statement, new: Statement, kind: Kind) -> tuple[str, int, str]:
    if kind == "meaning changed":
        return "intersects", 7, "The later edition asks something else of the same thing."
    if old.superseded or new.superseded:
        return "intersects", 10, "Both say the same, but law or guidance has overtaken it."
    if old.phases != new.phases:
        return "intersects", 10, "Both say the same, but they are asked of different phases."
    same = "Both ask the same, word for word." if kind == "unchanged" else "Both ask the same in other words."
    return "equal", 10, same


def _crosswalks_of(folder: Path) -> list[Path]:
    """The files of crosswalks that name the framework of a folder."""
    files = sorted((folder.parent / CROSSWALKS).glob("*.yaml"))
    return [path for path in files if folder.name in path.stem.split("--")]


def refusal_to_write(edition: Edition, folder: Path, in_use: Sequence[str], *, replaces: bool) -> Problem | None:
    """Why an edition cannot be written into a folder; None if it can.

    Args:
        edition: the edition.
        folder: where.
        in_use: the stored audits that answer the criteria of its id, each in words.
        replaces: whether an edition that is there may be replaced.
    """
    where = str(folder)
    other = next_name(folder.name) if (folder / MARKER).is_file() else f"our-{folder.name}"
    while (folder.parent / other).exists():
        other = next_name(other)
    there = folder.exists() and (not folder.is_dir() or any(folder.iterdir()))
    within = folder.parent.resolve() == CRITERIA.resolve()
    for standing in folders_in(CRITERIA):
        if standing.name != folder.name and standing.resolve() == folder.resolve():
            what = f"This leads to the folder of {standing.name}, so it is never replaced."
            return Problem(where=where, what=what, fix=f"Choose another folder, such as {standing.with_name(other)}.")
    if in_use and (there or within):
        what = f"The edition {folder.name} is in use, so it is never changed: {first_and_more(in_use, 3)}."
        return Problem(where=where, what=what, fix=f"Give the new edition another name, such as {other}.")
    if there and not (folder / MARKER).is_file():
        what = "What is there was not made from a workbook, so it is never replaced."
        return Problem(where=where, what=what, fix=f"Choose another name, such as {other}.")
    others = [path.name for path in _crosswalks_of(folder) if path.stem != f"{edition.origin.id}--{folder.name}"]
    if there and others:
        what = f"Other editions are related to it, in {listed(others)}, so it is never replaced."
        return Problem(where=where, what=what, fix=f"Choose another name, such as {other}.")
    if there and not replaces:
        what = "There is an edition of this name already. No stored audit answers it."
        return Problem(
            where=where, what=what, fix=f"Replace it with --replace, or choose another name, such as {other}."
        )
    return None


def write_edition(edition: Edition, folder: Path, *, on: dt.date) -> tuple[Path, ...]:
    """Writes an edition, and how it relates to what it was exported from: both or neither. Returns what was written.

    Where the folder of what it was exported from does not stand beside it, nothing can relate to it.

    Call `refusal_to_write` before.

    Raises:
        OSError: it cannot be written; then nothing has changed.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".", dir=folder.parent))  # hidden, so that nobody loads it
    try:
        about = f"These criteria were made from a workbook on {on.isoformat()}, from {edition.origin.id}.\n"
        _write(draft / "new", {**edition.files, MARKER: about})
        if folder.exists():
            folder.rename(draft / "old")
        try:
            (draft / "new").rename(folder)
            written = [folder]
            if edition.framework.id != edition.origin.id and (folder.parent / edition.origin.id).is_dir():
                crosswalk = folder.parent / CROSSWALKS / f"{edition.origin.id}--{edition.framework.id}.yaml"
                crosswalk.parent.mkdir(exist_ok=True)
                text = _as_yaml(crosswalk_of(edition, on))
                (draft / "crosswalk").write_text(text, encoding="utf-8")
                (draft / "crosswalk").replace(crosswalk)
                written.append(crosswalk)
        except OSError:
            if (draft / "old").exists():
                with suppress(OSError):
                    shutil.rmtree(folder)
                (draft / "old").rename(folder)
            else:
                shutil.rmtree(folder, ignore_errors=True)
            raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return tuple(written)
