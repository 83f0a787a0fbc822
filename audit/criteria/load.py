"""Reads the files in ``criteria/`` as `Criteria` and collects every fault in them.

Each folder is one framework, and the folder ``crosswalks`` says how they relate. Nothing here knows the section numbers or the wording of a framework. The links between
statements are checked once all could be read: ``rests_on`` within a framework, ``superseded`` across all of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from pydantic import ValidationError

from audit.criteria.crosswalk import CROSSWALKS, read_crosswalks
from audit.criteria.file import YamlFile, blank_texts, day_problem, fit, parse_criteria
from audit.model import (
    PHASES,
    Area,
    Band,
    Criteria,
    Crosswalk,
    Framework,
    FrameworkMark,
    Phase,
    PracticeLevel,
    Question,
    Source,
    Statement,
)
from audit.problems import Problem, UnusableFile

CRITERIA = Path(__file__).parents[2] / "criteria"
_LINKS = "rests_on"
_SUPERSEDED = "superseded"
_NO_OTHER_KEYS = {"extra": "forbid"}
_NEEDED_WHEN_RECOMMENDED = ("evidence", "improve", "governors_ask")


@dataclass(frozen=True, kw_only=True)
class _AreaEntry:
    __pydantic_config__: ClassVar = _NO_OTHER_KEYS
    id: str
    title: str
    file: str


@dataclass(frozen=True, kw_only=True)
class _FrameworkFile:
    __pydantic_config__: ClassVar = _NO_OTHER_KEYS
    id: str
    edition: str
    title: str
    source: str
    phases: dict[Phase, str]
    roles: dict[str, str]
    practice_levels: tuple[PracticeLevel, ...]
    bands: tuple[Band, ...]
    areas: tuple[_AreaEntry, ...]
    marks: tuple[FrameworkMark, ...] = ()
    coverage: str = ""
    name: str = ""
    purpose: str = ""
    usual: bool = False


@dataclass(frozen=True, kw_only=True)
class _AreaFile:
    __pydantic_config__: ClassVar = _NO_OTHER_KEYS
    area: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, kw_only=True)
class _Read:
    """What could be read of a folder: the framework, and those of its area files that fit the schema, by area."""

    framework: Framework
    files: Mapping[str, YamlFile]
    is_whole: bool


def load(root: Path = CRITERIA) -> Criteria:
    """Every framework in a folder: the usual ones first, then by name.

    Args:
        root: the folder; each folder in it is one framework, except the one with the crosswalks.

    Raises:
        UnusableFile: a file has a fault; the exception carries all faults, with file, place and remedy.
    """
    folders = folders_in(root)
    problems: list[Problem] = []
    if not folders:
        problems.append(
            Problem(
                where=str(root),
                what="There are no criteria here.",
                fix="Put each framework in a folder of its own.",
            )
        )
    seen: dict[str, str] = {}
    found = [_read_framework(folder, root, seen, problems) for folder in folders]
    read = [one for one in found if one is not None]
    frameworks = tuple(sorted((one.framework for one in read), key=lambda framework: not framework.usual))
    crosswalks: tuple[Crosswalk, ...] = ()
    if len(read) == len(folders) and all(one.is_whole for one in read):
        problems.extend(check_superseded([one.files for one in read]))
        crosswalks = read_crosswalks(root, frameworks, problems)
    if problems:
        raise UnusableFile(problems)
    return Criteria(frameworks, crosswalks)


def folders_in(root: Path) -> list[Path]:
    """The folders in a folder that are frameworks, by name; hidden ones, such as one that is being written, are none."""
    folders = sorted(path for path in root.iterdir() if path.is_dir()) if root.is_dir() else []
    return [path for path in folders if path.name != CROSSWALKS and not path.name.startswith(".")]


def _read_framework(folder: Path, root: Path, seen: dict[str, str], problems: list[Problem]) -> _Read | None:
    """What could be read of one folder; None if its ``framework.yaml`` could not."""
    head = _open(folder / "framework.yaml", root, problems, folder.name)
    framework = None if head is None else parse_criteria(_FrameworkFile, head, problems)
    if head is None or framework is None:
        for path in sorted(folder.glob("*.yaml")):  # so that the faults of its areas are reported too
            if path.name != "framework.yaml" and (file := _open(path, root, problems, folder.name)) is not None:
                parse_criteria(_AreaFile, file, problems)
        return None
    problems.extend(_check_framework(framework, head, folder))
    areas, files = [], {}
    for number, entry in enumerate(framework.areas):
        file = _open(folder / Path(entry.file).name, root, problems, head.where("areas", number, "file"))
        if file is None:
            continue
        area = parse_criteria(_AreaFile, file, problems)
        if isinstance(file.data, dict):
            problems.extend(_check_area(entry, framework, file, seen))
        if area is not None:
            areas.append(Area(id=entry.id, title=entry.title, questions=area.questions))
            files[entry.id] = file
    is_whole = len(areas) == len(framework.areas)  # otherwise a link may name a statement that could not be read
    if is_whole:
        problems.extend(check_links(files))
    whole = Framework(
        id=framework.id,
        edition=framework.edition,
        title=framework.title,
        source=framework.source,
        phases={phase: framework.phases[phase] for phase in PHASES if phase in framework.phases},
        roles=framework.roles,
        practice_levels=framework.practice_levels,
        bands=tuple(sorted(framework.bands, key=lambda band: -band.from_percent)),
        areas=tuple(areas),
        marks=framework.marks,
        coverage=framework.coverage,
        name=framework.name,
        purpose=framework.purpose,
        usual=framework.usual,
    )
    return _Read(framework=whole, files=files, is_whole=is_whole)


def _open(path: Path, root: Path, problems: list[Problem], named_in: str) -> YamlFile | None:
    """A file, or None; the problem is then added to the list. ``named_in`` is the place that names the file."""
    if not path.is_file():
        problems.append(
            Problem(where=named_in, what=f'There is no file "{path.name}" here.', fix="Add it, or correct its name.")
        )
        return None
    try:
        return YamlFile(path, root)
    except UnusableFile as error:
        problems.extend(error.problems)
        return None


def _check_framework(framework: _FrameworkFile, file: YamlFile, folder: Path) -> Iterator[Problem]:
    """The rules for ``framework.yaml``, and for the files in its folder."""
    yield from blank_texts(file.data, file)
    if framework.id != folder.name:
        yield Problem(
            where=file.where("id"),
            what=f'The id "{framework.id}" is not the name of its folder, "{folder.name}".',
            fix="Make the two the same.",
        )
    if sorted(level.level for level in framework.practice_levels) != [0, 1, 2, 3, 4]:
        yield Problem(
            where=file.where("practice_levels"),
            what="The practice levels are not 0, 1, 2, 3 and 4.",
            fix="List each of the five once.",
        )
    if not any(band.from_percent == 0 for band in framework.bands):
        yield Problem(
            where=file.where("bands"),
            what="No band begins at 0 percent, so a low score would have no word.",
            fix="Add a band with from_percent: 0.",
        )
    for key, kind, values in (
        ("areas", "id", [a.id for a in framework.areas]),
        ("areas", "file", [a.file for a in framework.areas]),
        ("marks", "mark", [m.id for m in framework.marks]),
    ):
        for value, count in Counter(values).items():
            if count > 1:
                yield Problem(
                    where=file.where(key),
                    what=f'The {kind} "{value}" stands {count} times.',
                    fix="Keep one of them.",
                )
    listed = {entry.file for entry in framework.areas} | {"framework.yaml"}
    for path in sorted(folder.glob("*.y*ml")):
        if path.name not in listed:
            yield Problem(
                where=f"{folder.name}/{path.name}",
                what="No area in framework.yaml names this file, so its questions belong nowhere.",
                fix="Add its area to framework.yaml, or remove the file.",
            )


def _check_area(
    entry: _AreaEntry, framework: _FrameworkFile, file: YamlFile, seen: dict[str, str]
) -> Iterator[Problem]:
    """The rules that the schema cannot check. A statement that does not fit the schema hides no fault of the others."""
    yield from blank_texts(file.data, file)
    if isinstance(file.data.get("area"), str) and file.data["area"] != entry.id:
        yield Problem(
            where=file.where("area"),
            what=f'The file says that it holds area "{file.data["area"]}", but framework.yaml expects "{entry.id}" here.',
            fix="Correct the area here, or the file name in framework.yaml.",
        )
    for number, question in _entries(file.data, "questions"):
        path = ("questions", number)
        name = str(question.get("id", ""))
        yield from _check_id(f"{framework.id} {name}", "question", file.where(*path), seen)
        if name != entry.id and not name.startswith(f"{entry.id}."):
            yield Problem(
                where=file.where(*path),
                what=f'The question "{name}" does not belong to area "{entry.id}".',
                fix="Move it to the file of its area, or correct its id.",
            )
        if question.get("statements") == []:
            yield Problem(where=file.where(*path), what="The question has no statements.", fix="Add one, or remove it.")
        for count, values in _entries(question, "statements"):
            where = file.where(*path, "statements", count)
            if isinstance(values.get("id"), str):
                yield from _check_id(values["id"], "statement", where, seen)
            with suppress(ValidationError):
                yield from _check_statement(fit(Statement, values), values, name, framework, where)


def _entries(parent: dict[str, Any], key: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The mappings in a list of the file, each with its index."""
    children = parent.get(key)
    return (
        (n, child) for n, child in enumerate(children if isinstance(children, list) else []) if isinstance(child, dict)
    )


