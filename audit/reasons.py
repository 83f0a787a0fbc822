"""The reason why a statement does not apply: whether it says anything that a governor could weigh.

One rule for the questionnaire, which asks again, and for workbooks, whose reader warns. What is stored
or signed already keeps such a reason, so the model takes any.
"""

from __future__ import annotations

import re
import unicodedata

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
