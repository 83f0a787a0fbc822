"""All that a governors' pack is made from, and how its texts are made to fit a printed page.

The pack of a signed audit keeps its inputs as JSON (`inputs_json`), so that the pack can be made again and compared.
`printable` and `without` put a text on one line, cut it, let long words break, and replace characters without a font.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from typing import Any, Literal

from pydantic import TypeAdapter

from audit.authority.feedback.benchmark import Benchmark, benchmark_file, read_benchmark
from audit.model import Audit, Criteria, Framework
from audit.school.moves import Compared, MoveCounts
from audit.school.outcome import Outcome, outcome, outcomes
from audit.school.signing import NotIntact, Signed, canonical
from audit.school.transition import before as carried_or_earlier
from audit.version import UNMARKED, VERSION, code_digest

_UNREADABLE = "What the pack was made of cannot be read; part of it is missing or was changed."
_LONG_WORD = re.compile(r"\S{25,}")
_PIECE = 6
"""Characters of a long word between two places to break."""
_BREAK = "\u200b"
"""The zero-width space: a place to break."""
_REPLACEMENT = "\ufffd"
_NAMED = re.compile(r'PDF/UA-1 error: the text [^`]*`"((?:[^"\\]|\\.)+)"`')
_ESCAPED = re.compile(r"\\u\{([0-9a-fA-F]+)\}|\\(.)")


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """The meeting that the pack is for. What is not known yet stays blank, and people fill it in by hand.

    Attributes:
        on: the day of the meeting; None if it is not known.
        presenter: who presents the audit: a role, never a name.
    """

    on: dt.date | None = None
    presenter: str = ""


@cache
def made_here() -> str:
    """What makes packs on this computer: the version of Typst and the digest of the code.

    Another version of either may word or place things differently.
    """
    return f"Typst {version('typst')}, code {code_digest()[:16]}"


@dataclass(frozen=True, kw_only=True)
class PackInputs:
    """All that a pack is made from.

    Attributes:
        parts: the outcome of the audit for each framework that it answers, with last year's for the same framework, as
            `audit.school.moves.compare_each` finds it; worked out with the criteria with which a signed audit was
            signed. The pack shows them one after the other.
        today: the day on which the pack is made; actions due before it are overdue.
        meeting: the meeting that the pack is for.
        benchmark: the authority's benchmark; None if none is loaded. One for another edition than those of the audit
            becomes None.
        made_with: what made the pack: `made_here`.
        version: the version of the product that made the pack; empty for a pack of a release before 0.4.0.
        pages: of a pack that was read, the SHA-256 of each page's drawing when it was made; not used to make a pack.
    """

    parts: tuple[Compared, ...]
    today: dt.date
    meeting: Meeting = Meeting()
    benchmark: Benchmark | None = None
    made_with: str = field(default_factory=made_here)
    version: str = VERSION
    pages: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.benchmark is not None and self.benchmark.framework not in self.criteria.refs:
            object.__setattr__(self, "benchmark", None)

    @property
    def audit(self) -> Audit:
        """The audit that it is about."""
        return self.parts[0].now.audit

    @property
    def criteria(self) -> Criteria:
        """The frameworks of all its parts."""
        return Criteria(tuple(part.now.framework for part in self.parts))

    @property
    def has_other_audit(self) -> bool:
        """Whether last year's figures come from an audit of their own, which is not part of what was signed."""
        return any(isinstance(_kept(part), _Earlier) for part in self.parts)

    @property
    def has_moved(self) -> bool:
        """Whether it says where last year's other criteria went, which is not part of what was signed."""
        return any(part.moved for part in self.parts)