def _check_id(name: str, kind: str, where: str, seen: dict[str, str]) -> Iterator[Problem]:
    """An id that is used already; ``seen`` holds the place of each id."""
    if name in seen:
        yield Problem(
            where=where,
            what=f'The {kind} id "{name}" is used already in {seen[name]}.',
            fix="Give one of the two another id; ids are permanent and never reused.",
        )
    seen.setdefault(name, where)


def _check_statement(
    statement: Statement, keys: dict[str, Any], section: object, framework: _FrameworkFile, where: str
) -> Iterator[Problem]:
    """The rules between the keys of a statement, and between the statement, its question and its framework."""
    if isinstance(statement.source, Source):
        yield from _check_section(statement, statement.source, section, framework, where)
    else:
        yield from _check_documents(statement, framework, where)
    if statement.asked_of not in framework.roles:
        yield Problem(
            where=where,
            what=f'The role "{statement.asked_of}" is not listed under roles in framework.yaml.',
            fix=f"Use one of {', '.join(framework.roles)}, or add the role there.",
        )
    for phase in statement.phases if "phases" in keys else ():
        if phase not in framework.phases:
            yield Problem(
                where=where,
                what=f'The phase "{phase}" is not listed under phases in framework.yaml.',
                fix="Use a phase that is listed there, or add it.",
            )
    for key in _NEEDED_WHEN_RECOMMENDED if statement.recommended else ():
        if key not in keys:
            yield Problem(
                where=where,
                what=f'A recommended statement needs "{key}", and this one has none.',
                fix=f'Write "{key}" for this statement.',
            )
    if statement.today is not None:
        yield from day_problem(statement.today.checked, "checked", where)
    if statement.superseded is not None:
        yield from day_problem(statement.superseded.since, "since", where)


