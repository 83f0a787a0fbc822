"""All that a governors' pack is made of, and the same as JSON, so that the pack can be made again and compared.

Texts as a printed page can hold them: on one line, not too long, with places to break, in letters that the fonts have.
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
from audit.school.outcome import Outcome, outcome
from audit.school.signing import NotIntact, Signed, canonical
from audit.school.transition import before as carried_or_earlier
from audit.version import UNMARKED, VERSION, code_digest

_UNREADABLE = "What the pack was made of cannot be read; part of it is missing or was changed."


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """The meeting that the pack is for; what is not known yet is left blank to be filled in by hand.

    Attributes:
        on: its day.
        presenter: who presents the audit, as a role and never as a name.
    """

    on: dt.date | None = None
    presenter: str = ""


@cache
def made_here() -> str:
    """What makes packs here: the version of Typst, and the digest of the code; another one may word or place things otherwise."""
    return f"Typst {version('typst')}, code {code_digest()[:16]}"


@dataclass(frozen=True, kw_only=True)
class PackInputs:
    """All that a pack is made of.

    Attributes:
        result: the outcome of the audit; of a signed one, with the criteria that it was signed with.
        before: last year's outcome, as `audit.school.transition.before` gives it; None if there is none.
        today: the day on which the pack is made, by which actions are overdue.
        benchmark: the authority's, if one is loaded; of another edition than the audit, it is left out.
        made_with: what made the pack.
        version: the version of the product that made it; empty for those before the first that says so.
        pages: of a pack that was read, the SHA-256 of each page's drawing when it was made; making one pays it no heed.
    """

    result: Outcome
    before: Outcome | None = None
    today: dt.date
    meeting: Meeting = Meeting()
    benchmark: Benchmark | None = None
    made_with: str = field(default_factory=made_here)
    version: str = VERSION
    pages: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.benchmark is not None and self.benchmark.framework not in self.result.criteria.refs:
            object.__setattr__(self, "benchmark", None)

    @property
    def is_before_signed_too(self) -> bool:
        """Whether last year's answers are those that the audit itself carries, and so part of what was signed."""
        own = carried_or_earlier(self.result, ())
        return self.before is not None and own is not None and self.before.audit == own.audit


@dataclass(frozen=True, kw_only=True)
class _Earlier:
    """Last year's audit; without frameworks, they are those of this year's."""

    audit: Audit
    frameworks: tuple[Framework, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _File:
    """The inputs besides the signed content, as they are kept in the pack."""

    format: Literal["online safety governors' pack"]
    made_with: str
    today: dt.date
    meeting: Meeting
    before: _Earlier | Literal["carried"] | None
    benchmark: dict[str, Any] | None
    version: str = UNMARKED
    pages: tuple[str, ...] = ()


_FILE = TypeAdapter(_File)
_LATER = ("version", "pages")
"""What packs of releases before 0.4.0 do not hold."""


def inputs_json(inputs: PackInputs, pages: tuple[str, ...] = ()) -> bytes:
    """The inputs besides the signed content, as JSON.

    Args:
        inputs: the inputs.
        pages: the SHA-256 of each page's drawing, by which a later version knows the pages again.
    """
    before: _Earlier | Literal["carried"] | None = None
    if inputs.is_before_signed_too:
        before = "carried"
    elif inputs.before is not None:
        same = inputs.before.criteria.frameworks == inputs.result.criteria.frameworks
        before = _Earlier(audit=inputs.before.audit, frameworks=() if same else inputs.before.criteria.frameworks)
    kept = _File(
        format="online safety governors' pack",
        made_with=inputs.made_with,
        today=inputs.today,
        meeting=inputs.meeting,
        before=before,
        benchmark=None if inputs.benchmark is None else json.loads(benchmark_file(inputs.benchmark)),
        version=inputs.version,
        pages=pages,
    )
    found = _FILE.dump_python(kept, mode="json")
    return canonical({name: value for name, value in found.items() if value or name not in _LATER})


def inputs_from(data: bytes, signed: Signed) -> PackInputs:
    """The inputs of a pack from the JSON kept in it, and the signed content kept beside it.

    Raises:
        NotIntact: the JSON is not what a pack keeps.
    """
    try:
        kept = _FILE.validate_json(data)
        result = outcome(signed.audit, signed.criteria)
        before = _outcome_before(kept.before, result)
    except (ValueError, RecursionError) as error:
        raise NotIntact(_UNREADABLE) from error
    benchmark = None
    if kept.benchmark is not None:
        read = read_benchmark(json.dumps(kept.benchmark).encode(), "benchmark", signed.criteria)
        if not isinstance(read, Benchmark):
            raise NotIntact(_UNREADABLE)
        benchmark = read
    return PackInputs(
        result=result,
        before=before,
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
