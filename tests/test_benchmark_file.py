"""The benchmark file: what an authority may give out, and what a school can safely take in."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.authority.compare.disclosure import RULE
from audit.authority.compare.release import prepare
from audit.authority.compare.release_tables import write_benchmark
from audit.authority.feedback.benchmark import (
    LARGEST,
    Benchmark,
    benchmark_file,
    middle_half,
    middle_half_in_words,
    read_benchmark,
)
from audit.authority.tables import SPREAD
from audit.model import Criteria, FrameworkRef
from audit.problems import Problem
from audit.tables import checked, typed
from tests.conftest import returns_of
from tests.test_comparison import MET, NEITHER, school

REF = FrameworkRef("toy", "1")
HIDDEN = (None, None, None, None)


def _spread(*rows: tuple[object, ...]) -> pd.DataFrame:
    return typed(pd.DataFrame(rows, columns=list(SPREAD)), SPREAD)


FIGURES = (
    ("all", "coverage", "", "", 12, 20.25, 50.0, 81.5),
    ("all", "question", "1.1", "1.1 First", 12, 0.0, 33.333333, 66.666667),
    ("all", "question", "1.2", "1.2 Second", 11, 50.0, 50.0, 100.0),
    ("primary", "question", "1.1", "1.1 First", 7, 25.0, 50.0, 75.0),
)
SHOWN = (
    ("all", "coverage", "", "", 12, 20.2, 50.0, 81.5),
    ("all", "question", "1.1", "1.1 First", 12, 0.0, 33.3, 66.7),
    ("all", "question", "1.2", "1.2 Second", 11, 50.0, 50.0, 100.0),
    ("primary", "question", "1.1", "1.1 First", 7, 25.0, 50.0, 75.0),
)
"""The figures as the file holds them: to one decimal place."""


def _file(*rows: tuple[object, ...], authority: str = "Exampleshire County Council") -> bytes:
    return benchmark_file(Benchmark(framework=REF, year="2026/27", authority=authority, spread=_spread(*rows)))


def _read(data: bytes, toy: Criteria) -> Benchmark:
    found = read_benchmark(data, "kent.json", toy)
    assert isinstance(found, Benchmark), found
    return found


def _refused(data: bytes, toy: Criteria) -> tuple[Problem, ...]:
    found = read_benchmark(data, "kent.json", toy)
    assert isinstance(found, tuple)
    assert found
    return found


def _changed(**changes: object) -> bytes:
    """A file of one figure with these entries in place of its own."""
    return json.dumps(json.loads(_file(SHOWN[0])) | changes).encode()


def _with_figure(**changes: object) -> bytes:
    """A file of one figure by question, with these entries in place of its own; None takes one away."""
    figure = json.loads(_file(SHOWN[1]))["figures"][0] | changes
    return _changed(figures=[{name: value for name, value in figure.items() if value is not None}])


def test_a_file_says_in_plain_text_what_it_is() -> None:
    """Format, framework, year, authority, number of schools and the rule of what is hidden stand before the figures."""
    assert json.loads(_file(*FIGURES[:2])) == {
        "format": "online safety benchmark",
        "version": 2,
        "about": "How schools are spread: a quarter of them lies below lower, half of them below median, a quarter above "
        "upper. The figures are whole percent of the recommended statements that apply, as the schools reported themselves.",
        "suppression": RULE,
        "authority": "Exampleshire County Council",
        "year": "2026/27",
        "framework": "toy",
        "edition": "1",
        "schools": 12,
        "figures": [
            {
                "group": "all",
                "measure": "coverage",
                "question": "",
                "topic": "",
                "schools": 12,
                "lower": 20.2,
                "median": 50.0,
                "upper": 81.5,
            },
            {
                "group": "all",
                "measure": "question",
                "question": "1.1",
                "topic": "1.1 First",
                "schools": 12,
                "lower": 0.0,
                "median": 33.3,
                "upper": 66.7,
            },
        ],
    }


def test_a_file_rests_on_a_release(toy: Criteria) -> None:
    """It holds the quartiles that the release shows, in whole percent, and the number of the release."""
    twice = [MET, NEITHER, NEITHER, NEITHER]
    audits = [school(toy, number, *twice[number % 4 :], *twice[: number % 4]) for number in range(1, 13)]
    audits += [school(toy, 13, MET, MET, MET, MET), school(toy, 14, MET, MET, MET, MET), school(toy, 15, MET, MET, MET)]
    audits += [school(toy, 16, NEITHER, NEITHER, NEITHER, NEITHER)]
    release = prepare(returns_of(toy, *audits), year="2026/27").numbered(7)
    data = write_benchmark(release, REF, authority=" Kent  County\nCouncil ")
    found = _read(data, toy)
    assert (found.release, found.authority, json.loads(data)["version"]) == (7, "Kent County Council", 3)
    assert [(row["measure"], row["question"], row["schools"]) for row in found.spread.to_dict("records")] == [
        (one.of.split(" ")[0], one.of.split(" ")[-1] if " " in one.of else "", 16)
        for one in release.figures
        if one.kind == "quartiles"
    ]
    assert (found.spread[["lower", "median", "upper"]] % 1 == 0).all(axis=None)


def test_what_is_written_is_read(toy: Criteria) -> None:
    """A school reads what the authority wrote, also in a file of the version before releases."""
    found = _read(_file(*FIGURES), toy)
    assert (found.framework, found.year, found.authority, found.notes) == (
        REF,
        "2026/27",
        "Exampleshire County Council",
        (),
    )
    pd.testing.assert_frame_equal(checked(found.spread, SPREAD), _spread(*SHOWN))


def test_an_authority_too_small_to_show_anything(toy: Criteria) -> None:
    """A file without figures can be written and read; it says nothing."""
    found = _read(_file(), toy)
    assert len(found.spread) == 0
    assert len(middle_half(found, "primary")) == 0


@pytest.mark.parametrize("schools", [4, 1, None])
def test_a_figure_over_too_few_schools_is_never_written(schools: int | None) -> None:
    """A figure that should have been hidden is a mistake of the program, and nothing is written."""
    with pytest.raises(ValueError, match="fewer than 5 schools"):
        _file(FIGURES[0], ("primary", "coverage", "", "", schools, 0.0, 50.0, 100.0))


def test_the_name_of_an_authority_is_held_on_one_line(toy: Criteria) -> None:
    """A name that a person typed carelessly never makes a file that cannot be read."""
    assert _read(_file(SHOWN[0], authority=" East\n  and\x07 West "), toy).authority == "East and\ufffd West"
    assert _read(_file(SHOWN[0], authority="W" * 500), toy).authority == "W" * 200
    assert _read(_file(SHOWN[0], authority=""), toy).authority == ""


def test_a_byte_order_mark_does_no_harm(toy: Criteria) -> None:
    """A file that an editor saved with a mark in front is read all the same."""
    assert _read(b"\xef\xbb\xbf" + _file(*FIGURES), toy).year == "2026/27"


NO_BENCHMARK = Problem(
    where="kent.json",
    what="This is not a benchmark file.",
    fix="Choose the benchmark file (.json) that the authority sent.",
)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"PK\x03\x04 a workbook", id="a workbook"),
        pytest.param(b"\xff\xfe{\x00}\x00", id="UTF-16"),
        pytest.param(b'{"format": "online safety', id="cut off"),
        pytest.param(b"[" * 500_000, id="nested without end"),
        pytest.param(b'{"format":' * 100_000, id="objects without end"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b"7", id="a number"),
        pytest.param(b"{}", id="an empty object"),
        pytest.param(_changed(format="another"), id="another format"),
        pytest.param(_with_figure(schools=7).replace(b"7,", b"9" * 5_000 + b",", 1), id="a number of 5,000 digits"),
        pytest.param(b'{"format": "online safety benchmark", "authority": "\\ud800"}', id="half a character"),
    ],
)
def test_what_is_no_benchmark_file_is_said_to_be_none(toy: Criteria, data: bytes) -> None:
    """Another file has one plain problem, whatever is in it."""
    assert _refused(data, toy) == (NO_BENCHMARK,)


def test_a_file_that_is_too_large_is_not_parsed(toy: Criteria) -> None:
    """Two million bytes are the most that is looked at."""
    (problem,) = _refused(b" " * (LARGEST + 1), toy)
    assert problem.what == "The file has 2,000,001 bytes; a benchmark file has at most 2,000,000."


@pytest.mark.parametrize(
    ("data", "where", "what"),
    [
        (
            _changed(version=4),
            "kent.json",
            "The file has a version of the format that this tool does not know.",
        ),
        (
            _changed(edition="2"),
            "kent.json, framework",
            "The figures are of another framework or edition than the audit answers.",
        ),
        (_changed(year="next year"), "kent.json", "The year is not an academic year."),
        (_changed(authority="\x07"), "kent.json", "The authority's name holds a control character."),
        (_changed(authority="W" * 201), "kent.json, authority", "String should have at most 200 characters."),
        (_changed(figures={}), "kent.json, figures", "Input should be a valid array."),
        (
            _changed(figures=[1] * 5_001),
            "kent.json, figures",
            "List should have at most 5000 items after validation, not 5001.",
        ),
        (_with_figure(lower=None), "kent.json, figures, entry 1, lower", "This is missing."),
        (_with_figure(lower="0"), "kent.json, figures, entry 1, lower", "Input should be a valid number."),
        (_with_figure(lower=True), "kent.json, figures, entry 1, lower", "Input should be a valid number."),
        (_with_figure(lower=float("nan")), "kent.json, figures, entry 1, lower", "Input should be a finite number."),
        (_with_figure(upper=float("inf")), "kent.json, figures, entry 1, upper", "Input should be a finite number."),
        (_with_figure(lower=-1), "kent.json, figures, entry 1, lower", "Input should be greater than or equal to 0."),
        (_with_figure(upper=101), "kent.json, figures, entry 1, upper", "Input should be less than or equal to 100."),
        (_with_figure(median=80), "kent.json, figures, entry 1", "Lower, median and upper do not rise."),
        (
            _with_figure(schools=4),
            "kent.json, figures, entry 1, schools",
            "Input should be greater than or equal to 5.",
        ),
        (_with_figure(schools=7.5), "kent.json, figures, entry 1, schools", "Input should be a valid integer."),
        (
            _with_figure(group="<b>bold</b>"),
            "kent.json, figures, entry 1, group",
            "Input should be 'all', 'nursery', 'primary', 'secondary', 'all-through', 'special', 'pru' or "
            "'sixteen-plus'.",
        ),
        (
            _with_figure(question=""),
            "kent.json, figures, entry 1",
            "An area or question is named where the measure is one, and nowhere else.",
        ),
        (
            _changed(figures=json.loads(_file(SHOWN[1]))["figures"] * 2),
            "kent.json, figures, entry 2",
            "An earlier entry has a figure of the same.",
        ),
    ],
    ids=lambda value: "" if isinstance(value, bytes) else None,
)
def test_a_file_that_was_tampered_with_is_refused(toy: Criteria, data: bytes, where: str, what: str) -> None:
    """Types, ranges, order, repetitions and the framework are looked at; the place is named and nothing is used."""
    (problem,) = _refused(data, toy)
    assert (problem.where, problem.what, bool(problem.fix)) == (where, what, True)


def test_every_fault_is_named_up_to_two_hundred(toy: Criteria) -> None:
    """All faults are told, and of a file that is wrong throughout the first 200 and how many more."""
    problems = _refused(_changed(figures=[{"group": "all"}] * 100), toy)
    assert len(problems) == 201
    assert {problem.what for problem in problems[:5]} == {"This is missing."}


def test_an_unknown_question_is_passed_over_with_a_note(toy: Criteria) -> None:
    """Figures of questions that the criteria do not have are left out, and their words are shown nowhere."""
    rows = (SHOWN[1], ("all", "question", "9.9", "<b>9.9</b>", 12, 0.0, 50.0, 100.0))
    found = _read(_file(*rows), toy)
    pd.testing.assert_frame_equal(found.spread, _spread(SHOWN[1]))
    assert found.notes == (
        Problem(
            where="kent.json",
            what="1 figure of areas or questions that the criteria of this program do not have, passed over.",
            fix="Nothing needs to be done.",
            severity="warning",
        ),
    )


def test_no_text_of_the_file_is_shown_as_a_topic(toy: Criteria) -> None:
    """A topic is told in the words of the criteria at hand, whatever the file says."""
    assert list(_read(_with_figure(topic="=HYPERLINK(1)"), toy).spread["topic"]) == ["1.1 First"]


def test_figures_stand_in_source_order(toy: Criteria) -> None:
    """However the file was sorted, all schools come first, then the phases, each in the order of the source."""
    pd.testing.assert_frame_equal(_read(_file(*reversed(SHOWN)), toy).spread, _spread(*SHOWN))


def test_the_middle_half_of_a_phase(toy: Criteria) -> None:
    """A school is held against its phase; where too few of it may be shown, against all schools, and it is told so."""
    found = _read(_file(*FIGURES), toy)
    half = middle_half(found, "primary")
    pd.testing.assert_frame_equal(checked(half, SPREAD), _spread(SHOWN[3], SHOWN[2]))
    assert middle_half_in_words(found, half, "Primary") == (
        "The middle half of the schools of the phase Primary of Exampleshire County Council, 2026/27, as they reported "
        "themselves (7 to 11 schools; for 1 question of all schools, as too few of the phase can be shown)."
    )


def test_the_middle_half_of_a_phase_that_is_hidden(toy: Criteria) -> None:
    """A phase without any figure is held against all schools throughout."""
    found = _read(_file(*FIGURES), toy)
    half = middle_half(found, "secondary")
    pd.testing.assert_frame_equal(half, _spread(SHOWN[1], SHOWN[2]))
    assert middle_half_in_words(found, half, "Secondary") == (
        "The middle half of all schools of Exampleshire County Council, 2026/27, as they reported themselves "
        "(11 to 12 schools); too few of the phase Secondary can be shown."
    )


def test_the_middle_half_by_area(toy: Criteria) -> None:
    """Areas have quartiles of their own, in the words of the criteria at hand; an area is no question of its number."""
    areas = (("all", "area", "1", "1 Area one", 12, 10.0, 20.0, 30.0), ("all", "area", "2", "2 Area two", *HIDDEN))
    found = _read(_file(*areas, SHOWN[1]), toy)
    half = middle_half(found, "primary", "area")
    pd.testing.assert_frame_equal(half, _spread(areas[0]))
    assert middle_half_in_words(found, half, "Primary") == (
        "The middle half of all schools of Exampleshire County Council, 2026/27, as they reported themselves "
        "(12 schools); too few of the phase Primary can be shown."
    )


def test_a_file_of_the_first_version_is_read(toy: Criteria) -> None:
    """A file that was given out before areas were in it is read as it was; it has no middle half by area."""
    found = _read(_changed(version=1), toy)
    pd.testing.assert_frame_equal(found.spread, _spread(SHOWN[0]))
    assert middle_half(found, "primary", "area").empty


def test_words_where_one_group_stands_for_all(toy: Criteria) -> None:
    """Figures of the phase alone need no second half of the sentence; a file without figures says that it has none."""
    found = _read(_file(SHOWN[3], authority=""), toy)
    assert middle_half_in_words(found, middle_half(found, "primary"), "Primary") == (
        "The middle half of the schools of the phase Primary of the authority, 2026/27, as they reported themselves "
        "(7 schools)."
    )
    assert middle_half_in_words(found, middle_half(found, "secondary"), "Secondary") == (
        "The benchmark holds no such figure of the authority, 2026/27, as they reported themselves."
    )


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=5), children, max_size=3),
    max_leaves=5,
)
keys = st.sampled_from(
    ("format", "version", "authority", "year", "framework", "edition", "schools", "figures", "about")
)
figure_keys = st.sampled_from(("group", "measure", "question", "topic", "schools", "lower", "median", "upper"))


@settings(deadline=None)
@given(head=st.dictionaries(keys, json_values), figure=st.dictionaries(figure_keys, json_values))
def test_no_json_makes_the_reader_fail(toy: Criteria, head: dict[str, Any], figure: dict[str, Any]) -> None:
    """Whatever stands in the file, the reader answers with problems, or with a benchmark that keeps the schema."""
    whole = json.loads(_file(*SHOWN))
    whole["figures"][1] |= figure
    found = read_benchmark(json.dumps(whole | head).encode(), "kent.json", toy)
    if isinstance(found, Benchmark):
        checked(found.spread, SPREAD)
    else:
        assert all(problem.where.startswith("kent.json") and problem.what and problem.fix for problem in found)


@settings(deadline=None)
@given(data=st.binary(max_size=300))
def test_no_bytes_make_the_reader_fail(toy: Criteria, data: bytes) -> None:
    """What is no benchmark file is said to be none."""
    assert _refused(data, toy) == (NO_BENCHMARK,)