def _check_section(
    statement: Statement, source: Source, section: object, framework: _FrameworkFile, where: str
) -> Iterator[Problem]:
    """The rules for a statement that restates a place in a template."""
    if source.section != section:
        yield Problem(
            where=where,
            what=f'The source section "{source.section}" is not that of its question, "{section}".',
            fix="Move the statement below its question, or correct the section.",
        )
    if statement.recommended != (source.mark == "K"):
        yield Problem(
            where=where,
            what=f'recommended is {str(statement.recommended).lower()}, but the source mark is "{source.mark}".',
            fix='A recommended statement has mark "K", any other has mark "other".',
        )
    if framework.marks and source.mark not in {mark.id for mark in framework.marks}:
        yield Problem(
            where=where,
            what=f'The source mark "{source.mark}" is not listed under marks in framework.yaml.',
            fix='List "K" and "other" there, or name the document, its edition, the place and the date here.',
        )


def _check_documents(statement: Statement, framework: _FrameworkFile, where: str) -> Iterator[Problem]:
    """The rules for a statement that rests on documents: its mark, how sure it is, and when it was checked."""
    marks = [mark.id for mark in framework.marks]
    if not statement.documents:
        yield Problem(where=where, what="The source names no document.", fix="Name at least one.")
    if statement.mark not in marks:
        yield Problem(
            where=where,
            what=f'The mark "{statement.mark}" is not listed under marks in framework.yaml.',
            fix=f"Use one of {', '.join(marks)}." if marks else "List the marks of the framework there.",
        )
    if statement.how_sure is None:
        yield Problem(
            where=where,
            what='A statement that rests on documents needs "how_sure".',
            fix='Write "read", "second-hand" or "inferred".',
        )
    yield from day_problem(statement.checked, "checked", where)
    if not statement.id.rpartition("-")[2].isdecimal():
        yield Problem(
            where=where,
            what=f'The id "{statement.id}" does not end in a number.',
            fix="End it in the statement's number within its question.",
        )


