"""The governors' pack: an accessible A4 PDF for the papers of a meeting, ready for its minutes.

It has two to four pages for an audit of one framework. Each further framework begins a page of its own: figures of two
frameworks are never added up. Plan, evidence and sign-off come once, after them.

`governors_pack` makes the file. `paper` gives the data that the template `pack.typ` sets, with the two charts (`strip`
and `by_area`) as lengths in percent and in words.

Screen readers need the first cell of each table row marked as the row's header (PDF/UA, ISO 32000 14.8.5.7). Typst has a
switch for this, but its Python package does not offer it. `with_row_headers` therefore changes the structure tree of the
finished PDF.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

import pandas as pd
import typst
from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject

from audit import theme
from audit.authority.feedback.benchmark import Benchmark, middle_half, middle_half_in_words
from audit.english import day, percent, whole_percent
from audit.model import SIGNING_ROLES, Phase
from audit.reports.pack_inputs import PackInputs, inputs_json, not_shown, printable, without
from audit.school.governors import for_governors
from audit.school.signing import Signed, as_json, criteria_hash
from audit.tables import COUNTED
from audit.version import MADE_BY

if TYPE_CHECKING:
    from audit.school.governors_view import Coverage, GovernorsView, Overdue, Turned
    from audit.school.moves import Compared

SIGNED_CONTENT, PACK_INPUTS = "signed-audit.json", "pack-inputs.json"
"""Names of the files inside the pack of a signed audit."""
_MOST_PAGES, _MORE_PAGES = 4, 2
"""The most pages for one framework, and how many more for each further one."""
_DESCRIBED = {
    SIGNED_CONTENT: "What was signed: the whole audit and its criteria",
    PACK_INPUTS: "What else this pack was made of",
}
_TEMPLATE = Path(__file__).with_name("pack.typ").read_bytes()
_FONTS = typst.Fonts(include_system_fonts=False, font_paths=[Path(__file__).with_name("fonts")])
"""Fonts that are the same on every computer: Typst's, and Noto Emoji for the emoji in names and texts."""
_ROUNDS = 5
"""How often Typst may name characters that it cannot show: marks first, then the letters under them."""
_QUESTIONS_PUT = "The questions above were put; the answers are noted in the minutes."
_DECISIONS = (
    "The audit was received and discussed.",
    _QUESTIONS_PUT,
    "The action plan was agreed, with the changes noted below.",
    "A date was set on which governors look at progress again.",
)
_OF_AUDIT = ("urn", "phase", "year", "outcome", "actions", "sign_off", "self_reported")
_OF_FRAMEWORK = (
    "framework",
    "called",
    "outcome",
    "coverage_note",
    "compared",
    "areas_title",
    "forces",
    "overtaken_note",
    "changes",
    "moved",
    "asks_note",
)
"""The fields of the view that hold the product's own sentences, not what people typed."""
_LONGEST_SENTENCE, _LONGEST_STATEMENT, _LONGEST_NAME, _LONGEST_FOOT = 1_500, 240, 100, 50
_BLANK_ROWS = 5
_OVERTAKEN_TIMES = 5
"""The list of statements that are no longer asked has short rows, so that it may have this many times as many."""
_ROW_SCOPE = DictionaryObject({NameObject("/O"): NameObject("/Table"), NameObject("/Scope"): NameObject("/Row")})


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much a pack shows.

    Attributes:
        asks: questions to ask.
        rows: rows of each other list.
        text: characters of a text.
    """

    asks: int
    rows: int
    text: int


LIMITS = (
    Limits(asks=5, rows=6, text=700),
    Limits(asks=5, rows=4, text=420),
    Limits(asks=4, rows=3, text=280),
    Limits(asks=3, rows=3, text=180),
    Limits(asks=2, rows=2, text=90),
)
"""The most that a pack of one framework shows, then ever less, until it fits the pages that it may have."""
_LIMITS_OF_SEVERAL = (
    LIMITS[0],
    Limits(asks=4, rows=4, text=420),
    Limits(asks=3, rows=4, text=420),
    Limits(asks=3, rows=3, text=280),
    *LIMITS[3:],
)
"""The same for a pack of several frameworks: it asks fewer questions before it cuts their texts."""


def governors_pack(inputs: PackInputs) -> bytes:
    """The pack as the bytes of a PDF/UA-1 file; the same inputs give the same bytes.

    The pack of a signed audit holds the signed content and the pack's inputs as files, so that it can be verified.

    Raises:
        ValueError: the audit was signed with other criteria than those of the outcome.
    """
    files = _files(inputs)
    limits, pdf = _fitted(inputs, files)
    if not files:
        return pdf
    files = _files(inputs, page_digests(pdf))  # the files are attached, so they change no page
    return _compiled(_data(inputs, limits, files), files, inputs.today)[0]


def page_digests(data: bytes) -> tuple[str, ...]:
    """The SHA-256 of the drawing of each page of a PDF; how the file is compressed makes no difference."""
    return tuple(hashlib.sha256(drawing(page)).hexdigest() for page in PdfReader(io.BytesIO(data)).pages)


def drawing(page: PageObject) -> bytes:
    """The drawing of a page: its content stream, uncompressed."""
    contents = page.get_contents()
    return b"" if contents is None else contents.get_data()


def _data(inputs: PackInputs, limits: Limits, files: Mapping[str, str]) -> dict[str, Any]:
    attached = [{"name": name, "description": _DESCRIBED[name]} for name in files]
    return {**paper(inputs, limits), "attached": attached, "program": MADE_BY}


def _fitted(inputs: PackInputs, files: dict[str, str]) -> tuple[Limits, bytes]:
    """The limits with which the pack has no more pages than it may, and that pack; the tightest if none is enough."""
    most = _MOST_PAGES + _MORE_PAGES * (len(inputs.parts) - 1)
    for limits in LIMITS if len(inputs.parts) == 1 else _LIMITS_OF_SEVERAL:
        pdf, pages = _compiled(_data(inputs, limits, files), files, inputs.today)
        if pages <= most:
            break
    return limits, pdf


def _files(inputs: PackInputs, pages: tuple[str, ...] = ()) -> dict[str, str]:
    """The files inside the pack, by name; none if the audit is not signed."""
    audit, criteria = inputs.audit, inputs.criteria
    if audit.signed is None:
        return {}
    if criteria_hash(criteria) != audit.signed.criteria:
        raise ValueError("the criteria are not those that the audit was signed with")
    signed = as_json(Signed(audit=audit, criteria=criteria))
    return {SIGNED_CONTENT: signed.decode("ascii"), PACK_INPUTS: inputs_json(inputs, pages).decode("ascii")}


def _compiled(data: dict[str, Any], files: dict[str, str], day: dt.date) -> tuple[bytes, int]:
    """The PDF and the number of its pages, without the characters that the fonts do not have."""
    for _ in range(_ROUNDS):
        sys_inputs = {"paper": json.dumps(data), **files}
        try:
            pdf = typst.compile(
                _TEMPLATE,
                format="pdf",
                pdf_standards=["ua-1"],
                sys_inputs=sys_inputs,
                font_paths=_FONTS,
                timestamp=dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC),
            )
        except typst.TypstError as error:
            missing = not_shown(error.diagnostic)
            if not missing:
                raise
            data = without(data, missing)
        else:
            pages = typst.query(
                _TEMPLATE,
                "<pages>",
                field="value",
                one=True,
                sys_inputs=sys_inputs,
                font_paths=_FONTS,
                ignore_system_fonts=True,
            )
            return with_row_headers(pdf), int(pages)
    raise AssertionError("the fonts lack ever more characters")


def paper(inputs: PackInputs, limits: Limits) -> dict[str, Any]:
    """All that the template sets: texts that fit a page, dates in words, and numbers."""
    views = [
        for_governors(
            part.now, part.before, today=inputs.today, most=limits.asks, criteria=inputs.criteria, moved=part.moved
        )
        for part in inputs.parts
    ]
    view, is_signed_off = views[0], inputs.audit.basis == "self-audit"
    more = _more(view, limits.rows, {"overdue": "overdue"})
    own_texts = {
        "title": f"Online safety audit {view.year}: report to governors",
        "meeting": _day(inputs.meeting.on),
        "made_on": _day(inputs.today),
        "view": {name: getattr(view, name) for name in _OF_AUDIT},
        "more": more,
        "states_note": " ".join(f"{theme.words(kind)}: {theme.STATES[kind].means}" for kind in COUNTED),
        "decisions": [
            decision for decision in _DECISIONS if any(one.asks for one in views) or decision != _QUESTIONS_PUT
        ],
        "unsigned": "Not signed: a draft." if is_signed_off else "A desk review: not signed off.",
        "about": _about(view) if is_signed_off else "",
    }
    return {
        **printable(own_texts, _LONGEST_SENTENCE),
        **printable({"school": view.school, "presenter": inputs.meeting.presenter}, _LONGEST_NAME),
        **printable({"foot": view.school}, _LONGEST_FOOT),
        **printable({"overdue": [_overdue(action) for action in view.overdue[: limits.rows]]}, limits.text),
        **printable({"signatures": _signatures(view) if is_signed_off else []}, min(limits.text, _LONGEST_STATEMENT)),
        "sections": [_section(one, part, inputs, limits) for one, part in zip(views, inputs.parts, strict=True)],
        "several": len(views) > 1,
        "sha256": view.sha256,
        "made": {"year": inputs.today.year, "month": inputs.today.month, "day": inputs.today.day},
        "counted": COUNTED,
        "states": {kind: asdict(state) for kind, state in theme.STATES.items()},
        "benchmark_colour": theme.BENCHMARK_COLOUR,
        "blank_rows": _BLANK_ROWS,
    }


def _section(view: GovernorsView, part: Compared, inputs: PackInputs, limits: Limits) -> dict[str, Any]:
    """What the template sets of one framework; the evidence stands with that of the others, after the plan."""
    benchmark = inputs.benchmark
    of_framework = benchmark if benchmark and benchmark.framework == part.now.framework.ref else None
    beside = PaperMiddleHalf(of_framework, part.now.audit.school.phase, view.phase)
    endings = {
        "better": "that got better",
        "worse": "that got worse",
        "without_evidence": "without evidence",
        "overtaken": "no longer asked",
    }
    own_texts = {
        "view": {name: getattr(view, name) for name in _OF_FRAMEWORK},
        "more": _more(view, limits.rows, endings),
        "strip": strip(view, beside),
        "areas": by_area(view, beside),
        "evidence_note": view.evidence_note,
    }
    return {**printable(own_texts, _LONGEST_SENTENCE), **printable(_lists(view, limits.rows), limits.text)}


def _day(date: dt.date | None) -> str:
    return day(date) if date else ""


def _lists(view: GovernorsView, rows: int) -> dict[str, Any]:
    """The lists of one framework. Each has at most ``rows`` rows, except the questions: `Limits.asks` cuts those."""
    return {
        "asks": [asdict(question) for question in view.asks],
        "better": [_turned(turned, view.last_year, turned.was) for turned in view.better[:rows]],
        "worse": [_turned(turned, view.coverage, turned.now) for turned in view.worse[:rows]],
        "without_evidence": [asdict(statement) for statement in view.without_evidence[:rows]],
        "overtaken": [asdict(statement) for statement in view.overtaken[: _OVERTAKEN_TIMES * rows]],
    }


def _turned(turned: Turned, year: Coverage | None, state: str) -> dict[str, str]:
    """A statement that got better or worse, with the state that it had in a year."""
    return {
        "text": turned.text,
        "read_today": turned.read_today,
        "reference": turned.reference,
        "year": year.year if year else "",
        "state": state,
    }


def _more(view: GovernorsView, rows: int, endings: Mapping[str, str]) -> dict[str, str]:
    """How many more rows some lists have than the pack shows, in words; empty if it shows all.

    Args:
        view: the audit as governors see it.
        rows: how many rows a list may have.
        endings: by list, the words after the number.
    """
    shown = {name: rows * _OVERTAKEN_TIMES if name == "overtaken" else rows for name in endings}
    left_out = {name: len(getattr(view, name)) - shown[name] for name in endings}
    return {
        name: f"And {left_out[name]} more {words}; the full report names them all." if left_out[name] > 0 else ""
        for name, words in endings.items()
    }


def _overdue(action: Overdue) -> dict[str, str]:
    since = f" (planned in {action.since})" if action.since else ""
    return {
        "what": f"{action.what or 'Not described'}{since}",
        "role": action.role or "Nobody named",
        "due": _day(action.due),
    }


def _signatures(view: GovernorsView) -> list[dict[str, str]]:
    """One row for each role that signs; date and statement are empty until the role has signed."""
    by_role = {signature.role: signature for signature in view.signatures}
    return [
        {
            "role": role.capitalize(),
            "date": _day(by_role[role].on) if role in by_role else "",
            "statement": by_role[role].statement if role in by_role else "",
        }
        for role in SIGNING_ROLES
    ]


def _about(view: GovernorsView) -> str:
    if not view.sha256:
        return "The audit has not been signed off: this is a draft, and its answers may still change."
    return (
        "The signed answers are inside this file, so that it can be checked: choose it under “Verify a file” in the "
        "audit tool, or run: python -m audit verify FILE."
    )


def strip(view: GovernorsView, beside: PaperMiddleHalf) -> dict[str, Any]:
    """The bar of coverage from 0 to 100%: this year, last year, and the middle half of other schools."""
    now, last, half = view.coverage, view.last_year, beside.halves("coverage").get("")
    key = ["Solid blue: in the policy, and done."]
    alt = [f"A bar from 0 to 100%. {now.year}: {now.words} of what is recommended is in the policy and done."]
    if now.can_be_met > now.met:
        key.append("Striped: not known yet; it counts if it turns out well.")
    if last is not None:
        key.append(f"Black line: {last.year}, {percent(last.met, last.applicable)}.")
        alt.append(f"{last.year}: {last.words}.")
    if half is not None:
        lower, median, upper = map(whole_percent, half)
        sentence = f"{beside.words('coverage')} It reaches from {lower} to {upper}; the median is {median}."
        key.append(f"Bracket, with the median as a diamond: {sentence[0].lower()}{sentence[1:]}")
        alt.append(sentence)
    return {
        "lowest": _share(now.met, now.applicable),
        "highest": _share(now.can_be_met, now.applicable),
        "last": None if last is None else _share(last.met, last.applicable),
        "half": half,
        "key": " ".join(key),
        "alt": " ".join(alt),
    }


def _share(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 0.0


def by_area(view: GovernorsView, beside: PaperMiddleHalf) -> dict[str, Any]:
    """One bar for each area, divided by state, with a bracket below for the middle half of other schools."""
    halves = beside.halves("area")
    words = [f"{area.title}: {area.met} of {area.applicable} met" for area in view.areas]
    words += [
        f"middle half of schools in {area.title}: {whole_percent(halves[area.id][0])} to {whole_percent(halves[area.id][2])} met"
        for area in view.areas
        if area.id in halves
    ]
    sentence = beside.words("area") if halves else ""
    return {
        "rows": [{**asdict(area), "half": halves.get(area.id)} for area in view.areas],
        "alt": f"One bar for each area, divided by state. {'; '.join(words)}. The table below holds every count.",
        "key": f"Brackets under the bars, with the median as a diamond: {sentence[0].lower()}{sentence[1:]}"
        if sentence
        else "",
    }


class PaperMiddleHalf:
    """The middle half of other schools of a school's phase, from a benchmark; empty without a benchmark."""

    def __init__(self, benchmark: Benchmark | None, phase: Phase, title: str) -> None:
        self._benchmark, self._phase, self._title = benchmark, phase, title

    def _rows(self, measure: Literal["coverage", "area"]) -> pd.DataFrame:
        assert self._benchmark is not None
        return middle_half(self._benchmark, self._phase, measure).dropna(subset=["lower", "median", "upper"])

    def halves(self, measure: Literal["coverage", "area"]) -> dict[str, list[float]]:
        """Lower quartile, median and upper quartile in percent, by id of the area; an empty id stands for coverage."""
        if self._benchmark is None:
            return {}
        rows = self._rows(measure)
        quartiles = rows[["lower", "median", "upper"]].astype("float64").to_numpy().tolist()
        return dict(zip(rows["question"], quartiles, strict=True))

    def words(self, measure: Literal["coverage", "area"]) -> str:
        """Whose middle half it is, in one sentence; empty if there is none."""
        if self._benchmark is None or (rows := self._rows(measure)).empty:
            return ""
        return middle_half_in_words(self._benchmark, rows, self._title)


