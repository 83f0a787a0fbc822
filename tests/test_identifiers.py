"""What people type for a URN, a local authority and an academic year."""

from __future__ import annotations

import datetime as dt

import pytest

from audit.identifiers import (
    doubt_about_urn,
    is_half_a_year,
    local_authorities,
    phase_by_words,
    read_local_authority,
    read_urn,
    read_year,
)
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


def test_there_are_153_local_authorities_in_england() -> None:
    """The list is the register's, Kent 886 and Shropshire 893 among them."""
    assert len(local_authorities()) == 153
    assert (local_authorities()["886"], local_authorities()["893"]) == ("Kent", "Shropshire")


@pytest.mark.parametrize("typed", ["2026/27", "2026-27", "2026/2027", "2026 / 27", "2026–27"])
def test_a_year_is_read_however_it_is_typed(typed: str) -> None:
    """The two years of an academic year, with any stroke, in two digits or four."""
    assert read_year(typed) == "2026/27"


@pytest.mark.parametrize(
    "typed",
    ["2026", "26/27", "2026 to 2027", "AY 2026/27", "AY26/27", "2026_27", "2026.27", "2026—27", "2026–2027", "2627",
     "academic year 2026-27", "Sept 2026 - Aug 2027", "'26/'27", "2026 & 27", "01/10/2026"],
)  # fmt: skip
def test_every_spelling_that_means_one_year_is_taken(typed: str) -> None:
    """Dashes, short years and words around it change nothing; a bare year is the one that begins then."""
    assert (read_year(typed), is_half_a_year(typed)) == ("2026/27", typed == "2026")


@pytest.mark.parametrize(
    "typed",
    ["'900001", "‘900001", "900,001", "900.001", "URN 900001 (was 900077)", "urn no: 900001", "No. 900001",
     "9.00001E+05", "９００００１", "900 001", "900001.0", "900001 (DfE 886/1234)", "was 900077, now 900001", "#900001"],
)  # fmt: skip
def test_the_one_number_in_a_cell_is_the_urn(typed: str) -> None:
    """What else stands in the cell, an old number included, changes nothing."""
    assert read_urn(typed) == "900001"


def test_two_schools_in_one_cell_are_told_to_send_two_workbooks() -> None:
    """Nobody but the school knows whose answers these are."""
    problem = read_urn("900001 / 900002")
    assert isinstance(problem, Problem)
    assert problem.what == "More than one school is named here: 900001 and 900002."


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("KCC", "886"), ("Kent County Council", "886"), ("Kent (886)", "886"), ("886.0", "886"), ("LA: Kent", "886"),
        ("LB Camden", "202"), ("London Borough of Camden", "202"), ("Camden LBC", "202"),
        ("Royal Borough of Kensington & Chelsea", "207"), ("RBKC", "207"), ("City of Bristol", "801"),
        ("Bath & North East Somerset", "800"), ("BathNES", "800"), ("Brighton & Hove City Council", "846"),
        ("Hull City Council", "810"), ("BCP", "839"), ("Stoke–on–Trent", "861"), ("St Helens MBC", "342"),
        ("NE Lincs", "812"), ("Herts", "919"), ("City of London", "201"), ("—", ""), ("", ""),
    ],
)  # fmt: skip
def test_an_authority_is_known_by_its_usual_names(typed: str, code: str) -> None:
    """Short names, dashes, ampersands and the kind of council change nothing."""
    assert read_local_authority(typed) == code


@pytest.mark.parametrize("typed", ["London", "Kingston", "Yorkshire", "Sunrise Learning Trust", "LBC"])
def test_what_names_no_authority_or_more_than_one_is_not_guessed(typed: str) -> None:
    """London is not the City of London, and a trust is no authority."""
    assert isinstance(read_local_authority(typed), Problem)


@pytest.mark.parametrize(
    ("urn", "said"),
    [("886123", "DfE number that lost a zero"), ("612345", "hardly the URN"), ("12345", "hardly the URN")],
)
def test_a_number_that_is_hardly_a_schools_is_doubted(urn: str, said: str) -> None:
    """Today's schools have numbers from 100000 to about 150000; ours for invented schools begin at 900001."""
    doubt = doubt_about_urn(urn)
    assert doubt is not None
    assert (said in doubt.what, doubt.severity) == (True, "warning")
    assert doubt_about_urn("118245") is doubt_about_urn("900001") is None


