"""The national register of schools in the form of the public file, and what an authority makes of it."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping

import pytest

from audit.authority.register import Register, RegisteredSchool, read_register
from audit.authority.register_columns import UNREAD
from audit.identifiers import authority_name, doubt_about_authority, read_local_authority, read_urn
from audit.problems import Problem

PUBLIC_COLUMNS = [
    "URN",
    "LA (code)",
    "LA (name)",
    "EstablishmentNumber",
    "EstablishmentName",
    "TypeOfEstablishment (code)",
    "TypeOfEstablishment (name)",
    "EstablishmentTypeGroup (code)",
    "EstablishmentTypeGroup (name)",
    "EstablishmentStatus (code)",
    "EstablishmentStatus (name)",
    "ReasonEstablishmentOpened (code)",
    "ReasonEstablishmentOpened (name)",
    "OpenDate",
    "ReasonEstablishmentClosed (code)",
    "ReasonEstablishmentClosed (name)",
    "CloseDate",
    "PhaseOfEducation (code)",
    "PhaseOfEducation (name)",
    "StatutoryLowAge",
    "StatutoryHighAge",
    "Boarders (code)",
    "Boarders (name)",
    "NurseryProvision (name)",
    "OfficialSixthForm (code)",
    "OfficialSixthForm (name)",
    "Gender (code)",
    "Gender (name)",
    "ReligiousCharacter (code)",
    "ReligiousCharacter (name)",
    "ReligiousEthos (name)",
    "Diocese (code)",
    "Diocese (name)",
    "AdmissionsPolicy (code)",
    "AdmissionsPolicy (name)",
    "SchoolCapacity",
    "SpecialClasses (code)",
    "SpecialClasses (name)",
    "CensusDate",
    "NumberOfPupils",
    "NumberOfBoys",
    "NumberOfGirls",
    "PercentageFSM",
    "TrustSchoolFlag (code)",
    "TrustSchoolFlag (name)",
    "Trusts (code)",
    "Trusts (name)",
    "SchoolSponsorFlag (name)",
    "SchoolSponsors (name)",
    "FederationFlag (name)",
    "Federations (code)",
    "Federations (name)",
    "UKPRN",
    "FEHEIdentifier",
    "FurtherEducationType (name)",
    "OfstedLastInsp",
    "OfstedSpecialMeasures (code)",
    "OfstedSpecialMeasures (name)",
    "LastChangedDate",
    "Street",
    "Locality",
    "Address3",
    "Town",
    "County (name)",
    "Postcode",
    "SchoolWebsite",
    "TelephoneNum",
    "HeadTitle (name)",
    "HeadFirstName",
    "HeadLastName",
    "HeadPreferredJobTitle",
    "BSOInspectorateName (name)",
    "InspectorateReport",
    "DateOfLastInspectionVisit",
    "NextInspectionVisit",
    "TeenMoth (name)",
    "TeenMothPlaces",
    "CCF (name)",
    "SENPRU (name)",
    "EBD (name)",
    "PlacesPRU",
    "FTProv (name)",
    "EdByOther (name)",
    "Section41Approved (name)",
    "SEN1 (name)",
    "SEN2 (name)",
    "SEN3 (name)",
    "SEN4 (name)",
    "SEN5 (name)",
    "SEN6 (name)",
    "SEN7 (name)",
    "SEN8 (name)",
    "SEN9 (name)",
    "SEN10 (name)",
    "SEN11 (name)",
    "SEN12 (name)",
    "SEN13 (name)",
    "TypeOfResourcedProvision (name)",
    "ResourcedProvisionOnRoll",
    "ResourcedProvisionCapacity",
    "SenUnitOnRoll",
    "SenUnitCapacity",
    "GOR (code)",
    "GOR (name)",
    "DistrictAdministrative (code)",
    "DistrictAdministrative (name)",
    "AdministrativeWard (code)",
    "AdministrativeWard (name)",
    "ParliamentaryConstituency (code)",
    "ParliamentaryConstituency (name)",
    "UrbanRural (code)",
    "UrbanRural (name)",
    "GSSLACode (name)",
    "Easting",
    "Northing",
    "MSOA (name)",
    "LSOA (name)",
    "InspectorateName (name)",
    "SENStat",
    "SENNoStat",
    "BoardingEstablishment (name)",
    "PropsName",
    "PreviousLA (code)",
    "PreviousLA (name)",
    "PreviousEstablishmentNumber",
    "OfstedRating (name)",
    "RSCRegion (name)",
    "Country (name)",
    "UPRN",
    "SiteName",
    "QABName (code)",
    "QABName (name)",
    "EstablishmentAccredited (code)",
    "EstablishmentAccredited (name)",
    "QABReport",
    "CHNumber",
    "MSOA (code)",
    "LSOA (code)",
    "FSM",
    "AccreditationExpiryDate",
]
"""The headings of the public CSV of Get Information About Schools, 2025/26 edition, in their order."""
PRIMARY = {
    "URN": "900001",
    "LA (code)": "886",
    "LA (name)": "Kent",
    "EstablishmentNumber": "0034",
    "EstablishmentName": "Soufflé Example Primary School",
    "TypeOfEstablishment (code)": "01",
    "TypeOfEstablishment (name)": "Community school",
    "EstablishmentTypeGroup (code)": "4",
    "EstablishmentTypeGroup (name)": "Local authority maintained schools",
    "EstablishmentStatus (code)": "1",
    "EstablishmentStatus (name)": "Open",
    "OpenDate": "01-09-1975",
    "PhaseOfEducation (code)": "2",
    "PhaseOfEducation (name)": "Primary",
    "PreviousLA (code)": "999",
    "LastChangedDate": "27-11-2026",
}


def public_file(*rows: Mapping[str, str]) -> bytes:
    """The public CSV with these rows: Windows-1252, every column, CRLF."""
    text = io.StringIO()
    writer = csv.DictWriter(text, PUBLIC_COLUMNS, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("cp1252")


def of_rows(*rows: Mapping[str, str]) -> Register:
    """The register of these rows, which must be without fault."""
    found, problems = read_register(public_file(*rows), "edubasealldata20261127.csv")
    assert found is not None
    assert problems == ()
    return found


def zipped(**files: bytes) -> bytes:
    """A zip of these files; two underscores in a name stand for the stop before its ending."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as book:
        for name, data in files.items():
            book.writestr(name.replace("__", "."), data)
    return packed.getvalue()


