"""The register of schools and the list of changed URNs, in every form in which people have them."""

from __future__ import annotations

import pytest

from audit.authority.csv_file import MOST_NAMED, MOST_ROWS
from audit.authority.register import Register, RegisteredSchool, read_register, read_successors
from audit.problems import Problem

HEADINGS = (
    "URN,LA (code),LA (name),EstablishmentNumber,EstablishmentName,TypeOfEstablishment (code),"
    "TypeOfEstablishment (name),EstablishmentTypeGroup (code),EstablishmentTypeGroup (name),"
    "EstablishmentStatus (code),EstablishmentStatus (name),PhaseOfEducation (code),PhaseOfEducation (name),"
    "HeadFirstName,HeadLastName"
)
HILLTOP = RegisteredSchool(urn="900001", name="Hilltop")
VALLEY = RegisteredSchool(urn="900002", name="Valley")


def register(*lines: str) -> Register:
    """The register that these lines make; it must be without fault."""
    found, problems = read_register("\r\n".join(lines).encode("cp1252"), "register.csv")
    assert found is not None
    assert problems == ()
    return found


def schools(data: bytes) -> list[RegisteredSchool]:
    """The schools of a list that must be without fault."""
    found, problems = read_register(data, "list.csv")
    assert problems == ()
    return [] if found is None else list(found.schools.values())


def faults(data: bytes | str) -> list[str]:
    """The problems of a register, each as its place and fact."""
    _, problems = read_register(data.encode() if isinstance(data, str) else data, "list.csv")
    return [f"{problem.where}: {problem.what}" for problem in problems]


def test_a_row_of_the_national_register_is_read_by_its_headings() -> None:
    """URN, name, authority, DfE number, phase, type and status come from their columns, whatever others there are."""
    found = register(
        HEADINGS,
        "900001,886,Kent,0012,Hilltop Café School,01,Community school,4,Local authority maintained schools,"
        "1,Open,2,Primary,Ada,Nobody",
    )
    assert list(found.schools.values()) == [
        RegisteredSchool(
            urn="900001",
            name="Hilltop Café School",
            local_authority="886",
            dfe_number="8860012",
            phase="primary",
            type="LA maintained",
            expected=True,
        )
    ]


def test_no_head_teacher_is_read() -> None:
    """Nothing of the columns that name a person is held anywhere in the register."""
    found = register(HEADINGS, "900001,886,Kent,12,Hilltop,1,Community school,4,x,1,Open,2,Primary,Ada,Nobody")
    assert "Ada" not in repr(found)
    assert "Nobody" not in repr(found)


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [
        ("cp1252", ","),
        ("utf-8", ","),
        ("utf-8-sig", ","),
        ("utf-8-sig", ";"),
        ("cp1252", ";"),
        ("utf-8", "\t"),
        ("utf-16", "\t"),
    ],
)
def test_encoding_and_delimiter_are_found_out(encoding: str, delimiter: str) -> None:
    """Windows-1252, UTF-8 with or without mark and Excel's Unicode text; comma, semicolon and tab."""
    text = "URN,EstablishmentName\r\n900001,Café ’s Hilltop\r\n".replace(",", delimiter)
    assert schools(text.encode(encoding)) == [RegisteredSchool(urn="900001", name="Café ’s Hilltop")]


@pytest.mark.parametrize(
    "text",
    [
        "900001,Hilltop\n900002,Valley\n",
        "Hilltop,900001\nValley,900002\n",
        "URN,Name\n900001,Hilltop\n900002,Valley\n",
        "School name;Urn\nHilltop;900001\nValley;900002\n",
        "URN,What we call it\n900001,Hilltop\n900002,Valley\n",
        "Number,Title\n900001,Hilltop\n900002,Valley\n",
        "Schools in 2026\n\nNumber,Title\n900001,Hilltop\n900002,Valley\n",
        "900001,Hilltop,12 High Street\n900002,Valley,3 Low Street\n",
        "sep=;\nURN;Name\n900001;Hilltop\n900002;Valley\n",
        "URN,Name\r900001,Hilltop\r900002,Valley\r",
        "URN,Name\n\n900001,Hilltop\n,\n \n900002,Valley\n\n",
        "URN,Name\n900001.0,Hilltop\n 900 002 ,Valley\n",
        "URN,Name\n900001,Hill\0top\n\0\0\n900002,Valley",
        'URN,Name\n900001,"Hilltop"\n900002,"Valley"\n',
    ],
)
def test_a_list_of_urn_and_name_is_a_register(text: str) -> None:
    """With headings, other headings or none, columns in either order, more columns, empty lines: the same schools."""
    assert schools(text.encode()) == [HILLTOP, VALLEY]


