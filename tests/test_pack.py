"""The governors' pack: an accessible PDF of two to four pages that a clerk can circulate unchanged."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace

import pandas as pd
import pytest

from audit.authority.feedback.benchmark import Benchmark
from audit.authority.tables import SPREAD
from audit.model import Action, Audit, Carried, Criteria, FrameworkRef, Response, School, Signature
from audit.reports.pack import PACK_INPUTS, SIGNED_CONTENT, governors_pack
from audit.reports.pack_inputs import Meeting, PackInputs
from audit.school.moves import compare_each
from audit.school.outcome import outcome, outcomes
from audit.school.signing import Signed, as_json, sign
from audit.tables import typed
from tests.conftest import audit_of
from tests.pdf import Element, page_texts, reader_of, structure, table_attributes, text_of

TODAY = dt.date(2027, 3, 1)
MET = Response(written="yes", practice=4, evidence="Minutes of 3 May 2026.")
LONG = "A sentence that goes on and on, as people do when nobody stops them. " * 400


@pytest.fixture
def hilltop(toy: Criteria) -> Audit:
    """An audit with every kind of gap, an overdue action, and last year's answers carried."""
    return audit_of(
        toy,
        {
            "toy-1.1-k1": Response(written="yes", practice=3),
            "toy-1.1-k2": Response(written="yes", practice=1),
            "toy-1.2-k1": Response(written="no", practice=4, evidence="Log, 2 May 2026."),
        },
        actions=(Action(what="Do it.", statement="toy-1.1-k2", role="Head", due=dt.date(2027, 2, 1)),),
        carried_from="2025/26",
        carried={
            "toy-1.1-k2": Carried(response=MET),
            "toy-1.1-k1": Carried(response=Response(written="no", practice=0)),
        },
    )


@pytest.fixture
def signed(hilltop: Audit, toy: Criteria) -> Audit:
    """The same, signed by both roles."""
    head = sign(hilltop, toy, Signature(role="headteacher", on=dt.date(2027, 2, 1)))
    chair = Signature(role="chair of governors", on=dt.date(2027, 2, 8), statement="Read with care.")
    return sign(head, toy, chair)


def inputs(audit: Audit, criteria: Criteria, **changes: object) -> PackInputs:
    """What a pack of an audit is made of."""
    result = outcome(audit, criteria)
    made = PackInputs(parts=compare_each([result], ()), today=TODAY)
    return replace(made, **changes)  # type: ignore[arg-type]


def benchmark(criteria: Criteria) -> Benchmark:
    """Figures of ten schools."""
    rows = [
        ("primary", "coverage", "", "", 10, 25.0, 50.0, 75.0),
        ("primary", "area", "1", "1 Area one", 10, 20.0, 40.0, 60.0),
    ]
    spread = typed(pd.DataFrame(rows, columns=list(SPREAD)), SPREAD)
    return Benchmark(framework=criteria.refs[0], year="2026/27", authority="Example County", spread=spread)


def test_the_same_inputs_give_the_same_bytes(signed: Audit, toy: Criteria) -> None:
    """A pack is made the same way every time, so that it can be made again and compared."""
    assert governors_pack(inputs(signed, toy)) == governors_pack(inputs(signed, toy))


def test_the_file_says_what_it_is(signed: Audit, toy: Criteria) -> None:
    """A reader finds title, language, PDF/UA-1, that it is tagged, who made it and when, without opening a page."""
    reader = reader_of(governors_pack(inputs(signed, toy)))
    root, about = reader.root_object, reader.metadata
    assert about is not None
    assert (about.title, about.author, str(about.creation_date)) == (
        "Online safety audit 2026/27: report to governors",
        "Hilltop",
        "2027-03-01 00:00:00+00:00",
    )
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"], root["/ViewerPreferences"]["/DisplayDocTitle"]) == (
        "en-GB",
        True,
        True,
    )
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()


def test_headings_come_in_order(signed: Audit, toy: Criteria) -> None:
    """A screen reader jumps from heading to heading; no level is skipped."""
    headings = [
        (one.tag, one.words) for one in structure(governors_pack(inputs(signed, toy))) if one.tag in ("/H1", "/H2")
    ]
    assert headings == [
        ("/H1", "Where the school stands"),
        ("/H2", "Area one (1) and Area two (2) hold all 3 gaps"),
        ("/H1", "What has changed since last year"),
        ("/H2", "Better"),
        ("/H2", "Worse"),
        ("/H1", "Questions to ask"),
        ("/H2", "1. First (1.1 K2)"),
        ("/H2", "2. Second (1.2 K1)"),
        ("/H2", "3. Third (2.1 K1)"),
        ("/H1", "Progress of the action plan"),
        ("/H1", "Said to be in place, without evidence"),
        ("/H1", "Decisions to record"),
        ("/H1", "Signatures"),
        ("/H1", "About this paper"),
    ]


