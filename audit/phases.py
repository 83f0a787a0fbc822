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
    (r"all ?through|primary.* secondary|\b4 ?(?:to|18)? ?18\b", "all-through"),
    (r"special|\bsemh\b|\bsen\b|\bsend\b|\bsld\b|\bpmld\b|\bmld\b", "special"),
    (r"referral|\bpru\b|alternative|\bap\b", "pru"),
    (r"primary|infant|junior|\bfirst\b|\blower\b|key stages? [12]\b|\bks ?[12]\b", "primary"),
    (r"secondary|\bupper\b|\bhigh\b|key stages? [34]\b|\bks ?[34]\b", "secondary"),
    (r"\b16\b|post ?16|sixteen|sixth form|6th form|further education|\bfe\b|key stage 5\b|\bks ?5\b", "sixteen-plus"),
    (r"nursery|\beyfs\b|early years", "nursery"),
)
"""The first that fits: *Middle deemed primary* and *Primary with nursery* are primary, a *special primary* is special."""


@lru_cache(maxsize=4096)
def phase_by_words(text: str) -> Phase | None:
    """The phase that a text names, however it spells it; None if it names none, or leaves it open."""
    said = re.sub(r"[^a-z0-9]+", " ", plain(text[:200]).casefold()).strip()
    return next((phase for pattern, phase in _BY_WORDS if re.search(pattern, said)), None)
