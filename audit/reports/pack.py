"""The governors' pack: an accessible A4 PDF of two to four pages for a meeting's papers, ready for its minutes."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst
from pypdf import PageObject, PdfReader

from audit.reports.pack_inputs import Meeting, PackInputs, inputs_json
from audit.reports.pack_paper import LIMITS, Limits, paper
from audit.reports.printable import not_shown, without
from audit.reports.row_headers import with_row_headers
from audit.signing import Signed, as_json, criteria_hash
from audit.version import MADE_BY

__all__ = ["MOST_PAGES", "PACK_INPUTS", "SIGNED_CONTENT", "Meeting", "PackInputs", "drawing", "pack", "page_digests"]

SIGNED_CONTENT, PACK_INPUTS = "signed-audit.json", "pack-inputs.json"
"""Names of the files that the pack of a signed audit carries inside."""
MOST_PAGES = 4
_DESCRIBED = {
    SIGNED_CONTENT: "What was signed: the whole audit and its criteria",
    PACK_INPUTS: "What else this pack was made of",
}
_TEMPLATE = Path(__file__).with_name("pack.typ").read_bytes()
_FONTS = typst.Fonts(include_system_fonts=False, font_paths=[Path(__file__).with_name("fonts")])
"""The same letters on every computer: Typst's own, and Noto Emoji for the emoji in names and texts."""
_ROUNDS = 5
"""In which Typst names the characters that it cannot show: marks first, then the letters that they stood on."""


def pack(inputs: PackInputs) -> bytes:
    """The pack as the bytes of a PDF/UA-1 file; the same inputs give the same bytes.

    That of a signed audit carries the signed content and its own inputs inside, so that it can be verified.

    Raises:
        ValueError: the audit is signed, and the outcome was not worked out with the criteria that it was signed with.
    """
    files = _files(inputs)
    limits, made = _fitted(inputs, files)
    if not files:
        return made
    files = _files(inputs, page_digests(made))  # inside, so they change no page
    return _made(_data(inputs, limits, files), files, inputs.today)[0]


def page_digests(data: bytes) -> tuple[str, ...]:
    """The SHA-256 of the drawing of each page of a PDF, however the file is compressed."""
    return tuple(hashlib.sha256(drawing(page)).hexdigest() for page in PdfReader(io.BytesIO(data)).pages)


def drawing(page: PageObject) -> bytes:
    """What draws a page."""
    contents = page.get_contents()
    return b"" if contents is None else contents.get_data()


def _data(inputs: PackInputs, limits: Limits, files: Mapping[str, str]) -> dict[str, Any]:
    attached = [{"name": name, "description": _DESCRIBED[name]} for name in files]
    return {**paper(inputs, limits), "attached": attached, "program": MADE_BY}


def _fitted(inputs: PackInputs, files: dict[str, str]) -> tuple[Limits, bytes]:
    """How much the pack shows so that it takes no more pages than it may, and the pack with it."""
    for limits in LIMITS:
        made, pages = _made(_data(inputs, limits, files), files, inputs.today)
        if pages <= MOST_PAGES:
            break
    return limits, made


def _files(inputs: PackInputs, pages: tuple[str, ...] = ()) -> dict[str, str]:
    """The files inside the pack, by name."""
    audit, own = inputs.result.audit, inputs.result.criteria
    if audit.signed is None:
        return {}
    if criteria_hash(own) != audit.signed.criteria:
        raise ValueError("the criteria are not those that the audit was signed with")
    signed = as_json(Signed(audit=audit, criteria=own))
    return {SIGNED_CONTENT: signed.decode("ascii"), PACK_INPUTS: inputs_json(inputs, pages).decode("ascii")}


def _made(data: dict[str, Any], files: dict[str, str], day: dt.date) -> tuple[bytes, int]:
    """The PDF and the number of its pages, without the characters that Typst's own fonts do not have."""
    for _ in range(_ROUNDS):
        given = {"paper": json.dumps(data), **files}
        try:
            made = typst.compile(
                _TEMPLATE,
                format="pdf",
                pdf_standards=["ua-1"],
                sys_inputs=given,
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
                sys_inputs=given,
                font_paths=_FONTS,
                ignore_system_fonts=True,
            )
            return with_row_headers(made), int(pages)
    raise AssertionError("the fonts lack ever more characters")