def test_tables_have_header_cells(signed: Audit, toy: Criteria) -> None:
    """Every table begins with a row of header cells, and every row that says something with a header of its own."""
    elements = structure(governors_pack(inputs(signed, toy)))
    tables = [one.holds for one in elements if one.tag == "/Table"]
    heads = [one for one in elements if one.tag == "/THead"]
    rows = [one.holds for one in elements if one.tag == "/TR"]
    assert tables == [("/THead", "/TBody")] * 4
    assert heads == [Element("/THead", "", ("/TR",))] * 4
    assert [row for row in rows if row.count("/TH") > 1] == [("/TH",) * count for count in (7, 3, 3, 3)]
    assert {row for row in rows if row.count("/TH") <= 1} == {
        ("/TH", *("/TD",) * 6),
        ("/TH", *("/TD",) * 2),
        ("/TD",) * 3,  # to be filled in by hand
    }


def test_a_header_of_a_row_says_that_it_is_one(signed: Audit, toy: Criteria) -> None:
    """Readers take the headers of a cell from their scopes: the column's above it, the row's before it."""
    tree = reader_of(governors_pack(inputs(signed, toy))).root_object["/StructTreeRoot"]
    scopes = Counter(attributes.get("/Scope") for attributes in table_attributes(tree))
    assert (scopes["/Column"], scopes["/Row"]) == (16, 5)


def test_charts_say_in_words_what_they_show(signed: Audit, toy: Criteria) -> None:
    """Each chart is a figure with an alternative text that holds its figures."""
    figures = [one.words for one in structure(governors_pack(inputs(signed, toy))) if one.tag == "/Figure"]
    assert figures == [
        "A bar from 0 to 100%. 2026/27: 25% to 50% of what is recommended is in the policy and done. 2025/26: 25% to 75%.",
        "One bar for each area, divided by state. 1 Area one: 1 of 3 met; 2 Area two: 0 of 1 met. "
        "The table below holds every count.",
    ]


def test_every_font_is_inside(signed: Audit, toy: Criteria) -> None:
    """The pack looks the same on every computer."""
    fonts = [
        font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        for page in reader_of(governors_pack(inputs(signed, toy))).pages
        for font in page["/Resources"]["/Font"].values()
    ]
    assert fonts
    assert all({"/FontFile2", "/FontFile3"} & font.keys() for font in fonts)


def test_every_page_says_whose_it_is_and_what_was_signed(signed: Audit, toy: Criteria) -> None:
    """A page that is lost from its paper still says school, year, number and SHA-256."""
    texts = page_texts(governors_pack(inputs(signed, toy)))
    assert signed.signed is not None
    assert [
        f"Hilltop, 2026/27 Page {number} of {len(texts)} Signed content, SHA-256 {signed.signed.content}" in text
        for number, text in enumerate(texts, start=1)
    ] == [True] * len(texts)


def test_a_draft_has_lines_to_sign_and_says_that_it_is_one(hilltop: Audit, toy: Criteria) -> None:
    """A pack of an audit that is not signed carries nothing inside and names no signature."""
    data = governors_pack(inputs(hilltop, toy))
    assert list(reader_of(data).attachments) == []
    assert "this is a draft, and its answers may still change" in text_of(data)
    assert "Role Signature Date Headteacher Chair of governors About this paper" in text_of(data)


def test_a_desk_review_has_nothing_to_sign(toy: Criteria) -> None:
    """What somebody read in a policy is signed by nobody, so no line asks for it and nothing calls it a draft."""
    review = audit_of(toy, {"toy-1.1-k1": Response(written="yes")}, basis="desk review", policy_read="its policy")
    data = governors_pack(inputs(review, toy))
    headings = [one.words for one in structure(data) if one.tag == "/H1"]
    assert headings == [
        "Where the school stands",
        "Questions to ask",
        "Progress of the action plan",
        "Said to be in place, without evidence",
        "Decisions to record",
        "About this paper",
    ]
    assert all("A desk review: not signed off." in page for page in page_texts(data))