def with_row_headers(data: bytes) -> bytes:
    """The PDF with row headers in its tables; the same file gives the same bytes.

    A first cell without text is not changed. Typst lists for each cell the headers above it. Where a row gets a header,
    these lists are removed, so that readers take both kinds of header from their scopes.
    """
    writer = PdfWriter(io.BytesIO(data), incremental=True)
    tree = cast("DictionaryObject", writer.root_object["/StructTreeRoot"])
    for table in _elements(tree, "/Table"):
        for body in _elements(table, "/TBody"):
            for row in _elements(body, "/TR"):
                _mark_header(list(_children(row)))
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def _mark_header(cells: Sequence[DictionaryObject]) -> None:
    """Makes the first cell of a row the header of the others."""
    if not cells or cells[0].get("/S") != "/TD" or not cells[0].get("/K"):
        return
    for cell in cells:
        for attributes in _attributes(cell):
            attributes.pop("/Headers", None)
    first = cells[0]
    first[NameObject("/S")] = NameObject("/TH")
    first[NameObject("/A")] = ArrayObject([*_attributes(first), _ROW_SCOPE])


def _attributes(cell: DictionaryObject) -> list[DictionaryObject]:
    """The attributes of a cell, which a PDF holds as one dictionary or as a list of them."""
    held = cell.get("/A", ArrayObject()).get_object()
    return [attributes.get_object() for attributes in (held if isinstance(held, ArrayObject) else [held])]


def _elements(parent: DictionaryObject, kind: str) -> Iterator[DictionaryObject]:
    """The elements of a kind anywhere below another element, but not those inside an element of that kind."""
    for child in _children(parent):
        if child.get("/S") == kind:
            yield child
        else:
            yield from _elements(child, kind)


def _children(parent: DictionaryObject) -> Iterator[DictionaryObject]:
    """The elements directly below another; a PDF holds one as itself and several as a list."""
    kids = parent.get("/K", ArrayObject()).get_object()
    for kid in kids if isinstance(kids, ArrayObject) else [kids]:
        child = kid.get_object()
        if isinstance(child, DictionaryObject) and "/S" in child:
            yield child
