"""The first cell of each row of a PDF's tables marked as the row's header, as screen readers want it (PDF/UA, ISO 32000 14.8.5.7).

Typst has this behind a switch that its Python package does not offer, so the finished structure tree is amended.

The templates of the reports in HTML; `report_base.html` is what all of them have alike.
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

_ROW = DictionaryObject({NameObject("/O"): NameObject("/Table"), NameObject("/Scope"): NameObject("/Row")})


def with_row_headers(data: bytes) -> bytes:
    """The PDF with row headers in its tables; the same file gives the same bytes. A first cell without text stays as it is.

    Typst lists for each cell the headers above it. Where a row has a header too these lists go, so that readers take
    both from the headers' scopes.
    """
    writer = PdfWriter(io.BytesIO(data), incremental=True)
    tree = cast("DictionaryObject", writer.root_object["/StructTreeRoot"])
    for table in _elements(tree, "/Table"):
        for body in _elements(table, "/TBody"):
            for row in _elements(body, "/TR"):
                _mark(list(_children(row)))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _mark(cells: Sequence[DictionaryObject]) -> None:
    """Makes the first cell of a row the header of the others."""
    if not cells or cells[0].get("/S") != "/TD" or not cells[0].get("/K"):
        return
    for cell in cells:
        for attributes in _attributes(cell):
            attributes.pop("/Headers", None)
    first = cells[0]
    first[NameObject("/S")] = NameObject("/TH")
    first[NameObject("/A")] = ArrayObject([*_attributes(first), _ROW])


def _attributes(cell: DictionaryObject) -> list[DictionaryObject]:
    known = cell.get("/A", ArrayObject()).get_object()
    return [one.get_object() for one in (known if isinstance(known, ArrayObject) else [known])]


def _elements(parent: DictionaryObject, kind: str) -> Iterator[DictionaryObject]:
    """The elements of a kind anywhere below another; none within one that was found."""
    for child in _children(parent):
        if child.get("/S") == kind:
            yield child
        else:
            yield from _elements(child, kind)


def _children(parent: DictionaryObject) -> Iterator[DictionaryObject]:
    kids = parent.get("/K", ArrayObject()).get_object()
    for one in kids if isinstance(kids, ArrayObject) else [kids]:
        child = one.get_object()
        if isinstance(child, DictionaryObject) and "/S" in child:
            yield child


TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,  # everything that people typed is shown as text, never run
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
TEMPLATES.filters.update(agree=agree, day_in_figures=day_in_figures)