def test_a_signed_pack_names_who_signed_and_carries_what(signed: Audit, toy: Criteria) -> None:
    """Roles, days and statements stand in the signatures; the signed content is inside, byte for byte."""
    data = governors_pack(inputs(signed, toy))
    assert (
        "Role Signature Date Headteacher Signed in the audit tool. 1 February 2027 "
        "Chair of governors Signed in the audit tool. Statement: Read with care. 8 February 2027" in text_of(data)
    )
    files = reader_of(data).attachments
    assert sorted(files) == sorted([SIGNED_CONTENT, PACK_INPUTS])
    assert files[SIGNED_CONTENT] == [as_json(Signed(audit=signed, criteria=toy))]


def test_the_meeting_is_named_if_it_is_known(signed: Audit, toy: Criteria) -> None:
    """Day and presenter stand on the first page."""
    data = governors_pack(inputs(signed, toy, meeting=Meeting(on=dt.date(2027, 3, 9), presenter="Deputy head")))
    assert "Meeting 9 March 2027 Presented by Deputy head Sign-off" in page_texts(data)[0]


def test_text_is_never_markup(toy: Criteria) -> None:
    """What people type is set as they typed it, whatever it would mean to a typesetter."""
    name = '#let x = 1 $y^2$ *b* _i_ <lab> @ref `c` \\ // [ ] "q"'
    audit = audit_of(toy, {}, school=School(urn="900001", name=name, phase="primary"))
    assert f"report to governors {name} Primary, URN 900001" in text_of(governors_pack(inputs(audit, toy)))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("St Zoë’s – Łódź", "St Zoë’s – Łódź"),
        ("שלום", "שלום"),
        ("A 👩🏽\u200d🏫 B ✨", "A 👩🏽\u200d🏫 B ✨"),
        ("日本", "\ufffd\ufffd"),
        ("A\ufeffB", "AB"),
        ("Team 1\ufe0f\u20e3", "Team 1\ufe0f\u20e3"),
        ("Zoe\u0308", "Zoë"),
    ],
)
def test_letters_that_no_font_has_are_shown_as_missing(toy: Criteria, name: str, shown: str) -> None:
    """A letter that cannot be printed leaves a mark and never stops the pack; what is invisible goes."""
    audit = audit_of(toy, {}, school=School(urn="900001", name=name, phase="primary"))
    assert f"report to governors {shown} Primary" in text_of(governors_pack(inputs(audit, toy)))


def test_a_long_word_is_broken_at_the_edge(toy: Criteria) -> None:
    """No line runs off the page."""
    audit = audit_of(toy, {}, school=School(urn="900001", name="W" * 400, phase="primary"))
    lines = reader_of(governors_pack(inputs(audit, toy))).pages[0].extract_text().splitlines()
    assert [line.count("W") for line in lines if "WW" in line] == [36, 36, 27, 49]


@pytest.mark.parametrize("kind", ["nothing answered", "all met", "nothing applies", "everything long"])
def test_it_has_two_to_four_pages_whatever_the_audit(shipped: Criteria, kind: str) -> None:
    """The pack shortens its lists and texts before it takes a fifth page, and is never a single sheet."""
    responses = {
        "nothing answered": {},
        "all met": {one.id: MET for one in shipped},
        "nothing applies": {one.id: Response(not_applicable="No pupils yet.") for one in shipped},
        "everything long": {one.id: Response(written="no", practice=4) for one in shipped},
    }[kind]
    carried = {one: Carried(response=Response(written="yes", practice=0)) for one in responses}
    actions = tuple(
        Action(what=LONG, role=LONG, due=dt.date(2027, 1, 1), statement=statement) for statement in responses
    )
    audit = audit_of(
        shipped,
        responses,
        carried=carried,
        carried_from="2025/26" if carried else "",
        actions=actions if kind == "everything long" else (),
    )
    signed = sign(audit, shipped, Signature(role="headteacher", on=dt.date(2027, 2, 1), statement=LONG))
    assert 2 <= len(reader_of(governors_pack(inputs(signed, shipped))).pages) <= 4


def test_a_list_that_is_shortened_says_so(shipped: Criteria) -> None:
    """What is left out is counted and never silently dropped."""
    late = tuple(Action(what=f"Job {number}.", due=dt.date(2027, 1, 1)) for number in range(30))
    text = text_of(governors_pack(inputs(audit_of(shipped, {}, actions=late), shipped)))
    assert "And 24 more overdue; the full report names them all." in text