def faults(data: bytes, file: str = "Results.zip") -> list[str]:
    """What is wrong with a list."""
    return [problem.what for problem in read_register(data, file)[1]]


def test_a_row_of_the_public_file_is_read() -> None:
    """Windows-1252, some 140 columns, dates with the day first, and the columns of a head's name: only ours are read."""
    assert len(PUBLIC_COLUMNS) > 130
    assert list(of_rows(PRIMARY).schools.values()) == [
        RegisteredSchool(
            urn="900001",
            name="Soufflé Example Primary School",
            local_authority="886",
            dfe_number="8860034",
            phase="primary",
            type="LA maintained",
        )
    ]


@pytest.mark.parametrize(
    ("code", "name", "expected"),
    [
        ("1", "Open", True),
        ("2", "Closed", False),
        ("3", "Open, but proposed to close", True),
        ("4", "Proposed to open", False),
    ],
)
def test_the_four_statuses_of_the_public_file(code: str, name: str, expected: bool) -> None:
    """Open and closing schools are expected, by name or, without it, by code; closed and proposed ones are not."""
    row = PRIMARY | {"EstablishmentStatus (code)": code, "EstablishmentStatus (name)": name}
    assert of_rows(row).schools["900001"].expected is expected
    assert of_rows(row | {"EstablishmentStatus (name)": ""}).schools["900001"].expected is expected