def test_a_comma_in_a_name_does_not_divide_a_list_with_semicolons() -> None:
    """What stands between the columns is found by the URN, not by counting."""
    assert schools(b"900001;Hilltop, Upper\n") == [RegisteredSchool(urn="900001", name="Hilltop, Upper")]


def test_headings_are_known_in_any_case_and_spacing() -> None:
    """Editions of the register differ in case, spaces and marks."""
    found = register("  urn , Establishment Name,la CODE,Establishment_Number", "900001,Hilltop,886,34")
    assert found.schools["900001"] == RegisteredSchool(
        urn="900001", name="Hilltop", local_authority="886", dfe_number="8860034"
    )


@pytest.mark.parametrize(
    ("code", "words", "type_code", "kind", "phase"),
    [
        ("1", "Nursery", "15", "Local authority nursery school", "nursery"),
        ("3", "Middle deemed primary", "1", "Community school", "primary"),
        ("5", "Middle deemed secondary", "1", "Community school", "secondary"),
        ("6", "16 plus", "18", "Further education", "sixteen-plus"),
        ("7", "All-through", "35", "Free schools", "all-through"),
        ("0", "Not applicable", "07", "Community special school", "special"),
        ("0", "Not applicable", "14.0", "Pupil referral unit", "pru"),
        ("0", "Not applicable", "38", "Free schools alternative provision", "pru"),
        ("0", "Not applicable", "15", "Local authority nursery school", "nursery"),
        ("0", "Not applicable", "18", "Further education", "sixteen-plus"),
        ("0", "Not applicable", "11", "Other independent school", None),
        ("", "All through", "", "", "all-through"),
        ("", "16 Plus", "", "", "sixteen-plus"),
        ("", "middle  deemed PRIMARY", "", "", "primary"),
        ("", "2", "", "", "primary"),
        ("", "Secondary (11-16)", "", "", "secondary"),
        ("", "Primary with nursery", "", "", "primary"),
        ("", "Not applicable", "", "Academy special converter", "special"),
        ("", "", "", "Academy alternative provision converter", "pru"),
        ("", "", "", "Sixth form centres", "sixteen-plus"),
        ("", "", "33", "", "special"),
        ("", "", "", "", None),
    ],
)
def test_the_phase_comes_from_phase_or_type(code: str, words: str, type_code: str, kind: str, phase: str) -> None:
    """By code, else by word however it is spelt; where the phase does not apply, by the type."""
    found = register(
        "URN,EstablishmentName,PhaseOfEducation (code),PhaseOfEducation (name),"
        "TypeOfEstablishment (code),TypeOfEstablishment (name)",
        f"900001,Hilltop,{code},{words},{type_code},{kind}",
    )
    assert found.schools["900001"].phase == phase


@pytest.mark.parametrize(
    ("code", "group", "kind", "expected"),
    [
        ("4", "Local authority maintained schools", "Community school", "LA maintained"),
        ("10", "Academies", "Academy special converter", "Academy"),
        ("", "Free Schools", "Studio schools", "Free school"),
        ("", "Independent schools", "Other independent special school", "Independent"),
        ("", "Special schools", "Non-maintained special school", "Special"),
        ("", "Colleges", "Further education", "College"),
        ("", "Other types", "Secure units", "Other"),
        ("", "", "Voluntary aided school", "LA maintained"),
        ("", "", "Academy converter", "Academy"),
        ("", "", "University technical college", "Free school"),
        ("", "", "", ""),
    ],
)
def test_the_type_is_its_group_in_plain_words(code: str, group: str, kind: str, expected: str) -> None:
    """The group of types by code or name; without one, the group that the type belongs to."""
    found = register(
        "URN,EstablishmentName,EstablishmentTypeGroup (code),EstablishmentTypeGroup (name),TypeOfEstablishment (name)",
        f"900001,Hilltop,{code},{group},{kind}",
    )
    assert (found.schools["900001"].type, dict(found.types)) == (expected, {"900001": expected} if expected else {})


