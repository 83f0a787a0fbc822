"""What a cell shows where a formula went wrong, in the languages of spreadsheet programs: an error, and never an answer."""

from __future__ import annotations

import re

from audit.identifiers import plain

_LONGEST = 30
_ERROR = re.compile(
    r"#[¡¿]?[^\W_a-z](?:[^\W_a-z]|[/_ ]){0,22}[!?]"  # #REF!, #NAME?, #GETTING_DATA!, and #BEZUG!, #¡VALOR!
    r"|#\s?N\s?/\s?(?:A|D|B)!?|#NV|#I/T|#Н/Д|#GETTING_DATA"  # not available: English, Romance, Dutch, German, Nordic, Russian
    r"|#{3,}"  # a number or a day in a column too narrow for it, copied as it was seen
    r"|Err:[0-9]{3}"  # LibreOffice
)


def may_be_error(text: str) -> bool:
    """Whether a text could be an error, at a glance."""
    return text.lstrip()[:1] in ("#", "＃") or text.lstrip()[:4] == "Err:"


def is_error(text: str) -> bool:
    """Whether a text is what a cell shows in place of a value that could not be worked out, such as ``#REF!``."""
    return may_be_error(text) and len(text) <= _LONGEST and _ERROR.fullmatch(plain(text)) is not None


def what_error(text: str) -> str:
    """The fact that a cell shows an error, as a sentence."""
    return f"The cell shows an error ({plain(text)}) in place of what was meant, so it counts as empty."


FIX = "Type the value itself in this cell, or empty it."
