"""The files in ``criteria/`` read into `Criteria`, collecting every fault in them.

Every folder is one framework. Nothing here knows a framework's section numbers or wording.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from pydantic import ValidationError

from audit.criteria_file import YamlFile, blank_texts, fit, parse
from audit.criteria_links import check_links
from audit.model import (
    PHASES,
    Area,
    Band,
    Criteria,
    Framework,
    FrameworkMark,
    Phase,
    PracticeLevel,
    Question,
    Source,
    Statement,
)
from audit.problems import Problem, UnusableFile

CRITERIA = Path(__file__).parent.parent / "criteria"
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


@dataclass(frozen=True, kw_only=True)
class _AreaFile:
    __pydantic_config__: ClassVar = _NO_OTHER_KEYS
    area: str
    questions: tuple[Question, ...]


def _check_statement(
    statement: Statement, given: dict[str, Any], section: object, framework: _FrameworkFile, where: str
) -> Iterator[Problem]:
    """The rules that hold between a statement's keys, and between it and its surroundings."""
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
    for phase in statement.phases if "phases" in given else ():
        if phase not in framework.phases:
            yield Problem(
                where=where,
                what=f'The phase "{phase}" is not listed under phases in framework.yaml.',
                fix="Use a phase that is listed there, or add it.",
            )
    for key in _NEEDED_WHEN_RECOMMENDED if statement.recommended else ():
        if key not in given:
            yield Problem(
                where=where,
                what=f'A recommended statement needs "{key}", and this one has none.',
                fix=f'Write "{key}" for this statement.',
            )
    if statement.today is not None and not _is_date(statement.today.checked):
        yield Problem(
            where=where,
            what=f'"{statement.today.checked}" under checked is not a date.',
            fix="Write year, month and day, such as 2026-11-22.",
        )


def _check_section(
    statement: Statement, source: Source, section: object, framework: _FrameworkFile, where: str
) -> Iterator[Problem]:
    """The rules for a statement that restates a place in a template."""
    if framework.marks:
        yield Problem(
            where=where,
            what="framework.yaml has marks of its own, but the source names a section of a template.",
            fix="Name the document, its edition, the place and the date, or remove the marks.",
        )
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
    if not _is_date(statement.checked):
        yield Problem(
            where=where,
            what=f'"{statement.checked}" under checked is not a date.',
            fix="Write year, month and day, such as 2026-11-22.",
        )
    number = statement.id.rpartition("-")[2]
    if not number.isdecimal():
        yield Problem(
            where=where,
            what=f'The id "{statement.id}" does not end in a number.',
            fix="End it in the statement's number within its question.",
        )


def _is_date(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _check_area(
    entry: _AreaEntry, framework: _FrameworkFile, file: YamlFile, seen: dict[str, str]
) -> Iterator[Problem]:
    """Everything that the schema does not say; statements that do not fit the schema hide no fault of the others."""
    yield from blank_texts(file.data, file)
    if isinstance(file.data.get("area"), str) and file.data["area"] != entry.id:
        yield Problem(
            where=file.where("area"),
            what=f'The file says that it holds area "{file.data["area"]}", but framework.yaml expects "{entry.id}" here.',
            fix="Correct the area here, or the file name in framework.yaml.",
        )
    for number, question in _entries(file.data, "questions"):
        here = ("questions", number)
        name = str(question.get("id", ""))
        yield from _check_id(f"{framework.id} {name}", "question", file.where(*here), seen)
        if name != entry.id and not name.startswith(f"{entry.id}."):
            yield Problem(
                where=file.where(*here),
                what=f'The question "{name}" does not belong to area "{entry.id}".',
                fix="Move it to the file of its area, or correct its id.",
            )
        if question.get("statements") == []:
            yield Problem(where=file.where(*here), what="The question has no statements.", fix="Add one, or remove it.")
        for count, given in _entries(question, "statements"):
            where = file.where(*here, "statements", count)
            if isinstance(given.get("id"), str):
                yield from _check_id(given["id"], "statement", where, seen)
            with suppress(ValidationError):
                yield from _check_statement(fit(Statement, given), given, name, framework, where)


def _entries(parent: dict[str, Any], key: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The mappings in a list of the file, with their places in it."""
    children = parent.get(key)
    return (
        (n, child) for n, child in enumerate(children if isinstance(children, list) else []) if isinstance(child, dict)
    )


def _check_id(name: str, kind: str, where: str, seen: dict[str, str]) -> Iterator[Problem]:
    if name in seen:
        yield Problem(
            where=where,
            what=f'The {kind} id "{name}" is used already in {seen[name]}.',
            fix="Give one of the two another id; ids are permanent and never reused.",
        )
    seen.setdefault(name, where)


def _check_framework(framework: _FrameworkFile, file: YamlFile, folder: Path) -> Iterator[Problem]:
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


def _open(path: Path, root: Path, problems: list[Problem], named_in: str) -> YamlFile | None:
    """A file, or None with the problem collected; ``named_in`` is the place that asks for it."""
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


def _read_framework(folder: Path, root: Path, seen: dict[str, str], problems: list[Problem]) -> Framework | None:
    """One folder as a framework; None if any part of it could not be read."""
    head = _open(folder / "framework.yaml", root, problems, folder.name)
    framework = None if head is None else parse(_FrameworkFile, head, problems)
    if head is None or framework is None:
        for path in sorted(folder.glob("*.yaml")):  # its areas may have faults of their own
            if path.name != "framework.yaml" and (file := _open(path, root, problems, folder.name)) is not None:
                parse(_AreaFile, file, problems)
        return None
    problems.extend(_check_framework(framework, head, folder))
    areas, files = [], {}
    for number, entry in enumerate(framework.areas):
        file = _open(folder / Path(entry.file).name, root, problems, head.where("areas", number, "file"))
        if file is None:
            continue
        area = parse(_AreaFile, file, problems)
        if isinstance(file.data, dict):
            problems.extend(_check_area(entry, framework, file, seen))
        if area is not None:
            areas.append(Area(id=entry.id, title=entry.title, questions=area.questions))
            files[entry.id] = file
    if len(areas) == len(framework.areas):  # else a link may lead to a statement that could not be read
        problems.extend(check_links(files))
    return Framework(
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
    )


def load(root: Path = CRITERIA) -> Criteria:
    """Every framework in a folder of frameworks.

    Args:
        root: the folder; each folder in it is one framework.

    Raises:
        UnusableFile: any fault in any file; carries all of them, with file, place and remedy.
    """
    folders = sorted(path for path in root.iterdir() if path.is_dir()) if root.is_dir() else []
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
    frameworks = [_read_framework(folder, root, seen, problems) for folder in folders]
    if problems:
        raise UnusableFile(problems)
    return Criteria(tuple(framework for framework in frameworks if framework is not None))