@pytest.mark.parametrize(
    ("code", "name", "expected"),
    [
        ("2", "Open", True),
        ("1", "Closed", False),
        ("4", "Open, but proposed to close", True),
        ("3", "Proposed to open", False),
        ("2", "Not recorded", False),
        ("4", "n/a", False),
        ("3", "-", True),
        ("", "4", False),
        ("1", "Will close 31 August 2027", True),
        ("1", "Due to close", True),
        ("1", "Due to open September 2027", False),
        ("1", "Opens 1 September 2027", False),
        ("1", "Opens in autumn", False),
        ("1", "Not yet open", False),
        ("1", "Open since 2009", True),
        ("1", "Open (special)", True),
    ],
)
def test_where_name_and_code_of_a_status_differ(code: str, name: str, expected: bool) -> None:
    """The name decides, however it is worded; the code where the name says nothing that can be understood."""
    row = PRIMARY | {"EstablishmentStatus (code)": code, "EstablishmentStatus (name)": name}
    found, problems = read_register(public_file(row), "x.csv")
    assert found is not None
    assert (found.schools["900001"].expected, problems) == (expected, ())


def test_a_status_in_other_words_is_open_with_a_warning() -> None:
    """A list of the authority's own may say anything: a school is never left out without a word."""
    found, problems = read_register(b"URN,Name,Status\n900001,Hilltop,Academy\n900002,Valley,Active\n", "list.csv")
    assert found is not None
    assert [one.expected for one in found.schools.values()] == [True, True]
    assert [(one.where, one.severity) for one in problems] == [("list.csv, line 2", "warning")]


@pytest.mark.parametrize(
    ("code", "name", "group", "place", "expected"),
    [
        ("29", "Higher education institutions", "Universities", "universities", False),
        ("24", "Secure units", "Other types", "secure-units", False),
        ("57", "Academy secure 16 to 19", "Academies", "secure-units", False),
        ("47", "Children’s centre", "Other types", "childrens-centres", False),
        ("48", "Children's centre linked site", "Other types", "childrens-centres", False),
        ("49", "Online provider", "Online provider", "online-providers", False),
        ("27", "Miscellaneous", "Other types", "miscellaneous", False),
        ("30", "Welsh establishment", "Welsh schools", "outside-england", False),
        ("37", "British schools overseas", "Other types", "outside-england", False),
        ("11", "Other independent school", "Independent schools", "independent", True),
        ("10", "Other independent special school", "Independent schools", "independent", True),
        ("18", "Further education", "Colleges", "colleges", True),
        ("29", "", "", "universities", False),
        ("29", "Community school", "Local authority maintained schools", "", True),
        ("40", "University technical college", "Free Schools", "", True),
        ("06", "City technology college", "Independent schools", "", True),
        ("08", "Non-maintained special school", "Special schools", "", True),
        ("45", "Academy 16-19 converter", "Academies", "", True),
        ("14", "Pupil referral unit", "Local authority maintained schools", "", True),
        ("", "EY Setting", "Other types", "miscellaneous", False),
        ("", "", "Other types", "miscellaneous", False),
    ],
)
def test_open_is_not_expected(code: str, name: str, group: str, place: str, expected: bool) -> None:
    """The name of the type decides, else of its group, else the code, which kinds of place are asked by default."""
    kind = {"TypeOfEstablishment (code)": code, "TypeOfEstablishment (name)": name}
    kind |= {"EstablishmentTypeGroup (name)": group, "EstablishmentTypeGroup (code)": ""}
    one = read_register(public_file(PRIMARY | {k: v.replace("’", "'") for k, v in kind.items()}), "x.csv")[0]
    assert one is not None
    assert (one.schools["900001"].place, one.schools["900001"].expected) == (place, expected)


def test_the_authority_chooses_which_places_are_asked() -> None:
    """What is chosen replaces the default; state schools are always asked, and a closed place never."""
    university = PRIMARY | {"URN": "900002", "TypeOfEstablishment (name)": "Higher education institutions"}
    independent = PRIMARY | {"URN": "900003", "TypeOfEstablishment (name)": "Other independent school"}
    closed = university | {"URN": "900004", "EstablishmentStatus (name)": "Closed"}
    found = of_rows(PRIMARY, university, independent, closed).asking(["universities"])
    assert [urn for urn, one in found.schools.items() if one.expected] == ["900001", "900002"]
    assert {place: [one.urn for one in there] for place, there in found.places.items()} == {
        "independent": ["900003"],
        "universities": ["900002"],
    }


