"""Reads ``criteria/crosswalks/``: how the statements of two editions relate, one file a pair of editions.

Each pair is typed once, from the older edition to the newer; the reverse is derived (`audit.model.Criteria.links`). Every
statement of both editions is in a pair, or in the list of those without a counterpart, with the reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import Field

from audit.criteria.file import YamlFile, blank_texts, day_problem, parse_criteria
from audit.model import PHASES, Crosswalk, Framework, Pair, Relation, Review, Statement
from audit.problems import Problem, UnusableFile

CROSSWALKS = "crosswalks"
"""The folder among those of the frameworks that holds the crosswalks."""
_NO_OTHER_KEYS = {"extra": "forbid"}


@dataclass(frozen=True, kw_only=True)
class _Pair:
    __pydantic_config__: ClassVar = _NO_OTHER_KEYS
    old: Annotated[str, Field(alias="from")]
    new: Annotated[str, Field(alias="to")]
    relation: Relation
    strength: Annotated[int, Field(ge=0, le=10)]
    because: str
    reviewed: Review | None = None


@dataclass(frozen=True, kw_only=True)
class _Alone:
    __pydantic_config__: ClassVar = _NO_OTHER_KEYS
    id: str
    because: str


@dataclass(frozen=True, kw_only=True)
class _BothAlone:
    __pydantic_config__: ClassVar = _NO_OTHER_KEYS
    old: Annotated[tuple[_Alone, ...], Field(alias="from")] = ()
    new: Annotated[tuple[_Alone, ...], Field(alias="to")] = ()


@dataclass(frozen=True, kw_only=True)
class _CrosswalkFile:
    __pydantic_config__: ClassVar = _NO_OTHER_KEYS
    old: Annotated[str, Field(alias="from")]
    new: Annotated[str, Field(alias="to")]
    pairs: tuple[_Pair, ...]
    without_counterpart: _BothAlone = field(default_factory=_BothAlone)


def read_crosswalks(root: Path, frameworks: Iterable[Framework], problems: list[Problem]) -> tuple[Crosswalk, ...]:
    """Every crosswalk of a folder of criteria, by file name; each fault is added to the list.

    Args:
        root: the folder whose folder ``crosswalks`` is read; there may be none.
        frameworks: the frameworks that could be read whole.
        problems: takes every fault, with file, line and remedy.
    """
    known = {framework.id: {s.id: s for s in framework.statements} for framework in frameworks}
    crosswalks: list[Crosswalk] = []
    for path in sorted((root / CROSSWALKS).glob("*.yaml")):
        try:
            file = YamlFile(path, root)
        except UnusableFile as error:
            problems.extend(error.problems)
            continue
        content = parse_criteria(_CrosswalkFile, file, problems)
        if content is None:
            continue
        found = [*blank_texts(file.data, file), *_check_names(content, file, known, crosswalks)]
        if not found:
            found = [*_check_pairs(content, file, known), *_check_whole(content, file, known)]
        problems.extend(found)
        crosswalks.append(
            Crosswalk(
                old=content.old,
                new=content.new,
                pairs=tuple(Pair(**vars(pair)) for pair in content.pairs),
                old_alone={one.id: one.because for one in content.without_counterpart.old},
                new_alone={one.id: one.because for one in content.without_counterpart.new},
            )
        )
    return tuple(crosswalks)


def _check_names(
    content: _CrosswalkFile, file: YamlFile, known: Mapping[str, object], others: Iterable[Crosswalk]
) -> Iterator[Problem]:
    """The two frameworks that the file names, and the name of the file."""
    for key, name in (("from", content.old), ("to", content.new)):
        if name not in known:
            yield Problem(
                where=file.where(key),
                what=f'There is no framework "{name}".',
                fix=f"Use one of {', '.join(known)}, or remove the file.",
            )
    if content.old == content.new:
        yield Problem(
            where=file.where("to"), what="Both are the same framework.", fix="Name the older and the newer edition."
        )
    elif Path(file.name).stem != f"{content.old}--{content.new}":
        yield Problem(
            where=file.where("from"),
            what="The file is not named for its two frameworks.",
            fix=f'Call it "{content.old}--{content.new}.yaml".',
        )
    if any({walk.old, walk.new} == {content.old, content.new} for walk in others):
        yield Problem(
            where=file.where("from"),
            what="There is a crosswalk of these two already; the other direction is derived from it.",
            fix="Keep one of the two files.",
        )


def _check_pairs(
    content: _CrosswalkFile, file: YamlFile, known: Mapping[str, Mapping[str, Statement]]
) -> Iterator[Problem]:
    """Unknown statements, a pair given twice, and what ``equal`` may not say."""
    old, new = known[content.old], known[content.new]
    twice = Counter((pair.old, pair.new) for pair in content.pairs)
    equals = Counter(end for pair in content.pairs if pair.relation == "equal" for end in (pair.old, pair.new))
    for number, pair in enumerate(content.pairs):
        path = ("pairs", number)
        unknown = [
            Problem(
                where=file.where(*path, key),
                what=f'{framework} has no statement "{statement}".',
                fix="Correct the id, or remove the pair.",
            )
            for key, framework, statement, there in (
                ("from", content.old, pair.old, old),
                ("to", content.new, pair.new, new),
            )
            if statement not in there
        ]
        yield from unknown
        if twice[pair.old, pair.new] > 1:
            yield Problem(
                where=file.where(*path),
                what=f"The pair of {pair.old} and {pair.new} stands {twice[pair.old, pair.new]} times.",
                fix="Keep one of them.",
            )
        if pair.reviewed is not None:
            yield from day_problem(pair.reviewed.date, "date", file.where(*path, "reviewed"))
        if pair.relation == "equal" and not unknown:
            yield from _check_equal(pair, file.where(*path), equals, old[pair.old], new[pair.new])


def _check_equal(
    pair: _Pair, where: str, equals: Mapping[str, int], old: Statement, new: Statement
) -> Iterator[Problem]:
    """One answer to an equal pair counts in both editions, so it stands alone, and the same schools are asked both."""
    for end in (pair.old, pair.new):
        if equals[end] > 1:
            yield Problem(
                where=where,
                what=f"{end} is equal to {equals[end]} statements of the other edition.",
                fix="Keep the one that asks the same, and give the others another relation.",
            )
    for one in (old, new):
        if one.superseded is not None:
            yield Problem(
                where=where,
                what=f"{one.id} is superseded, so it is not asked and cannot be answered by an equal one.",
                fix="Give the pair another relation.",
            )
    if set(old.phases) != set(new.phases):
        phases = ", ".join(phase for phase in PHASES if (phase in old.phases) != (phase in new.phases))
        yield Problem(
            where=where,
            what=f"Only one of {pair.old} and {pair.new} is asked of: {phases}.",
            fix='Give the pair another relation, such as "intersects".',
        )


def _check_whole(
    content: _CrosswalkFile, file: YamlFile, known: Mapping[str, Mapping[str, Statement]]
) -> Iterator[Problem]:
    """Statements that are nowhere, in both places, or unknown, on either side."""
    for key, framework, paired, alone in (
        ("from", content.old, {pair.old for pair in content.pairs}, content.without_counterpart.old),
        ("to", content.new, {pair.new for pair in content.pairs}, content.without_counterpart.new),
    ):
        listed = Counter(one.id for one in alone)
        for number, one in enumerate(alone):
            where = file.where("without_counterpart", key, number)
            if one.id not in known[framework]:
                yield Problem(
                    where=where,
                    what=f'{framework} has no statement "{one.id}".',
                    fix="Correct the id, or remove it from the list.",
                )
            elif one.id in paired:
                yield Problem(
                    where=where,
                    what=f"{one.id} is in a pair, and listed as without a counterpart.",
                    fix="Keep one of the two.",
                )
            elif listed[one.id] > 1:
                yield Problem(where=where, what=f"{one.id} is listed {listed[one.id]} times.", fix="Keep one of them.")
        for statement in known[framework]:
            if statement not in paired and statement not in listed:
                yield Problem(
                    where=file.where("without_counterpart"),
                    what=f"{statement} of {framework} is in no pair, and is not listed as without a counterpart.",
                    fix=f'Add a pair, or list it under "{key}" with the reason.',
                )
