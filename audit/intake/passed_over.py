"""Files that programs leave behind and nobody sends: passed over however they come, and told once."""

from __future__ import annotations

import re
from collections.abc import Sequence

from audit.english import first_and_more, plural
from audit.intake.names import shown

_LEFT_BEHIND = re.compile(
    r"(?i)~\$.*|\._.*|\.~lock\..*#|__MACOSX|\.DS_Store|Thumbs\.db(?::.*)?|ehthumbs\.db|desktop\.ini|Icon[\r\n\uf00d]*|"
    r"\.Spotlight-V100|\.Trashes|\.fseventsd|\$RECYCLE\.BIN"
)
"""Locks of Office and LibreOffice, what macOS writes beside each file and in each folder, thumbnails, settings of folders.

macOS calls the file with a folder's picture ``Icon`` and a carriage return, which other systems show as U+F00D or not at all.
"""
_IN_FOLDERS = re.compile(r"(?i)\..*|readme|.*\.(?:txt|md|log|ini|db|lnk|url)")
"""What also lies about in folders and archives and is nobody's return: hidden files, notes, short cuts."""
_NAMED = 5
"""Files that are named in the sentence that tells of them."""


def is_left_behind(name: str) -> bool:
    """Whether a file or folder of this name is one that programs leave behind."""
    return _LEFT_BEHIND.fullmatch(name) is not None


def is_passed_over(name: str) -> bool:
    """Whether a file or folder of this name within a folder or an archive is nobody's return."""
    return is_left_behind(name) or _IN_FOLDERS.fullmatch(name) is not None


def in_words(names: Sequence[str]) -> str:
    """That these files were passed over, in one sentence; empty if there are none."""
    if not names:
        return ""
    told = list(dict.fromkeys(shown(name.rstrip("\r\n")) for name in names))
    said = f"{plural(len(names), 'file')} passed over, which programs leave behind and no school sends"
    return f"{said}: {first_and_more(told, _NAMED)}."
