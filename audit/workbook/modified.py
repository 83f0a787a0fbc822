"""When a workbook was changed last, by what it says of itself; the file system's time is that of a copy or a download."""

from __future__ import annotations

import datetime as dt
import re

PART = "docprops/core.xml"
"""The part that says so, in small letters as `audit.workbook.parts` names parts."""
STAMP = dt.datetime(2026, 1, 1)
"""What the product writes in place of the time, so that the same audit gives the same bytes: it says nothing."""
_MOST = 64 * 1024  # bytes; what programs write has less than one
_MODIFIED = re.compile(rb"<(?:[A-Za-z][\w.-]{0,30}:)?modified(?:\s[^<>]{0,300})?>\s*([0-9T:.Z+-]{10,40})\s*</")


def modified_at(content: bytes | None) -> dt.datetime | None:
    """When a workbook was changed last (UTC, without a zone); None if it does not say, or the product wrote it.

    Nothing of it is parsed as XML: a wrong time can make another return of the same school count, and no more.

    Args:
        content: the part of the workbook that tells its properties; None if it has none.
    """
    found = _MODIFIED.search(content[:_MOST]) if content else None
    if found is None:
        return None
    try:
        at = dt.datetime.fromisoformat(found[1].decode("ascii"))
        if at.tzinfo is not None:
            at = at.astimezone(dt.UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None
    return None if at == STAMP or at.year < _FIRST_YEAR else at


_FIRST_YEAR = 2007
"""Before it no workbook of this format was written; programs that know no time write the beginning of their own."""
