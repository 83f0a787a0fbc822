"""A zip whose bytes depend on what is in it, and on nothing else."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable

_STAMP = (2026, 1, 1, 0, 0, 0)  # no reader needs the time of writing, and it would change the bytes
_UNIX = 3  # else the bytes would tell on which system they were written


def archive(entries: Iterable[tuple[str, bytes]], *, mode: int = 0) -> bytes:
    """The entries, name and content, as a zip in the order given.

    Args:
        entries: the names must differ; a slash in one makes a folder.
        mode: the permissions of the files once they are unpacked; none are needed by a file that is
            itself a zip, such as a workbook.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in entries:
            entry = zipfile.ZipInfo(name, _STAMP)
            entry.create_system, entry.external_attr = _UNIX, mode << 16
            target.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()