def test_other_schools_stand_behind_the_charts(signed: Audit, toy: Criteria) -> None:
    """With a benchmark the charts have the middle half of schools, also in words."""
    data = governors_pack(inputs(signed, toy, benchmark=benchmark(toy)))
    figures = [one.words for one in structure(data) if one.tag == "/Figure"]
    assert "It reaches from 25% to 75%; the median is 50%." in figures[0]
    assert "middle half of schools in 1 Area one: 20% to 60% met" in figures[1]
    assert "Brackets under the bars, with the median as a diamond: the middle half of the schools" in text_of(data)


def test_a_benchmark_of_another_edition_is_left_out(signed: Audit, toy: Criteria) -> None:
    """Figures of other questions say nothing about these."""
    other = replace(benchmark(toy), framework=FrameworkRef("toy", "2"))
    assert governors_pack(inputs(signed, toy, benchmark=other)) == governors_pack(inputs(signed, toy))


def test_a_signed_audit_needs_the_criteria_that_it_was_signed_with(signed: Audit, toy: Criteria) -> None:
    """A later change of criteria never alters the report of a signed audit."""
    changed = Criteria((replace(toy.frameworks[0], title="Another title"),))
    with pytest.raises(ValueError, match="not those that the audit was signed with"):
        governors_pack(inputs(signed, changed))


@pytest.fixture
def of_both(two: Criteria) -> Audit:
    """An audit that answers a template and the duties of today, signed by its headteacher."""
    audit = audit_of(
        two,
        {
            "toy-1.1-k1": Response(written="yes", practice=3),
            "toy-1.1-k2": Response(written="no", practice=0),
            "duty-1.1-1": MET,
            "duty-1.1-4": Response(written="no", practice=0),
        },
        as_printed=False,
        actions=(Action(what="Do it.", statement="toy-1.1-k2", role="Head", due=dt.date(2027, 2, 1)),),
    )
    return sign(audit, two, Signature(role="headteacher", on=dt.date(2027, 2, 1)))


def both_inputs(audit: Audit, criteria: Criteria) -> PackInputs:
    """What the pack of an audit of two frameworks is made of, with last year's audit of the template."""
    last = audit_of(criteria, {"toy-1.1-k3": MET}, year="2025/26", frameworks=criteria.refs[:1])
    parts = compare_each(outcomes(audit, criteria), outcomes(last, criteria))
    return PackInputs(parts=parts, today=TODAY)


def test_each_framework_has_a_part_and_the_rest_comes_once(of_both: Audit, two: Criteria) -> None:
    """Template and duties stand one after the other, each named; plan, evidence, decisions and signatures come once."""
    data = governors_pack(both_inputs(of_both, two))
    assert [one.words for one in structure(data) if one.tag == "/H1"] == [
        "Toy framework",
        "Where the school stands",
        "What has changed since last year",
        "No longer asked",
        "Questions to ask",
        "Toy duties",
        "Where the school stands",
        "Questions to ask",
        "Progress of the action plan",
        "Said to be in place, without evidence",
        "Decisions to record",
        "Signatures",
        "About this paper",
    ]
    text = text_of(data)
    assert "The toy template: Of the 1 statement said to be in place, 1 has no evidence noted." in text
    assert "The toy duties: The 1 statement said to be in place has a note of what would show it." in text
    assert "First (1.1 K3). The law asks something else now." in text
    assert "Today: Read this as a laptop." in text
    assert "Law 0 of 2; Guidance 1 of 2" in text
    assert [number for number, page in enumerate(page_texts(data)) if "Toy duties" in page] == [2]


def test_a_pack_of_several_frameworks_has_two_pages_more_for_each(every_framework: Criteria) -> None:
    """However long its texts, it asks fewer questions and shortens them before it takes more pages."""
    responses = {one.id: Response(written="no", practice=4) for one in every_framework}
    actions = tuple(Action(what=LONG, role=LONG, statement=statement) for statement in responses)
    audit = audit_of(every_framework, responses, actions=actions, as_printed=False)
    parts = compare_each(outcomes(audit, every_framework), ())
    assert len(reader_of(governors_pack(PackInputs(parts=parts, today=TODAY))).pages) <= 8


def test_figures_of_other_schools_stand_by_the_framework_that_they_are_of(of_both: Audit, two: Criteria) -> None:
    """A benchmark of the template says nothing of the duties, even where their areas have the same id."""
    made = replace(both_inputs(of_both, two), benchmark=benchmark(two))
    figures = [one.words for one in structure(governors_pack(made)) if one.tag == "/Figure"]
    assert ["20% to 60% met" in words for words in figures] == [False, True, False, False]
