"""Tables as CSV files that a spreadsheet can open without harm, and SCORES of many returns as CSV and Parquet."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from audit.authority.returns import Returns, unpack
from audit.scoring import scores
from audit.text import tidy

_AT_ONCE = 250
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def table_csv(table: pd.DataFrame, *, signed: str = "") -> bytes:
    """A table as CSV (RFC 4180): blank for ``<NA>``, text never a formula.

    It begins with a byte order mark, by which Excel knows UTF-8, and its lines end in CR LF.

    A text that a spreadsheet would take for a formula gets a leading apostrophe (OWASP, CSV injection).

    Args:
        table: any table.
        signed: the SHA-256 of the signed audit that the table is about, for a last column; empty if it is not signed.
    """
    table = table.assign(signed_content_sha256=signed) if signed else table
    texts = table.select_dtypes(include=["str", "object", "category"]).columns
    shown = table.assign(**{name: table[name].map(_harmless, na_action="ignore") for name in texts})
    text: str = shown.to_csv(index=False, lineterminator="\r\n", float_format="%.2f")
    return text.encode("utf-8-sig")


def _harmless(value: object) -> object:
    value = tidy(value) if isinstance(value, str) else value  # a bare carriage return would begin a row
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value


def _batches(returns: Returns, at_once: int) -> Iterator[pd.DataFrame]:
    """SCORES of the returns, some at a time; one empty table if there are none."""
    for first in range(0, max(len(returns.items), 1), at_once):
        audits = [unpack(one, returns.criteria) for one in returns.items[first : first + at_once]]
        yield scores(audits, returns.criteria)


def write_scores_csv(returns: Returns, out: BinaryIO, *, at_once: int = _AT_ONCE) -> None:
    """Writes SCORES of the returns as CSV, text never a formula.

    Args:
        returns: the returns that count.
        out: what it is written to.
        at_once: how many returns are scored at a time, which bounds the memory.
    """
    for number, batch in enumerate(_batches(returns, at_once)):
        headings, _, rows = table_csv(batch).partition(b"\r\n")
        out.write(rows if number else headings + b"\r\n" + rows)


def write_scores_parquet(returns: Returns, out: BinaryIO, *, at_once: int = _AT_ONCE) -> None:
    """Writes SCORES of the returns as Parquet: text as it is, categories as dictionaries.

    Args:
        returns: the returns that count.
        out: what it is written to.
        at_once: how many returns are scored at a time, which bounds the memory.
    """
    batches = (pa.Table.from_pandas(batch, preserve_index=False) for batch in _batches(returns, at_once))
    first = next(batches)
    with pq.ParquetWriter(out, first.schema, compression="zstd") as writer:
        writer.write_table(first)
        for batch in batches:
            writer.write_table(batch)


def scores_csv(returns: Returns) -> bytes:
    """SCORES of the returns as the bytes of a CSV file."""
    out = io.BytesIO()
    write_scores_csv(returns, out)
    return out.getvalue()


def scores_parquet(returns: Returns) -> bytes:
    """SCORES of the returns as the bytes of a Parquet file."""
    out = io.BytesIO()
    write_scores_parquet(returns, out)
    return out.getvalue()