@pytest.mark.parametrize(
    ("code", "words", "expected"),
    [
        ("1", "Open", True),
        ("2", "", False),
        ("2", "Closed", False),
        ("3", '"Open, but proposed to close"', True),
        ("4", "Proposed to open", False),
        ("3", "", True),
        ("4", "", False),
        ("4", '"Open, but proposed to close"', True),
        ("1", "Closed", False),
        ("3", "Proposed to open", False),
        ("", "3", True),
        ("", '"Open, but proposed to close"', True),
        ("", "CLOSED", False),
        ("", "Proposed to open", False),
        ("", "", True),
    ],
)
def test_only_open_schools_are_expected(code: str, words: str, expected: bool) -> None:
    """Open, and open but proposed to close; a list without status holds open schools. Others are known all the same."""
    found = register(
        "URN,EstablishmentName,EstablishmentStatus (code),EstablishmentStatus (name)", f"900001,Hilltop,{code},{words}"
    )
    assert found.schools["900001"].expected is expected


@pytest.mark.parametrize(
    ("authority", "number", "expected"),
    [
        ("886", "0034", "8860034"),
        ("886", "34", "8860034"),
        ("886.0", "34.0", "8860034"),
        ("", "34", ""),
        ("886", "", ""),
        ("886", "12345", ""),
    ],
)
def test_the_dfe_number_has_its_zeros_again(authority: str, number: str, expected: str) -> None:
    """Authority and establishment as seven digits, whatever a spreadsheet did to them."""
    found = register("URN,EstablishmentName,LA (code),EstablishmentNumber", f"900001,Hilltop,{authority},{number}")
    assert dict(found.urns) == ({expected: "900001"} if expected else {})


@pytest.mark.parametrize("typed", ["886/0034", "8860034", "886-0034", "8860034.0"])
def test_a_list_may_give_the_dfe_number_in_one_column(typed: str) -> None:
    """A column headed LAESTAB or DfE number is read however it is written."""
    assert dict(register("URN,Name,DfE number", f"900001,Hilltop,{typed}").urns) == {"8860034": "900001"}


@pytest.mark.parametrize("order", [1, -1])
def test_the_open_school_has_the_dfe_number_of_its_predecessor(order: int) -> None:
    """A school that became an academy keeps its DfE number; the number then means the open school."""
    rows = ["900001,Hilltop,886,34,Closed", "900002,Hilltop Academy,886,34,Open"][::order]
    found = register("URN,EstablishmentName,LA (code),EstablishmentNumber,EstablishmentStatus (name)", *rows)
    assert dict(found.urns) == {"8860034": "900002"}


def test_a_register_is_narrowed_to_one_authority() -> None:
    """Only that authority's schools, and those whose authority the list does not say, stay; all are counted by name."""
    found = register("URN,EstablishmentName,LA (code)", "900001,Hilltop,886", "900002,Valley,887", "900003,Dale,")
    assert dict(found.authorities) == {"886": "Kent", "887": "Medway"}
    assert list(found.of("886").schools) == ["900001", "900003"]


def test_an_authority_is_known_by_its_name_too() -> None:
    """A list with the name of the authority only is read as well."""
    assert (
        register("URN,Name,LA (name)", '900001,Hilltop,"Bristol, City of"').schools["900001"].local_authority == "801"
    )


