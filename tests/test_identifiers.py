"""What people type for a URN, a local authority and an academic year."""

from __future__ import annotations

import datetime as dt

import pytest

from audit.identifiers import local_authorities, read_local_authority, read_urn, read_year
from audit.model import academic_year
from audit.problems import Problem


@pytest.mark.parametrize(
    "typed",
    ["900001", " 900 001 ", "URN: 900001", "urn900001", "900001.0", "900\u00a0001", "９００００１", "900001\u200b"],
)
def test_a_urn_is_read_however_it_is_typed(typed: str) -> None:
    """Spaces, no-break spaces, a prefix, full-width digits and a spreadsheet's .0 do no harm."""
    assert read_urn(typed) == "900001"


def test_a_urn_of_five_digits_is_legal() -> None:
    """The register holds five-digit URNs of schools long closed."""
    assert read_urn("20571") == "20571"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "The URN is missing."),
        ("886/1234", "looks like the DfE number"),
        ("8861234", "looks like the DfE number"),
        ("886-0012", "looks like the DfE number"),
        ("10012345", "looks like the UKPRN"),
        ("Hilltop", '"Hilltop" is not a URN.'),
        ("012345", '"012345" is not a URN.'),
        ("1234", '"1234" is not a URN.'),
    ],
)
def test_what_is_no_urn_is_explained(typed: str, said: str) -> None:
    """The DfE number and the UKPRN are recognised and explained; anything else is named."""
    found = read_urn(typed)
    assert isinstance(found, Problem)
    assert said in found.what
    assert found.fix


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", ""),
        ("886", "886"),
        ("886 Kent", "886"),
        ("kent", "886"),
        ("Bristol City of", "801"),
        ("Bristol, City of", "801"),
        ("Durham", "840"),
        ("Kent County Council", "886"),
    ],
)
def test_a_local_authority_is_read_by_code_or_name(typed: str, code: str) -> None:
    """Names vary between lists, so word order and the words City, County and Council do not matter."""
    assert read_local_authority(typed) == code


def test_an_unknown_local_authority_is_named() -> None:
    """A name or code that the register does not have is a problem."""
    for typed in ("Narnia", "999"):
        assert isinstance(read_local_authority(typed), Problem)


def test_there_are_154_local_authorities_in_england() -> None:
    """The list is the register's, Kent 886 and Shropshire 893 among them."""
    assert len(local_authorities()) == 154
    assert (local_authorities()["886"], local_authorities()["893"]) == ("Kent", "Shropshire")


@pytest.mark.parametrize("typed", ["2026/27", "2026-27", "2026/2027", "2026 / 27", "2026–27"])
def test_a_year_is_read_however_it_is_typed(typed: str) -> None:
    """The two years of an academic year, with any stroke, in two digits or four."""
    assert read_year(typed) == "2026/27"


@pytest.mark.parametrize("typed", ["", "2026", "2026/28", "26/27", "next year"])
def test_what_is_no_academic_year_is_a_problem(typed: str) -> None:
    """A calendar year, or years that do not follow each other, are named."""
    assert isinstance(read_year(typed), Problem)


@pytest.mark.parametrize(
    ("day", "year"),
    [(dt.date(2026, 8, 31), "2025/26"), (dt.date(2026, 9, 1), "2026/27"), (dt.date(2099, 12, 1), "2099/00")],
)
def test_the_academic_year_begins_on_the_first_of_september(day: dt.date, year: str) -> None:
    """31 August belongs to the old year, 1 September to the new."""
    assert academic_year(day) == year
