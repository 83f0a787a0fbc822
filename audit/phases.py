"""The phase of a school by the words that people use for it: one vocabulary for register, return and form.

A first, infant or junior school is a primary school, an upper school a secondary one. A middle school is deemed
primary or secondary by the register, which the word alone does not tell.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from audit.identifiers import plain
from audit.model import Phase

SHORT: Mapping[Phase, str] = {"pru": "PRU or AP", "sixteen-plus": "16 plus"}
"""What stands beside a chart or in a narrow column for a phase whose title is long."""
_BY_WORDS: tuple[tuple[str, Phase], ...] = (
    (r"special|\bsemh\b|\bsen\b|\bsend\b|\bsld\b|\bpmld\b|\bmld\b", "special"),
    (r"all ?through|primary.* secondary", "all-through"),
    (r"referral|\bpru\b|alternative|\bap\b", "pru"),
    (r"primary|infant|junior|\bfirst\b|\blower\b|\bprim\b|\bjmi\b", "primary"),
    (r"secondary|\bupper\b|\bhigh\b|\bgrammar\b|\bcomprehensive\b|\bsec\b", "secondary"),
    (r"\b16\b|post ?16|sixteen|sixth form|6th form|further education|\bfe\b", "sixteen-plus"),
    (r"nursery|\beyfs\b|early years", "nursery"),
)
"""The first that fits: *Middle deemed primary* and *Primary with nursery* are primary, a *special primary* is special."""
_NOT = re.compile(r"\b(?:not|non|no|without|excluding|except|was|were|formerly|previously|ex)\b.*$")
"""What a school is not, or no longer."""
_WITH = re.compile(
    r"\b(?:with|and|plus|has|including|incl)\b.*\b(?:units?|base|provision|resourced?|centre|nursery|form|16)\b.*$"
)
"""What a school has besides: a primary with a unit for special needs is a primary."""
_UNIT_IN = re.compile(r"^.*\b(?:unit|base|provision|centre)\b (?:in|at|within)\b")
_STAGES = re.compile(r"\b(?:key stages?|ks) ?([1-5])(?: ?(?:to|and)? ?(?:key stages? ?|ks ?)?([1-5]))?\b")
_AGES = re.compile(r"(?<![0-9])(1[0-9]|[2-9]) ?(?:to )?(1[0-9]|[4-9])(?![0-9])")
_YEAR_GROUPS = re.compile(r"\b(?:years?|yrs?|y) ?[0-9]")
_BEYOND: dict[Phase, frozenset[Phase]] = {
    "primary": frozenset(["nursery"]),
    "secondary": frozenset(["sixteen-plus"]),
}
"""What goes with a phase, and makes no other of it: *Nursery/Primary*."""


@lru_cache(maxsize=4096)
def phase_by_words(text: str) -> Phase | None:
    """The phase that a text names, however it spells it; None if it names none, or leaves it open."""
    typed = plain(text[:200]).casefold()
    found = {phase for part in re.split(r"/|\bor\b", typed) if (phase := _phase_of(part))}
    for phase, others in _BEYOND.items():
        found -= others if phase in found else frozenset()
    if len(found) > 1:
        return None
    return _phase_of(typed) if found else None


def _phase_of(text: str) -> Phase | None:
    """The phase by the words of a text, else by its key stages or ages."""
    said = _NOT.sub("", re.sub(r"[^a-z0-9]+", " ", text).strip())
    said = _UNIT_IN.sub("", _WITH.sub("", said))
    bare = _AGES.sub(" ", _STAGES.sub(" ", said))
    by_words = next((phase for pattern, phase in _BY_WORDS if re.search(pattern, bare)), None)
    if by_words:
        return by_words
    if stages := _STAGES.search(said):
        first, last = int(stages[1]), int(stages[2] or stages[1])
        return _of_ages((5, 7, 11, 14, 16)[first - 1], (7, 11, 14, 16, 19)[last - 1])
    ages = None if _YEAR_GROUPS.search(said) else _AGES.search(said)
    return _of_ages(int(ages[1]), int(ages[2])) if ages else None


def _of_ages(first: int, last: int) -> Phase | None:
    """The phase of a school for pupils from one age to another; None for a middle school."""
    if first >= 16:
        return "sixteen-plus"
    if last <= 11:
        return "nursery" if last <= 5 else "primary"
    if last < 16:
        return "secondary" if first >= 11 else None
    return "secondary" if first >= 10 else "all-through" if first <= 7 else None
