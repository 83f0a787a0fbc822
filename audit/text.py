"""Typed text: how it is tidied, which text the product can store, and whether a reason says anything.

The product stores exactly what an Excel cell can hold. A text that cannot go into the workbook would be lost on its way
to the authority, so it is refused when a person enters it, and the person is told why.

`says_nothing` is the one rule for reasons why a statement does not apply: the questionnaire asks again, and the reader of
workbooks warns. The model accepts any reason, because stored and signed audits may already have an empty one.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST = 32_767
"""The most UTF-16 code units that one Excel cell holds (Excel specifications and limits)."""
_SHORT = LONGEST // 14
"""The most characters that fit into a cell even if each takes two units and is escaped."""

# Characters that XML 1.0 cannot hold at all (XML 1.0, production 2), and lone surrogates.
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Excel reads _x000D_ as a carriage return, so the underscore of such a run is escaped.
_ESCAPE_RUN = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def plain(text: str) -> str:
    """Typed text without outer, no-break and zero-width spaces; full-width characters become ordinary ones."""
    if text.isascii():
        return text.strip()
    text = unicodedata.normalize("NFKC", text)
    return re.sub(r"[\u200b-\u200d\u2060\ufeff]", "", text).strip()


def tidy(text: str) -> str:
    r"""The text with every line break as ``\n``; nothing else is changed."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def is_plain(text: str) -> bool:
    """Whether a quick look shows that a text can be stored as it is; `fault_of` examines any other text."""
    return len(text) <= _SHORT and text.isprintable()


def fault_of(text: str) -> str | None:
    """Why a text cannot be stored, with the remedy; None if it can."""
    if is_plain(text):
        return None
    match = NOT_IN_XML.search(text)
    if match:
        code = f"U+{ord(match.group()):04X}"
        return (
            f"Character {match.start() + 1} is a control character ({code}) that no workbook can hold. "
            "Delete it, or type the text again instead of pasting it."
        )
    if len(text) <= _SHORT:
        return None
    units = len(to_cell(text).encode("utf-16-le")) // 2
    if units > LONGEST:
        return (
            f"The text has {units:,} characters; a workbook cell holds {LONGEST:,}. "
            "Shorten it, or say where the rest can be found."
        )
    return None


def to_cell(text: str) -> str:
    """The text as an Excel cell stores it: runs that look like an escape are escaped, and so is text of spaces only."""
    if text.isspace():  # readers drop a cell that holds only these three; they keep other spaces
        return re.sub("[ \t\n]", lambda space: f"_x{ord(space[0]):04X}_", text, count=1)
    return _ESCAPE_RUN.sub("_x005F_", text)


def holdable(text: str) -> str:
    """The text as any document can hold it: U+FFFD replaces other characters, and a text that is too long is cut.

    Use it only for text that is shown and never read back, such as a file name or the words of a problem.
    """
    if fault_of(text) is None:
        return text
    replaced = NOT_IN_XML.sub("\ufffd", text)
    return replaced if fault_of(replaced) is None else f"{replaced[: LONGEST // 14]} […]"


_EMPTY = re.compile(
    r"([a-z])\1*|\d+|"  # x, xxx, 1
    r"above|am|an|and|answer|applicable|applies|apply|are|as|at|be|before|below|blank|confirmed|currently|decided|"
    r"ditto|do|does|doesn|doesnt|don|dont|earlier|entry|given|inapplicable|is|isn|isnt|it|just|know|later|moment|"
    r"na|nil|no|non|none|not|nothing|null|of|ok|okay|pending|please|present|previous|question|really|reason|"
    r"relevant|same|see|simply|statement|sure|tba|tbc|tbd|test|that|the|these|this|to|todo|unknown|unsure|us|yes|"
    r"yet"
)
"""Words that only repeat that the statement does not apply, or say nothing; a text of only these is no reason."""

ASK_AGAIN = "Say in a few words why it does not apply, such as “We have no boarders.”"
"""What the person should do."""


def says_nothing(reason: str) -> bool:
    """Whether a reason is blank, only punctuation, or only words such as *n/a*, *none* and *not applicable*."""
    text = unicodedata.normalize("NFKC", reason).casefold()
    return all(_EMPTY.fullmatch(word) for word in re.findall(r"[^\W_]+", text))
