"""Returns with faults that their school can mend: wrong about who or when they are, or with cells that say nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from xml.etree import ElementTree as ET

from audit.sample import package
from audit.sample.kinds import Damage, Damages, Sound, in_answers, in_parts, letter, school_label
from audit.sample.package import Parts, Sheet, in_sheet, rebuilt
from audit.workbook import layout, write


def _typed(cells: Mapping[str, str]) -> Callable[[Sheet], None]:
    """Texts typed into cells of *Answers*, by address."""

    def change(sheet: Sheet) -> None:
        for address, text in cells.items():
            package.set_text(package.cell(sheet, address), text)

    return change


def _said(name: str, text: Callable[[Sound], str]) -> Callable[[Sound], bytes]:
    """Damage that puts a text into a field of the *School* sheet."""

    def make(sound: Sound) -> bytes:
        def change(sheet: Sheet) -> None:
            package.set_text(package.beside(sheet, school_label(name)), text(sound))

        return rebuilt(sound.data, in_sheet(layout.SCHOOL, change))

    return make


def _delete(sheet: Sheet) -> None:
    package.put_rows(sheet, [row for number, row in enumerate(package.rows(sheet)) if number % 5 != 4])


def _repeat(sheet: Sheet) -> None:
    rows = package.rows(sheet)
    package.put_rows(sheet, [*rows, ET.fromstring(ET.tostring(rows[1]))])


def _contradict(sheet: Sheet) -> None:
    _repeat(sheet)
    last = package.rows(sheet)[-1].get("r")
    for name, text in (("written", "No"), ("practice", "Unknown"), ("not_applicable", "")):
        package.set_text(package.cell(sheet, f"{letter(name)}{last}"), text)


def _compute(formula: str) -> Callable[[Sheet], None]:
    def change(sheet: Sheet) -> None:
        for number in (2, 3):
            cell = package.cell(sheet, f"{letter('written')}{number}")
            package.set_formula(cell, formula, package.text_of(cell))

    return change


def _link(parts: Parts) -> None:
    """A link to a workbook elsewhere, as a formula makes one."""
    main, relation = (
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    )
    parts["xl/externalLinks/externalLink1.xml"] = (
        f'<externalLink xmlns="{main}"><externalBook xmlns:r="{relation}" r:id="rId1"/></externalLink>'.encode()
    )
    parts["xl/externalLinks/_rels/externalLink1.xml.rels"] = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{relation}/externalLinkPath" Target="file:///C:/answers.xlsx" '
        'TargetMode="External"/></Relationships>'
    ).encode()
    package.add_part(parts, "externalLinks/externalLink1.xml", "externalLink", "rIdLink")


def _a_year_before(sound: Sound) -> bytes:
    first = int(sound.audit.year[:4]) - 1
    return write(replace(sound.audit, year=f"{first}/{(first + 1) % 100:02d}"), sound.criteria)


def _blank(sound: Sound) -> bytes:
    school = replace(sound.audit.school, urn="", name="")
    return write(replace(sound.audit, school=school, completed_on=None, responses={}, actions=()), sound.criteria)


def _unanswered(sound: Sound) -> bytes:
    return write(replace(sound.audit, completed_on=None, responses={}, actions=()), sound.criteria)


def _anothers_file(sound: Sound) -> bytes:
    own, other = sound.audit.school, sound.other.school
    return write(replace(sound.other, school=replace(other, urn=own.urn, name=own.name)), sound.criteria)


_CELL_FAULTS: Damages = {
    "rows-deleted": Damage(
        what="Every fifth row of answers is gone.", make=in_answers(_delete), verdict="accepted with warnings", mentions="no row"
    ),
    "rows-repeated": Damage(
        what="A row stands twice with the same answers.",
        make=in_answers(_repeat),
        verdict="accepted with warnings",
        mentions="too, with the same answers",
        keeps=True,
    ),
    "rows-contradicting": Damage(
        what="A row stands twice with different answers.",
        make=in_answers(_contradict),
        verdict="accepted with warnings",
        mentions="neither was used",
    ),
    "no-answer-words": Damage(
        what="Cells hold words that are no answers.",
        make=in_answers(_typed({f"{letter('written')}3": "Yess", f"{letter('practice')}5": "sort of"})),
        verdict="accepted with warnings",
        mentions='"Yess"',
    ),
    "no-reason": Damage(
        what="A statement is not applicable, without a reason.",
        make=in_answers(
            _typed({f"{letter(n)}4": t for n, t in (("written", "N/A"), ("practice", ""), ("not_applicable", ""))})
        ),
        verdict="accepted with warnings",
        mentions="no reason",
    ),
    "unknown-statement": Damage(
        what="A statement id was typed over.",
        make=in_answers(_typed({f"{letter('id')}6": "our own question"})),
        verdict="accepted with warnings",
        mentions="our own question",
    ),
    "no-headings": Damage(
        what="The headings of the answers were typed over.",
        make=in_answers(_typed({"A1": "No.", f"{letter('written')}1": "Policy?", f"{letter('practice')}1": "How well?"})),
        verdict="refused",
        mentions="columns",
    ),
    "formulas": Damage(
        what="Answers are formulas.",
        make=in_answers(_compute(f"{letter('written')}4")),
        verdict="accepted with warnings",
        mentions="formula",
    ),
    "external-links": Damage(
        what="Answers are links to another workbook.",
        make=in_parts(_link, in_sheet(layout.ANSWERS, _compute("[1]Sheet1!A1"))),
        verdict="accepted with warnings",
        mentions="another file",
    ),
    "markup": Damage(
        what="Texts look like formulas, HTML and Markdown.",
        make=in_answers(
            _typed(
                {
                    f"{letter('evidence')}2": "<script>alert(1)</script>",
                    f"{letter('evidence')}3": "=HYPERLINK(\"http://example.invalid\")",
                    f"{letter('comment')}2": "[press here](javascript:alert(1)) **now**",
                }
            )
        ),
        verdict="accepted",
    ),
}  # fmt: skip

_SCHOOL_FAULTS: Damages = {
    "urn-mistyped": Damage(
        what="The URN has letters in it.",
        make=_said("urn", lambda sound: sound.audit.school.urn.replace("0", "O")),
        verdict="refused",
        mentions="is not a URN",
    ),
    "urn-of-nobody": Damage(
        what="The URN has a digit too many, so it is none.",
        make=_said("urn", lambda sound: f"{sound.audit.school.urn}1"),
        verdict="refused",
        mentions="URN",
    ),
    "urn-not-expected": Damage(
        what="The URN is that of a school in no register.",
        make=_said("urn", lambda sound: str(999_999 - int(sound.audit.school.urn) % 1_000)),
        verdict="accepted",
        keeps=True,
    ),
    "dfe-number": Damage(
        what="The DfE number stands where the URN belongs.",
        make=_said("urn", lambda sound: f"{sound.dfe_number[:3]}/{sound.dfe_number[3:]}"),
        verdict="refused",
        mentions="DfE number",
    ),
    "no-name": Damage(
        what="The school's name is missing.", make=_said("name", lambda _: " "), verdict="accepted with warnings", mentions="name", keeps=True
    ),
    "no-phase": Damage(
        what="The phase is missing.", make=_said("phase", lambda _: ""), verdict="accepted with warnings", mentions="phase", keeps=True
    ),
    "no-date": Damage(
        what="The day of completion is no day.",
        make=_said("completed_on", lambda _: "end of term"),
        verdict="accepted with warnings",
        mentions="end of term", keeps=True,
    ),
    "newer-format": Damage(
        what="The form has a format that is not known yet.",
        make=_said("format", lambda _: "99"),
        verdict="accepted with warnings",
        mentions="format", keeps=True,
    ),
    "other-edition": Damage(
        what="It answers another edition of the framework.",
        make=_said("frameworks", lambda sound: f"{sound.audit.frameworks[0].id} (edition 1999)"),
        verdict="refused",
        mentions="edition 1999",
    ),
    "last-year": Damage(
        what="It is the file of the year before.", make=_a_year_before, verdict="accepted", keeps=True
    ),
    "blank": Damage(what="It is a blank form.", make=_blank, verdict="refused", mentions="URN"),
    "unanswered": Damage(what="Only the school's own lines are filled in.", make=_unanswered, verdict="accepted"),
    "copied": Damage(what="It is another school's file with a new name and URN.", make=_anothers_file, verdict="accepted"),
}  # fmt: skip

FAULTY: Damages = {**_CELL_FAULTS, **_SCHOOL_FAULTS}