@dataclass(frozen=True, kw_only=True)
class _Earlier:
    """Last year's audit. Without frameworks, it answers those of this year's audit."""

    audit: Audit
    frameworks: tuple[Framework, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _File:
    """The inputs besides the signed content, in the form in which the pack keeps them.

    Attributes:
        before: last year's audit, or that its answers are carried, for the first framework.
        before_others: the same for each further framework; packs of releases that made one part only have none.
        moved: for each framework where last year's other criteria went, as figures; none if there are no such.
    """

    format: Literal["online safety governors' pack"]
    made_with: str
    today: dt.date
    meeting: Meeting
    before: _Earlier | Literal["carried"] | None
    benchmark: dict[str, Any] | None
    version: str = UNMARKED
    pages: tuple[str, ...] = ()
    before_others: tuple[_Earlier | Literal["carried"] | None, ...] = ()
    moved: tuple[tuple[MoveCounts, ...], ...] = ()


_FILE = TypeAdapter(_File)
_LATER = ("version", "pages", "before_others", "moved")
"""What packs of earlier releases do not hold, and so is left out where it is empty."""


def _kept(part: Compared) -> _Earlier | Literal["carried"] | None:
    """Last year's outcome for one framework, in the form in which the pack keeps it."""
    if part.before is None:
        return None
    carried = carried_or_earlier(part.now, ())
    if carried is not None and part.before.audit == carried.audit:
        return "carried"  # these answers are part of what was signed
    same = part.before.criteria.frameworks == part.now.criteria.frameworks
    return _Earlier(audit=part.before.audit, frameworks=() if same else part.before.criteria.frameworks)


def inputs_json(inputs: PackInputs, pages: tuple[str, ...] = ()) -> bytes:
    """The inputs besides the signed content, as JSON.

    Args:
        inputs: the inputs.
        pages: the SHA-256 of each page's drawing, by which a later version recognises the pages.
    """
    before, *others = map(_kept, inputs.parts)
    kept = _File(
        format="online safety governors' pack",
        made_with=inputs.made_with,
        today=inputs.today,
        meeting=inputs.meeting,
        before=before,
        benchmark=None if inputs.benchmark is None else json.loads(benchmark_file(inputs.benchmark)),
        version=inputs.version,
        pages=pages,
        before_others=tuple(others),
        moved=tuple(part.moved for part in inputs.parts) if inputs.has_moved else (),
    )
    values = _FILE.dump_python(kept, mode="json")
    return canonical({name: value for name, value in values.items() if value or name not in _LATER})


def inputs_from(data: bytes, signed: Signed) -> PackInputs:
    """The inputs of a pack, from the JSON and the signed content that it keeps.

    Raises:
        NotIntact: the JSON is not what a pack keeps.
    """
    try:
        kept = _FILE.validate_json(data)
        results = outcomes(signed.audit, signed.criteria)
        befores = (kept.before, *kept.before_others)
        parts = tuple(
            Compared(
                now=result,
                before=_outcome_before(befores[place] if place < len(befores) else None, result),
                moved=kept.moved[place] if place < len(kept.moved) else (),
            )
            for place, result in enumerate(results)
        )
    except (ValueError, RecursionError) as error:
        raise NotIntact(_UNREADABLE) from error
    benchmark = None
    if kept.benchmark is not None:
        read = read_benchmark(json.dumps(kept.benchmark).encode(), "benchmark", signed.criteria)
        if not isinstance(read, Benchmark):
            raise NotIntact(_UNREADABLE)
        benchmark = read
    return PackInputs(
        parts=parts,
        today=kept.today,
        meeting=kept.meeting,
        benchmark=benchmark,
        made_with=kept.made_with,
        version=kept.version,
        pages=kept.pages,
    )


def _outcome_before(kept: _Earlier | Literal["carried"] | None, result: Outcome) -> Outcome | None:
    if kept is None:
        return None
    if kept == "carried":
        return carried_or_earlier(result, ())
    return outcome(kept.audit, Criteria(kept.frameworks) if kept.frameworks else result.criteria)


def printable(value: Any, longest: int) -> Any:
    """A value of JSON with each text on one line, cut at a word if it is too long, and with places to break long words."""
    return _each_text(value, lambda text: _breakable(_cut(_composed(text), longest)))


def without(value: Any, characters: Iterable[str]) -> Any:
    """A value of JSON whose texts show U+FFFD in place of these characters; marks are removed."""
    table = str.maketrans({character: _replacement(character) for character in characters})
    return _each_text(value, lambda text: text.translate(table))


def not_shown(diagnostic: str) -> set[str]:
    """The characters to leave out first, of those that Typst says its fonts cannot show.

    Typst names a whole cluster, such as a letter with a mark. Marks go first, since a font may have the letter alone. A
    place to break goes last, since Typst names it only because of the characters next to it.
    """
    named = {character for text in _NAMED.findall(diagnostic) for character in _ESCAPED.sub(_unescaped, text)}
    others = named - {_BREAK}
    return set(filter(_is_mark, others)) or others or named


def _unescaped(escape: re.Match[str]) -> str:
    return chr(int(escape[1], 16)) if escape[1] else escape[2]


def _replacement(character: str) -> str:
    return "" if _is_mark(character) else _REPLACEMENT


def _is_mark(character: str) -> bool:
    """Whether the character only changes the one next to it: an accent, a joiner, a variant, a skin tone."""
    return unicodedata.category(character) in ("Cf", "Mn", "Me", "Sk")


def _each_text(value: Any, change: Any) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {key: _each_text(item, change) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [_each_text(item, change) for item in value]
    return value


def _composed(text: str) -> str:
    """The text on one line, with each letter and its accents as one character if Unicode has it."""
    return unicodedata.normalize("NFC", " ".join(text.split()))


def _cut(text: str, longest: int) -> str:
    if len(text) <= longest:
        return text
    head = text[: longest - 1]
    return f"{head.rsplit(' ', 1)[0] if ' ' in head[longest // 2 :] else head} …"


def _breakable(text: str) -> str:
    """The text with places at which long words may break, so that no line runs over the edge of the page."""

    def pieces(match: re.Match[str]) -> str:
        word = match[0]
        return _BREAK.join(word[start : start + _PIECE] for start in range(0, len(word), _PIECE))

    return _LONG_WORD.sub(pieces, text)
