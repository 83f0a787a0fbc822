"""What the reports share: the HTML templates, and row headers for the tables of a PDF.

All HTML reports are built on `report_base.html`.

Screen readers need the first cell of each table row marked as the row's header (PDF/UA, ISO 32000 14.8.5.7). Typst has a
switch for this, but its Python package does not offer it. `with_row_headers` therefore changes the structure tree of the
finished PDF.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject

from audit.english import agree, day_in_figures

TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,  # everything that people typed is shown as text, never run
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
TEMPLATES.filters.update(agree=agree, day_in_figures=day_in_figures)

_ROW_SCOPE = DictionaryObject({NameObject("/O"): NameObject("/Table"), NameObject("/Scope"): NameObject("/Row")})


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