def test_the_zip_of_the_download_is_taken() -> None:
    """One CSV in it, in a folder or not, beside what a computer adds of its own."""
    data = zipped(**{"extract/edubasealldata20261127__csv": public_file(PRIMARY), "._x__csv": b"", "readme__pdf": b"x"})
    found, problems = read_register(data, "Results.zip")
    assert found is not None
    assert (list(found.schools), problems) == (["900001"], ())


def test_a_zip_that_is_no_register_is_refused_with_its_reason() -> None:
    """Damaged, without a list, with two of them, or larger than any register when unpacked."""
    whole = zipped(register__csv=public_file(PRIMARY))
    assert faults(whole[:-40]) == ["The zip is damaged and cannot be unpacked."]
    assert faults(whole[:60] + b"\xff" * 20 + whole[80:]) == ["The zip is damaged and cannot be unpacked."]
    workbook = zipped(**{"[Content_Types]__xml": b"x"})
    assert faults(workbook) == ["This is a workbook, not a CSV file, whatever its name."]
    assert faults(zipped(notes__pdf=b"x")) == ["The zip holds no CSV file."]
    assert faults(zipped(a__csv=b"x", edubasealldata__csv=b"x")) == [
        "The zip holds 2 CSV files: a.csv, edubasealldata.csv."
    ]
    assert faults(zipped(bomb__csv=b"0" * (101 * 2**20))) == ["The list in the zip has more than 100 MB when unpacked."]


def test_two_lists_in_a_zip_the_fix_says_which_is_wanted() -> None:
    """The national register is known by how its name begins."""
    (problem,) = read_register(zipped(a__csv=b"x", edubasealldata__csv=b"x"), "Results.zip")[1]
    assert (
        problem.fix
        == "Unpack it, and choose the one that you need; of these edubasealldata.csv is the national register."
    )


def test_a_new_authority_of_the_register_is_an_authority() -> None:
    """A three-digit code that this program does not know is read with the register's name, and can be narrowed to."""
    new = PRIMARY | {"URN": "900021", "LA (code)": "950", "LA (name)": "Ashdown and Weald"}
    found = of_rows(PRIMARY, new)
    assert dict(found.authorities) == {"950": "Ashdown and Weald", "886": "Kent"}
    assert list(found.of("950").schools) == ["900021"]
    assert found.known["900021"].authority_name == "Ashdown and Weald"
    assert read_local_authority("Ashdown & Weald Council", names=found.names) == "950"


@pytest.mark.parametrize("typed", ["Sunrise Learning Trust", "London", "Atlantis", "?? Kent or Medway"])
def test_an_authority_that_cannot_be_read_is_never_ours(typed: str) -> None:
    """It is a problem for its line, and the school is left out wherever an authority is chosen."""
    found, problems = read_register(f"URN,School,LA\n900001,Hilltop,{typed}\n900003,Valley,Kent\n".encode(), "list.csv")
    assert found is not None
    assert [problem.where for problem in problems] == ["list.csv, line 2"]
    assert found.schools["900001"].local_authority == UNREAD
    assert (list(found.of("886").schools), dict(found.authorities)) == (["900003"], {"886": "Kent"})
    assert found.known["900001"].local_authority == ""


def test_a_code_and_a_name_that_are_two_authorities_are_none() -> None:
    """A row that says Kent by code and Medway by name is a problem, and counts for neither; an old name is no doubt."""
    found, problems = read_register(public_file(PRIMARY | {"LA (name)": "Medway"}), "x.csv")
    assert found is not None
    assert found.schools["900001"].local_authority == UNREAD
    assert [(one.where, one.severity) for one in problems] == [("x.csv, line 2", "error")]
    assert faults(public_file(PRIMARY | {"LA (code)": "838", "LA (name)": "Dorset"}), "x.csv") == []
    assert faults(public_file(PRIMARY | {"LA (code)": "835", "LA (name)": "Dorset"}), "x.csv") == []