@pytest.mark.parametrize(
    ("name", "urn"),
    [
        ("hilltop primary", "900001"),
        ("HILLTOP PRIMARY SCHOOL", "900001"),
        ("St. Anne's C of E Primary", "900002"),
        ("Saint Annes CE primary school", "900002"),
        ("Hilltop Infant School", None),
        ("Valley School", None),
        ("Dale School", None),
        ("School", None),
        ("", None),
    ],
)
def test_a_school_is_found_by_name_if_only_one_has_it(name: str, urn: str | None) -> None:
    """Case, marks and the words school and academy do not matter; two of a name, or a closed one, are not found."""
    found = register(
        "URN,EstablishmentName,EstablishmentStatus (name)",
        "900001,Hilltop Primary School,Open",
        "900002,St Anne's Church of England Primary School,Open",
        "900003,Valley School,Open",
        "900004,The Valley Academy,Open",
        "900005,Dale School,Closed",
    )
    called = found.called(name)
    assert (called.urn if called else None) == urn


def test_bad_rows_are_named_by_line_and_the_rest_is_used() -> None:
    """A bad URN, a missing name and a URN that stands twice are problems; every other school is there."""
    text = 'URN,Name\n900001,Hilltop\n9O0002,Dale\n900003,\n"8\n86/1234",Wood\n900001,Other\n900002,Valley\n,Field\n'
    found, problems = read_register(text.encode(), "list.csv")
    assert found == Register({"900001": HILLTOP, "900002": VALLEY})
    assert [f"{problem.where}: {problem.what}" for problem in problems] == [
        'list.csv, line 3: "9O0002" is not a URN.',
        "list.csv, line 4: URN 900003 has no name.",
        'list.csv, line 5: "8\n86/1234" looks like the DfE number (local authority and establishment), not the URN.',
        "list.csv, line 7: URN 900001 stands in line 2 too; that line was used, this one was not.",
        "list.csv, line 9: The URN is missing.",
    ]


def test_a_bad_first_row_of_a_list_without_headings_is_not_taken_for_headings() -> None:
    """A number beside a name above the first URN was meant as a school."""
    assert faults("9O0001,Hilltop\n900002,Valley\n") == ['list.csv, line 1: "9O0001" is not a URN.']


def test_a_line_break_within_quotes_is_part_of_the_name() -> None:
    """The lines after it are still named by their own number."""
    text = 'URN,Name\n900001,"Hill\ntop"\nx,Dale\n'
    found, _ = read_register(text.encode(), "list.csv")
    assert found == Register({"900001": RegisteredSchool(urn="900001", name="Hill top")})
    assert faults(text) == ['list.csv, line 4: "x" is not a URN.']


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "list.csv: The file is empty."),
        (b" \r\n\r\n", "list.csv: The file is empty."),
        (b"PK\x03\x04rest", "list.csv: The zip is damaged and cannot be unpacked."),
        (b"\xd0\xcf\x11\xe0rest", "list.csv: This is a workbook or a zip, not a CSV file, whatever its name."),
        (
            b"Name,Town\nHilltop,Dale\n",
            "list.csv: This is no register of schools: it has no column headed URN, and is no list of URN and name.",
        ),
        (
            b"URN,Town,Street\n900001,Dale,High Street\n",
            "list.csv: This is no register of schools: it has no column headed EstablishmentName, "
            "and is no list of URN and name.",
        ),
        (
            bytes(range(256)) * 3,
            "list.csv: This is no register of schools: it has no column headed URN, and is no list of URN and name.",
        ),
        (b"URN,EstablishmentName\n", "list.csv: The list has headings, but no school."),
        (
            b'URN,Name\n900001,"Hilltop\n900002,Valley\n',
            "list.csv, line 2: A quotation mark opens near this line and is not closed, "
            "so the rows after it cannot be told.",
        ),
        (
            b'URN,Name\n900001,"' + b"x\n" * 70_000,
            "list.csv, line 2: The text cannot be split into columns; a quotation mark may be missing near this line.",
        ),
        (
            b"URN,Name\n900001,Hilltop" + b"," * 1_000_000,
            "list.csv, line 2: The line has more than 1,000,000 characters, so this is no list of schools.",
        ),
        (
            b"URN,Name\n" + b"1,2\n" * MOST_ROWS,
            "list.csv: The list has more than 200,000 rows; every school of England has 50,000.",
        ),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