def check_links(files: Mapping[str, YamlFile]) -> Iterator[Problem]:
    """Every link to an unknown statement, every link that is listed twice, and every statement that rests on itself.

    Args:
        files: the area files of one framework; their data must fit the schema.
    """
    links, places = {}, {}
    for file in files.values():
        for statement, path in _statements(file.data):
            links[statement["id"]] = tuple(statement.get(_LINKS, ()))
            places[statement["id"]] = file.where(*path, _LINKS)
    for statement_id, linked in links.items():
        for other, count in Counter(linked).items():
            if other not in links:
                yield Problem(
                    where=places[statement_id],
                    what=f'No statement of this framework has the id "{other}".',
                    fix="Correct the id, or remove it from the list.",
                )
            if count > 1:
                yield Problem(
                    where=places[statement_id], what=f'The id "{other}" stands {count} times.', fix="Keep one of them."
                )
        if statement_id in _reached(statement_id, links):
            yield Problem(
                where=places[statement_id],
                what="By way of what it rests on, the statement rests on itself.",
                fix="Keep the one direction in which the narrower statement holds up the wider.",
            )


def check_superseded(frameworks: Iterable[Mapping[str, YamlFile]]) -> Iterator[Problem]:
    """Every statement that says it is superseded by one that does not exist, that is superseded itself, or twice by one.

    Args:
        frameworks: the area files of each framework; their data must fit the schema.
    """
    here: dict[str, int] = {}
    overtaken: dict[str, tuple[tuple[str, ...], YamlFile, tuple[str | int, ...]]] = {}
    for number, files in enumerate(frameworks):
        for file in files.values():
            for statement, path in _statements(file.data):
                here[statement["id"]] = number
                if _SUPERSEDED in statement:
                    by = tuple(statement[_SUPERSEDED].get("by", ()))
                    overtaken[statement["id"]] = (by, file, (*path, _SUPERSEDED, "by"))
    for statement_id, (by, file, path) in overtaken.items():
        for other, count in Counter(by).items():
            if other not in here:
                yield Problem(
                    where=file.where(*path),
                    what=f'No statement of any framework has the id "{other}".',
                    fix="Correct the id, or remove it from the list.",
                )
            elif other in overtaken and here[other] == here[statement_id]:
                yield Problem(
                    where=file.where(*path),
                    what=f'The statement "{other}" of the same framework is superseded itself.',
                    fix="Name the statement that holds today, or remove the id from the list.",
                )
            if count > 1:
                yield Problem(
                    where=file.where(*path), what=f'The id "{other}" stands {count} times.', fix="Keep one of them."
                )


def _statements(data: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], tuple[str | int, ...]]]:
    """Each statement of an area file, with its path in the file."""
    for number, question in enumerate(data["questions"]):
        for count, statement in enumerate(question["statements"]):
            yield statement, ("questions", number, "statements", count)


def _reached(start: str, links: Mapping[str, tuple[str, ...]]) -> set[str]:
    """Every statement that a statement rests on, directly or through others."""
    reached: set[str] = set()
    ahead = list(links[start])
    while ahead:
        statement_id = ahead.pop()
        if statement_id not in reached:
            reached.add(statement_id)
            ahead.extend(links.get(statement_id, ()))
    return reached
