"""What a reader of a PDF finds in it: its structure as a screen reader hears it, its lines, its files."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, NamedTuple

from pypdf import PdfReader


class Element(NamedTuple):
    """One element of the structure tree: its tag, its title or alternative text, and the tags of what it holds."""

    tag: str
    words: str
    holds: tuple[str, ...]


def reader_of(data: bytes) -> PdfReader:
    """The file, opened; a fault of its making is an error."""
    return PdfReader(io.BytesIO(data), strict=True)


def structure(data: bytes) -> list[Element]:
    """Every element of the structure tree, in reading order."""
    return list(_elements(reader_of(data).root_object["/StructTreeRoot"]))


def _elements(node: Any) -> Iterator[Element]:
    children = [child for child in _children(node) if isinstance(child, dict)]
    if "/S" in node:
        words = str(node.get("/Alt", node.get("/T", "")))
        yield Element(str(node["/S"]), words, tuple(str(child["/S"]) for child in children if "/S" in child))
    for child in children:
        yield from _elements(child)


def _children(node: Any) -> list[Any]:
    kids = node.get("/K")
    several = kids if isinstance(kids, list) else [kids]
    return [kid.get_object() if hasattr(kid, "get_object") else kid for kid in several]


def table_attributes(node: Any) -> Iterator[Any]:
    """The table attributes of every element of the structure tree, such as a header's scope."""
    known = node.get("/A", [])
    for one in known if isinstance(known, list) else [known]:
        attributes = one.get_object()
        if attributes.get("/O") == "/Table":
            yield attributes
    for child in _children(node):
        if isinstance(child, dict):
            yield from table_attributes(child)


def page_texts(data: bytes) -> list[str]:
    """The text of each page, its lines joined by spaces."""
    return [" ".join(page.extract_text().split()) for page in reader_of(data).pages]


def text_of(data: bytes) -> str:
    """The text of all pages, its lines joined by spaces."""
    return " ".join(page_texts(data))