def test_what_is_no_register_is_refused_with_its_reason(data: bytes, said: str) -> None:
    """An empty file, a workbook, other columns, a quotation mark left open, and what would take too long to read."""
    assert read_register(data, "list.csv")[0] is None
    assert faults(data) == [said]


def test_many_bad_rows_are_counted_after_the_first_ones() -> None:
    """A file in which every row is wrong is told in 200 problems and a number."""
    said = faults("URN,Name\n" + "x,Hilltop\n" * 1_000)
    assert (len(said), said[-1]) == (MOST_NAMED + 1, "list.csv: 800 more lines of this file have faults.")


def test_text_that_looks_like_a_formula_is_kept_as_text() -> None:
    """A name is never changed for what it looks like; exports see to it that it is not run."""
    assert schools(b"900001,=HYPERLINK(1)\n") == [RegisteredSchool(urn="900001", name="=HYPERLINK(1)")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Old URN,New URN\n900001,900002\n", {"900001": "900002"}),
        ("900001;900002\n\n900003;900004\n", {"900001": "900002", "900003": "900004"}),
        ("900001,900002\n900002,900003\n", {"900001": "900003", "900002": "900003"}),
        ("900002,900003\n900001,900002\n", {"900001": "900003", "900002": "900003"}),
        ("900001,900003\n900002,900003\n", {"900001": "900003", "900002": "900003"}),
        ("900001,900002,Hilltop\n900001,900002,again\n", {"900001": "900002"}),
    ],
)
def test_a_changed_urn_leads_to_the_newest(text: str, expected: dict[str, str]) -> None:
    """With headings or without, two schools may become one, and a school that changed twice leads to its last URN."""
    assert read_successors(text.encode(), "changes.csv") == (expected, ())


def test_urns_that_lead_round_in_a_circle_are_a_problem() -> None:
    """None of the circle is used, nor what leads into it; every other change is."""
    text = "900001,900002\n900002,900003\n900003,900001\n900009,900001\n900007,900008\n"
    assert read_successors(text.encode(), "changes.csv") == (
        {"900007": "900008"},
        (
            Problem(
                where="changes.csv",
                what="URN 900001 leads back to itself by way of 900002, 900003; none of these was used.",
                fix="Delete the row that is wrong.",
            ),
        ),
    )


def test_bad_rows_of_changes_are_named_and_the_rest_is_used() -> None:
    """What is no URN, a school that follows itself, and two new URNs for one school."""
    text = "900001,900002\n900001,900005\n900003,900003\n900004,Hilltop\n900006\n"
    found, problems = read_successors(text.encode(), "changes.csv")
    assert found == {"900001": "900002"}
    assert [(problem.where, problem.what, problem.severity) for problem in problems] == [
        ("changes.csv, line 2", "URN 900001 has two new URNs; 900002 was used, 900005 was not.", "error"),
        ("changes.csv, line 3", "URN 900003 stands as its own successor.", "warning"),
        ("changes.csv, line 4", '"Hilltop" is not a URN.', "error"),
        ("changes.csv, line 5", "The URN is missing.", "error"),
    ]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "The file is empty."),
        (b"PK\x03\x04", "The zip is damaged and cannot be unpacked."),
        (b"Hilltop,Valley\n", "No change of a URN was found: no row begins with an old and a new URN."),
    ],
)
def test_what_is_no_list_of_changes_says_so(data: bytes, said: str) -> None:
    """An empty file, a workbook and a list of something else change no URN."""
    found, problems = read_successors(data, "changes.csv")
    assert (found, [problem.what for problem in problems]) == ({}, [said])


def test_a_register_older_than_a_change_follows_it() -> None:
    """The school stands once, under its new URN; what the register itself says of the new one wins."""
    old = Register(
        {"900001": HILLTOP, "900002": VALLEY, "900005": RegisteredSchool(urn="900005", name="Valley Academy")}
    )
    assert old.renewed({"900001": "900004", "900002": "900005"}) == Register(
        {
            "900005": RegisteredSchool(urn="900005", name="Valley Academy"),
            "900004": RegisteredSchool(urn="900004", name="Hilltop"),
        }
    )
