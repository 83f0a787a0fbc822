"""The benchmark file: how the figures of an authority's schools are spread, without telling anything about a single school.

An authority gives the file to its schools. A school loads it and sees the authority's middle half behind its own
figures. It is JSON that any text editor can read: first what the file is, then one entry per figure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

import pandas as pd
from pydantic import Field, TypeAdapter, ValidationError

from audit.authority.compare.counts import area_of, topic_of
from audit.authority.compare.disclosure import FEWEST, RULE
from audit.authority.csv_file import first_problems
from audit.authority.tables import ALL, SPREAD
from audit.english import plural
from audit.model import Criteria, FrameworkRef, Phase, is_academic_year
from audit.problems import Problem
from audit.tables import checked, typed
from audit.text import fault_of, holdable

_ABOUT = (
    "How schools are spread: a quarter of them lies below lower, half of them below median, a quarter above upper. "
    "The figures are whole percent of the recommended statements that apply, as the schools reported themselves."
)
LARGEST = 2_000_000
"""The most bytes of a file; a file of one framework has less than a tenth of that."""
_LONGEST_NAME = 200
_QUARTILES = ["lower", "median", "upper"]
_AGAIN = "Ask the authority for the file again, and load it as it was sent."
_Percent = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]


@dataclass(frozen=True, kw_only=True)
class _Figure:
    """One row of SPREAD as it is in the file; ``topic`` is for people and is never read back."""

    group: Literal["all", Phase]
    measure: Literal["coverage", "written", "practice", "area", "question"]
    question: str = ""
    topic: str = ""
    schools: Annotated[int, Field(ge=FEWEST, le=100_000)]
    lower: _Percent
    median: _Percent
    upper: _Percent

    def __post_init__(self) -> None:
        if not self.lower <= self.median <= self.upper:
            raise ValueError("Lower, median and upper do not rise")
        if (self.measure in ("area", "question")) != bool(self.question):
            raise ValueError("An area or question is named where the measure is one, and nowhere else")

    @property
    def named(self) -> tuple[str, str]:
        """The measure, and the id of the area or question, if the measure is one."""
        return self.measure, self.question

    @property
    def key(self) -> tuple[str, str, str]:
        """What identifies the figure: group, measure, and area or question."""
        return self.group, self.measure, self.question


@dataclass(frozen=True, kw_only=True)
class _File:
    """The whole file; ``about`` and ``suppression`` are for people and are never read back.

    Version 1 has no figures of areas; only version 3 says on which release of the authority it is based.
    """

    format: Literal["online safety benchmark"]
    version: Literal[1, 2, 3]
    about: str = ""
    suppression: str = ""
    authority: Annotated[str, Field(max_length=_LONGEST_NAME)]
    year: str
    framework: str
    edition: str
    schools: int | None = None
    release: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    figures: Annotated[list[_Figure], Field(max_length=5_000)]

    def __post_init__(self) -> None:
        if not is_academic_year(self.year):
            raise ValueError("The year is not an academic year")
        if fault_of(self.authority):
            raise ValueError("The authority's name holds a control character")


_FILE = TypeAdapter(_File)


@dataclass(frozen=True, kw_only=True)
class Benchmark:
    """The content of a benchmark file.

    Attributes:
        framework: the framework edition that the schools answered.
        year: their academic year.
        authority: the authority's name for itself; may be empty.
        spread: SPREAD without blanks, in source order within a group.
        release: the number of the release that it is based on; None in files of earlier versions.
        notes: which parts of the file were ignored.
    """

    framework: FrameworkRef
    year: str
    authority: str
    spread: pd.DataFrame
    release: int | None = None
    notes: tuple[Problem, ...] = ()


def benchmark_file(benchmark: Benchmark) -> bytes:
    """A benchmark as its file, figures to one decimal place.

    A benchmark that was read from a file of an earlier version is written as version 2, which has no release number.

    Raises:
        ValueError: a figure is over fewer schools than any release may show.
    """
    shown = checked(benchmark.spread, SPREAD).dropna(subset=_QUARTILES, how="all")
    if not (shown["schools"].fillna(0) >= FEWEST).all():
        raise ValueError(f"a figure over fewer than {FEWEST} schools")
    rows = shown.round(dict.fromkeys(_QUARTILES, 1)).to_dict("records")
    figures = [_Figure(**{name: row[name] for name in SPREAD}) for row in rows]
    whole = _File(
        format="online safety benchmark",
        version=2 if benchmark.release is None else 3,
        about=_ABOUT,
        suppression=RULE,
        authority=holdable(" ".join(benchmark.authority.split()))[:_LONGEST_NAME],
        year=benchmark.year,
        framework=benchmark.framework.id,
        edition=benchmark.framework.edition,
        schools=max((figure.schools for figure in figures if figure.group == ALL), default=None),
        release=benchmark.release,
        figures=figures,
    )
    left_out = {"release"} if benchmark.release is None else None
    return _FILE.dump_json(whole, indent=1, exclude=left_out) + b"\n"


def read_benchmark(data: bytes, file: str, criteria: Criteria) -> Benchmark | tuple[Problem, ...]:
    """The content of a benchmark file, or every problem for which it cannot be used.

    The file may be hostile: of its texts, only the authority's name, the year and known ids are kept.

    Args:
        data: the bytes of the file.
        file: the name that problems give it.
        criteria: the criteria that the audit answers; a figure of an area or question that they do not have is ignored, with a note.
    """
    if len(data) > LARGEST:
        what = f"The file has {len(data):,} bytes; a benchmark file has at most {LARGEST:,}."
        return (Problem(where=file, what=what, fix="Choose the benchmark file (.json) that the authority sent."),)
    try:
        content = _FILE.validate_json(data.removeprefix(b"\xef\xbb\xbf"), strict=True)
    except ValidationError as error:
        return _explained(error, file)
    framework = FrameworkRef(content.framework, content.edition)
    if framework not in criteria.refs:
        what = "The figures are of another framework or edition than the audit answers."
        fix = f"Ask the authority for a file of {', or of '.join(map(str, criteria.refs))}."
        return (Problem(where=f"{file}, framework", what=what, fix=fix),)
    if repeated := _repeated(content.figures, file):
        return first_problems(repeated, file)
    answered = criteria.of([framework])
    topics = {("area", criterion.area.id): area_of(criterion) for criterion in answered}
    topics |= {("question", criterion.question.id): topic_of(criterion) for criterion in answered}
    known = [figure for figure in content.figures if not figure.question or figure.named in topics]
    return Benchmark(
        framework=framework,
        year=content.year,
        authority=" ".join(content.authority.split()),
        spread=_spread(known, topics),
        release=content.release,
        notes=_passed_over(len(content.figures) - len(known), file),
    )


def _explained(error: ValidationError, file: str) -> tuple[Problem, ...]:
    """Why a file does not fit; a single problem if it is no benchmark file, or has another version."""
    faults = error.errors(include_input=False, include_url=False)
    places = {fault["loc"] for fault in faults}
    if ("format",) in places or any(fault["type"] in ("json_invalid", "dataclass_type") for fault in faults[:1]):
        fix = "Choose the benchmark file (.json) that the authority sent."
        return (Problem(where=file, what="This is not a benchmark file.", fix=fix),)
    if ("version",) in places:
        what = "The file has a version of the format that this tool does not know."
        return (Problem(where=file, what=what, fix="Use a newer version of the tool."),)
    return first_problems([_problem(fault["loc"], fault["msg"], file) for fault in faults], file)


def _problem(place: tuple[int | str, ...], what: str, file: str) -> Problem:
    steps = (f"entry {step + 1}" if isinstance(step, int) else step for step in place)
    plain = "This is missing" if what == "Field required" else what.removeprefix("Value error, ")
    return Problem(where=", ".join((file, *steps)), what=f"{plain}.", fix=_AGAIN)


def _repeated(figures: Sequence[_Figure], file: str) -> list[Problem]:
    seen: set[tuple[str, str, str]] = set()
    problems = []
    for number, figure in enumerate(figures):
        if figure.key in seen:
            problems.append(_problem(("figures", number), "An earlier entry has a figure of the same", file))
        seen.add(figure.key)
    return problems


def _passed_over(entries: int, file: str) -> tuple[Problem, ...]:
    if not entries:
        return ()
    what = (
        f"{plural(entries, 'figure')} of areas or questions that the criteria of this program do not have, passed over."
    )
    return (Problem(where=file, what=what, fix="Nothing needs to be done.", severity="warning"),)


def _spread(figures: Sequence[_Figure], topics: Mapping[tuple[str, str], str]) -> pd.DataFrame:
    """SPREAD of the figures; areas and questions have the order and the words of ``topics``."""
    places = {named: place for place, named in enumerate(topics)}
    ordered = sorted(figures, key=lambda figure: places.get(figure.named, -1))
    rows = [vars(figure) | {"topic": topics.get(figure.named, "")} for figure in ordered]
    table = typed(pd.DataFrame(rows, columns=list(SPREAD)), SPREAD)
    return table.sort_values(["group", "measure"], kind="stable", ignore_index=True)


def middle_half(
    benchmark: Benchmark, phase: Phase, measure: Literal["coverage", "area", "question"] = "question"
) -> pd.DataFrame:
    """The quartiles by area or question with which a school of a phase can compare its own figures.

    If there is no figure for the phase, because it may not be released, the row has the figure of all schools; ``group``
    says which it is. An area or question without either has no row.

    Shape: the rows of SPREAD, one per area or question, in source order.
    """
    figures = benchmark.spread[benchmark.spread["measure"] == measure]
    of_all, of_phase = (figures[figures["group"] == group] for group in (ALL, phase))
    order = list(dict.fromkeys([*of_all["question"], *of_phase["question"]]))
    best = pd.concat([of_phase, of_all]).drop_duplicates("question")
    return best.set_index("question").loc[order].reset_index()[list(SPREAD)]


def middle_half_in_words(benchmark: Benchmark, half: pd.DataFrame, title: str) -> str:
    """Whose middle half it is, as one sentence: of the phase, or of all schools if the figures of the phase are not released.

    Args:
        benchmark: the benchmark.
        half: its `middle_half` for a phase.
        title: the title of that phase.
    """
    schools = f"of {benchmark.authority or 'the authority'}, {benchmark.year}, as they reported themselves"
    if half.empty:
        return f"The benchmark holds no such figure {schools}."
    together = int((half["group"] == ALL).sum())
    fewest, most = half["schools"].min(), half["schools"].max()
    counts = f"{most} schools" if fewest == most else f"{fewest} to {most} schools"
    if together == len(half):
        return f"The middle half of all schools {schools} ({counts}); too few of the phase {title} can be shown."
    several = plural(together, str(half["measure"].iloc[0]))
    rest = f"; for {several} of all schools, as too few of the phase can be shown" if together else ""
    return f"The middle half of the schools of the phase {title} {schools} ({counts}{rest})."
