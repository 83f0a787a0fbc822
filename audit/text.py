"""Which text the product can hold: everything that an Excel cell can, and nothing else.

A text that cannot go into the workbook would be lost on its way to the authority, so it is refused
when it is entered and the person is told why.

The reason why a statement does not apply: whether it says anything that a governor could weigh.

One rule for the questionnaire, which asks again, and for workbooks, whose reader warns. What is stored
or signed already keeps such a reason, so the model takes any.

The identifiers of a school, as people type them: URN, local authority code, academic year.

Facts from the national register, Get Information About Schools: a URN has six digits for open
schools (five are legal), no check digit, and is kept as text. People type the DfE number
(LAESTAB, seven digits) or the UKPRN (eight) in its place.
"""

from __future__ import annotations

import re
import unicodedata


def plain(text: str) -> str:
    """Typed text without outer, no-break and zero-width spaces, full-width forms made ordinary."""
    if text.isascii():
        return text.strip()
    text = unicodedata.normalize("NFKC", text)
    return re.sub(r"[\u200b-\u200d\u2060\ufeff]", "", text).strip()


LONGEST = 32_767
"""UTF-16 code units that one Excel cell holds (Excel specifications and limits)."""
_SHORT = LONGEST // 14
"""Characters that fit into a cell even if each takes two units and is escaped."""

# Characters that XML 1.0 cannot hold at all (XML 1.0, production 2), and lone surrogates.
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Excel reads _x000D_ as a carriage return; a text that holds such a run has its underscore escaped.
_ESCAPE_RUN = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def tidy(text: str) -> str:
    r"""The text with every line break as ``\n``; nothing else is changed."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def is_plain(text: str) -> bool:
    """Whether a text can be held as it is, seen at once; of any other, `fault_of` finds it out."""
    return len(text) <= _SHORT and text.isprintable()


def fault_of(text: str) -> str | None:
    """Why a text cannot be held, as one sentence with its remedy; None if it can."""
    if is_plain(text):
        return None
    found = NOT_IN_XML.search(text)
    if found:
        code = f"U+{ord(found.group()):04X}"
        return (
            f"Character {found.start() + 1} is a control character ({code}) that no workbook can hold. "
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
    """The text as an Excel cell stores it: runs that look like an escape, and text of spaces only, are escaped."""
    if text.isspace():  # readers drop a cell that holds nothing but these; other spaces they keep
        return re.sub("[ \t\n]", lambda space: f"_x{ord(space[0]):04X}_", text, count=1)
    return _ESCAPE_RUN.sub("_x005F_", text)


def holdable(text: str) -> str:
    """The text as any document can hold it: what it cannot hold is shown as U+FFFD, and the end of too long a text left out.

    Only for text that is shown and never read back, such as the name of a file or the words of a problem.
    """
    if fault_of(text) is None:
        return text
    held = NOT_IN_XML.sub("\ufffd", text)
    return held if fault_of(held) is None else f"{held[: LONGEST // 14]} […]"


_EMPTY = re.compile(
    r"([a-z])\1*|\d+|"  # x, xxx, 1
    r"above|am|an|and|answer|applicable|applies|apply|are|as|at|be|before|below|blank|confirmed|currently|decided|"
    r"ditto|do|does|doesn|doesnt|don|dont|earlier|entry|given|inapplicable|is|isn|isnt|it|just|know|later|moment|"
    r"na|nil|no|non|none|not|nothing|null|of|ok|okay|pending|please|present|previous|question|really|reason|"
    r"relevant|same|see|simply|statement|sure|tba|tbc|tbd|test|that|the|these|this|to|todo|unknown|unsure|us|yes|"
    r"yet"
)
"""Words that only say again that it does not apply, or nothing; a text of nothing else is no reason."""

ASK_AGAIN = "Say in a few words why it does not apply, such as “We have no boarders.”"
"""What the person is to do."""


def says_nothing(reason: str) -> bool:
    """Whether a reason is blank, punctuation only, or nothing but words such as *n/a*, *none* and *not applicable*."""
    text = unicodedata.normalize("NFKC", reason).casefold()
    return all(_EMPTY.fullmatch(word) for word in re.findall(r"[^\W_]+", text))
