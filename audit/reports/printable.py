"""Texts as a printed page can hold them: on one line, not too long, with places to break, in letters that the fonts have."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

_LONG_WORD = re.compile(r"\S{25,}")
_PIECE = 6
_BREAK = "\u200b"
_REPLACEMENT = "\ufffd"
_NAMED = re.compile(r'PDF/UA-1 error: the text [^`]*`"((?:[^"\\]|\\.)+)"`')
_ESCAPED = re.compile(r"\\u\{([0-9a-fA-F]+)\}|\\(.)")


def printable(value: Any, longest: int) -> Any:
    """A value of JSON with every text in it on one line, cut at a word if it is too long, and long words breakable."""
    return _each_text(value, lambda text: _breakable(_cut(_composed(text), longest)))


def without(value: Any, characters: Iterable[str]) -> Any:
    """A value of JSON whose texts show U+FFFD in place of these characters; those that are invisible go."""
    table = str.maketrans({one: _instead(one) for one in characters})
    return _each_text(value, lambda text: text.translate(table))


def not_shown(diagnostic: str) -> set[str]:
    """The characters to leave out first, of those that Typst says no font of its own can show.

    It names a whole cluster, so a letter with a mark that no font has: marks go first, as the letter may be there. A
    place to break goes last, as it is named only for what stands beside it.
    """
    found = {character for named in _NAMED.findall(diagnostic) for character in _ESCAPED.sub(_unescaped, named)}
    others = found - {_BREAK}
    return set(filter(_is_mark, others)) or others or found


def _unescaped(found: re.Match[str]) -> str:
    return chr(int(found[1], 16)) if found[1] else found[2]


def _instead(character: str) -> str:
    return "" if _is_mark(character) else _REPLACEMENT


def _is_mark(character: str) -> bool:
    """Whether it only changes what stands beside it: an accent, a joiner, a variant, a skin tone."""
    return unicodedata.category(character) in ("Cf", "Mn", "Me", "Sk")


def _each_text(value: Any, change: Any) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {key: _each_text(one, change) for key, one in value.items()}
    if isinstance(value, Sequence):
        return [_each_text(one, change) for one in value]
    return value


def _composed(text: str) -> str:
    """The text on one line, each letter with its accents as one character where there is one."""
    return unicodedata.normalize("NFC", " ".join(text.split()))


def _cut(text: str, longest: int) -> str:
    if len(text) <= longest:
        return text
    head = text[: longest - 1]
    return f"{head.rsplit(' ', 1)[0] if ' ' in head[longest // 2 :] else head} …"


def _breakable(text: str) -> str:
    """The text with places at which a long word may be broken; a line never runs over the edge of the page."""

    def pieces(found: re.Match[str]) -> str:
        word = found[0]
        return _BREAK.join(word[start : start + _PIECE] for start in range(0, len(word), _PIECE))

    return _LONG_WORD.sub(pieces, text)