@pytest.mark.parametrize(("code", "name", "authority"), [("88", "Kent", "886"), ("7", "", UNREAD), ("0", "", "000")])
def test_a_code_of_fewer_than_three_digits_is_no_authority(code: str, name: str, authority: str) -> None:
    """What lost a digit on its way is not made into another authority: the name decides, or the line is a problem."""
    found, problems = read_register(public_file(PRIMARY | {"LA (code)": code, "LA (name)": name}), "x.csv")
    assert found is not None
    assert found.schools["900001"].local_authority == authority
    assert bool(problems) == (authority == UNREAD)
    assert set(found.authorities) == {authority} - {UNREAD, "000"}


@pytest.mark.parametrize(
    ("kind", "phase"),
    [
        ("Academy 16-19 converter", "sixteen-plus"),
        ("Academy 16 to 19 sponsor led", "sixteen-plus"),
        ("University technical college", "secondary"),
        ("Studio schools", "secondary"),
        ("Academy special converter", "special"),
    ],
)
def test_a_type_tells_the_phase_where_the_register_does_not(kind: str, phase: str) -> None:
    """By its name alone, without a code."""
    row = PRIMARY | {"TypeOfEstablishment (code)": "", "TypeOfEstablishment (name)": kind}
    row |= {"PhaseOfEducation (code)": "0", "PhaseOfEducation (name)": "Not applicable"}
    assert of_rows(row).schools["900001"].phase == phase


@pytest.mark.parametrize("typed", ["Brighton & Hove", "846", "846 Brighton and Hove", "E06000043", "'846"])
def test_an_authority_is_read_however_a_list_gives_it(typed: str) -> None:
    """By name with an ampersand, by code, by both, or by the code of the Office for National Statistics."""
    found, problems = read_register(f"URN,School,Local Authority\n900001,Hilltop,{typed}\n".encode(), "list.csv")
    assert found is not None
    assert (found.schools["900001"].local_authority, problems) == ("846", ())


@pytest.mark.parametrize(("typed", "code"), [("928", "928"), ("Cumbria", "909"), ("Cumbria County Council", "909")])
def test_a_divided_authority_is_taken_with_a_note(typed: str, code: str) -> None:
    """Schools and older registers still name it; the note says what followed it."""
    assert read_local_authority(typed) == code
    note = doubt_about_authority(code)
    assert note is not None
    assert (note.severity, "its schools are now in" in note.what) == ("warning", True)
    assert doubt_about_authority("886") is None
    assert authority_name("909") == "Cumbria"


@pytest.mark.parametrize(
    "typed",
    ["urn no: 123456", "No. 123456", "'123456", "1.23456E+05", "1,23456E+05", "1.23456e5", "URN No 123456", "#123456"],
)
def test_a_urn_is_read_in_a_list_as_it_is_anywhere(typed: str) -> None:
    """One normaliser reads registers, lists, forms and returns."""
    assert read_urn(typed) == "123456"
    found, problems = read_register(f'Name;URN\nHilltop;"{typed}"\n'.encode(), "list.csv")
    assert found is not None
    assert (list(found.schools), problems) == (["123456"], ())


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("DfE No. 886/0123", "looks like the DfE number"),
        ("LAESTAB 8860123", "looks like the DfE number"),
        ("UKPRN 10012345", "looks like the UKPRN"),
        ("1.23E+05", "its last digits cannot be told"),
        ("8.86012E+06", "its last digits cannot be told"),
    ],
)
def test_another_number_than_the_urn_gets_the_right_help(typed: str, said: str) -> None:
    """What is no URN for certain is said to be what it looks like, never guessed."""
    found = read_urn(typed)
    assert isinstance(found, Problem)
    assert said in found.what