@pytest.mark.parametrize("typed", ["", "2026/28", "26/28", "next year", "2026/27 or 2027/28", "12/2026"])
def test_what_is_no_academic_year_is_a_problem(typed: str) -> None:
    """Years that do not follow each other, or more than one year, are named."""
    assert isinstance(read_year(typed), Problem)


@pytest.mark.parametrize(
    ("day", "year"),
    [(dt.date(2026, 8, 31), "2025/26"), (dt.date(2026, 9, 1), "2026/27"), (dt.date(2099, 12, 1), "2099/00")],
)
def test_the_academic_year_begins_on_the_first_of_september(day: dt.date, year: str) -> None:
    """31 August belongs to the old year, 1 September to the new."""
    assert academic_year(day) == year


@pytest.mark.parametrize(
    "typed",
    ["academic year ending 2026", "2026 (ending)", "year ending July 2026", "Aug 2026", "Spring 2026", "Autumn 2025",
     "Summer term 2026", "1 Sep 2025", "September 2025", "1 September 2025 to 31 August 2026",
     "01/09/2025-31/08/2026", "autumn term 2025/26", "2025/26 - final", "2025\u204426"],
)  # fmt: skip
def test_a_month_a_term_or_the_end_of_a_year_names_the_year_it_lies_in(typed: str) -> None:
    """The summer of 2026 lies in the year that began in 2025."""
    assert (read_year(typed), is_half_a_year(typed)) == ("2025/26", False)


@pytest.mark.parametrize(
    "typed", ["01/09/2025 - 31/08/2027", "July 2025 to August 2026", "not 2025/26", "Year 6, 2026"]
)
def test_days_of_two_years_name_none(typed: str) -> None:
    """What spans two academic years is left to the school."""
    assert isinstance(read_year(typed), Problem)


@pytest.mark.parametrize(
    ("typed", "phase"),
    [
        ("11-16", "secondary"),
        ("Ages 4 to 11", "primary"),
        ("3-18", "all-through"),
        ("4–16", "all-through"),
        ("16-19", "sixteen-plus"),
        ("KS1-4", "all-through"),
        ("KS3/4", "secondary"),
        ("Special (11-16)", "special"),
        ("All-through special", "special"),
        ("Primary with SEN unit", "primary"),
        ("Special needs unit in primary", "primary"),
        ("Secondary with SEND base", "secondary"),
        ("Secondary with sixth form", "secondary"),
        ("Primary (formerly special)", "primary"),
        ("Nursery/Primary", "primary"),
        ("JMI", "primary"),
        ("Grammar", "secondary"),
    ],
)
def test_a_phase_is_known_by_its_usual_words(typed: str, phase: str) -> None:
    """Ages, key stages and what a school has besides say which phase it is."""
    assert phase_by_words(typed) == phase


@pytest.mark.parametrize(
    "typed",
    ["Not primary", "non-special", "Primary or secondary", "Primary/Secondary", "9-13", "KS2/3", "Years 7-11", "Middle", "Academy"],
)  # fmt: skip
def test_a_phase_that_is_denied_or_left_open_is_not_guessed(typed: str) -> None:
    """What could be two phases, or says what the school is not, names none."""
    assert phase_by_words(typed) is None


@pytest.mark.parametrize(
    "typed",
    ["900077 (old), 900001 (new)", "old 900077 new 900001", "900001 (new), 900077 (old)", "was 900077 now 900001"],
)
def test_the_number_of_today_is_taken_of_two(typed: str) -> None:
    """Which of two numbers is the old one decides, not which stands first."""
    assert read_urn(typed) == "900001"


@pytest.mark.parametrize("typed", ["1.23E+05", "9.0000E+05", "not 900001"])
def test_a_number_that_lost_digits_or_is_denied_is_no_urn(typed: str) -> None:
    """A spreadsheet's short form of a number does not say which school it is."""
    assert isinstance(read_urn(typed), Problem)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Bexley (was Kent)", "303"),
        ("Co Durham", "840"),
        ("RBK&C", "207"),
        ("Royal Greenwich", "203"),
        ("Poole", "839"),
    ],
)
def test_more_usual_names_of_authorities(typed: str, code: str) -> None:
    """Short names and former ones are known where they can be only one authority."""
    assert read_local_authority(typed) == code


@pytest.mark.parametrize("typed", ["North East", "Central", "St", "886 Medway", "Kent 887", "Kent (303)"])
def test_a_region_or_two_authorities_name_none(typed: str) -> None:
    """The beginning of a name that only points a way, or a code beside another name, is left open."""
    assert isinstance(read_local_authority(typed), Problem)
