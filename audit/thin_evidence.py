"""What evidence is missing, thin or repeated: one rule each, for one school and for an authority's returns alike.

Thin evidence shows nothing yet: by which of a few plain rules, is said as a reason that a person can act on.

A reviewer has to be able to ask to see what the text names. So it names something that shows the answer (a log, a
form, a check) and, beside it, who, where or when; two of these without the thing itself will do as well. How well
the rules do is measured in ``tests/test_thin_evidence.py``. They know English words only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from audit.model import Criterion, Response

_EMPTY = re.compile(
    r"a|above|all|already|also|always|an|and|answer|are|as|at|available|been|being|can|check|checked|"
    r"complete|completed|covered|do|does|doing|done|embedded|every|everyone|everything|evidence|excellent|fine|"
    r"fully|good|have|here|in|is|it|its|know|known|knows|met|n|na|never|no|none|not|of|ok|okay|ongoing|our|"
    r"outstanding|place|please|practice|previous|question|really|refer|request|same|satisfactory|say|school|see|"
    r"seen|so|sure|tbc|that|the|there|this|throughout|tick|to|true|us|we|well|with|yes"
)
"""Words that say nothing on their own; a text of nothing else is empty, whatever its length."""
_TO_COME = re.compile(
    r"\b(?:will|shall|going to|plan(?:s|ned|ning)? to|planned (?:for|in)|to be|hope|intend|due (?:in|by|on|for|next)|"
    r"next review|next (?:half[- ])?(?:term|year))\b"
)
_THING = re.compile(
    r"\b(?:agenda|agreement|audit|bid|book(?!ed)|booklet|certificate|checklist|code|console|contract|cpoms|dashboard|"
    r"description|diar(?:y|ie)|display|entr(?:y|ie)|export|feedback|file|form|handbook|interview(?:ed)?|invoice|leaflet|"
    r"letter|licen[cs]e|list|log|mailbox(?:e)?|map|message|minute[sd]|myconcern|newsletter|note|notice|overview|page|pack|"
    r"photo|plan|poster|prospectus|questionnaire|quiz|receipt|record|register|registration|report|repl(?:y|ie)|returned|"
    r"risk assessment|rota|rule|sampled?|scheme|screenshot|setting|sheet|signed|sims|slide|structure|survey|table|"
    r"test(?:ed)?|ticket|tried|unit|visit|walk|work)s?\b"
    r"|\b(?:appendix|clause|duty|item|line|p|para|paragraph|part|point|section|tab|version)s?\.? ?(?:\d|[a-z]\b)"
)
"""What can be shown, and a place within a document, which takes the document for granted."""
_TOPIC = re.compile(
    r"\b(?:assembl(?:y|ies)|briefing|curriculum|filter(?:ing|s)?|inset|induction|lesson|meeting|polic(?:y|ies)|"
    r"procedure|training|website)s?\b"
)
"""What is too wide to be shown as such: it needs a part, a place or a day."""
_WHEN = re.compile(
    r"\b\d{1,2}[./]\d{1,2}(?:[./]\d{2,4})?\b|(?:\b\d{1,2}(?:st|nd|rd|th)? )?\b(?:May|March|(?i:jan(?:uary)?|feb(?:ruary)?|"
    r"mar|apr(?:il)?|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?))\b(?: \d{2,4}\b)?"
    r"|\b20\d\d\b|\b(?i:autumn|spring|summer|lent|michaelmas|easter|christmas|half[- ]term|"
    r"(?:mon|tues|wednes|thurs|fri)days?|(?:this|last) (?:week|month|term|year|half[- ]term))\b"
)
_DAY = re.compile(
    r"\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b"
    r"|\b\d{1,2}(?:st|nd|rd|th)? (?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b"
)
"""One day, which stands for what happened on it."""
_HOW_OFTEN = re.compile(r"\b(?:daily|weekly|fortnightly|monthly|termly|(?:each|every) (?:day|week|month|term|year))\b")
_WHERE = re.compile(
    r"\b(?:cabinet|classrooms?|corridor|cupboard|drive|entrance|folders?|hall|intranet|library|noticeboard|office|"
    r"reception|server|sharepoint|staffroom|suite)\b|(?:^|\s)[\"“‘'][a-z]"
)
"""A place, or the name of a part in quotation marks."""
_WHO = re.compile(
    r"\b(?:adviser|auditor|business manager|caretaker|company|consultant|coordinator|council|data protection officer|"
    r"deputy|dpo|dsl|governors?|head(?:teacher)?|kitchen|leaders?|lead|manager|provider|senco|slt|supplier|teacher|"
    r"teaching assistants?|technician|trainer|trust)\b"
)
_NUMBER = re.compile(r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty)\b")
_SMALL = re.compile(
    r"a|about|all|an|and|any|are|as|at|be|been|before|by|for|from|has|have|in|into|is|it|its|no|not|of|on|or|our|"
    r"own|so|such|than|that|the|their|them|they|this|to|use|used|uses|we|what|when|where|which|who|with"
)
_SHARE = 0.75
"""Of a text's words that stand in the statement too; from there on the text says the statement again."""


EMBEDDED = 4
"""The practice level that means evidenced, and reviewed within twelve months."""


def is_missing(text: str) -> bool:
    """Whether a text is no evidence at all; spaces show nothing."""
    return not text.strip()


def same_text(text: str) -> str:
    """What two texts have alike if they are the same evidence: case, spaces and a full stop make no other text."""
    return "".join(text.casefold().split()).rstrip(".")


def is_embedded_unwritten(response: Response) -> bool:
    """Whether a statement is called embedded although the policy does not say it: against what was it reviewed?"""
    return response.practice == EMBEDDED and response.written == "no"


@lru_cache(maxsize=100_000)
def is_thin(text: str) -> bool:
    """Whether a text is too thin to be evidence of any statement; the answers are kept, since pages ask again and again.

    An authority holds many texts, and few of them twice: it asks of as few as it has to.
    """
    return _is_empty(text) or not _names_enough(_of_now(text))


def why_thin(text: str, criterion: Criterion) -> str:
    """Why a text is too thin to be evidence of a statement, as one or two sentences; empty if it is not."""
    if not is_thin(text):
        return ""
    if _is_empty(text):
        return "It says nothing that can be looked at. Name what shows it, and who has it, where or from when."
    if _names_enough(text):
        return "It says what is to come. Name what shows it now."
    if _repeats(text, criterion):
        return "It says the statement again. Name what shows that it is so."
    return _missing(text)


def _is_empty(text: str) -> bool:
    return all(_EMPTY.fullmatch(word) for word in _words(text))


def _of_now(text: str) -> str:
    """A text without the sentences about what is to come."""
    if not _TO_COME.search(text.casefold()):
        return text
    return "; ".join(part for part in re.split(r"[;.](?=\s|$)", text) if not _TO_COME.search(part.casefold()))


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())


def _found(text: str) -> Mapping[str, str]:
    """What a text names, by what it is; the first of each."""
    folded = text.casefold()
    matches = {
        "thing": _THING.search(folded),
        "topic": _TOPIC.search(folded),
        "when": _WHEN.search(text),
        "day": _DAY.search(text),
        "where": _WHERE.search(folded),
        "who": _WHO.search(folded),
        "number": _NUMBER.search(_WHEN.sub("", text).casefold()),
        "often": _HOW_OFTEN.search(folded),
    }
    return {name: match.group() for name, match in matches.items() if match}


def _names_enough(text: str) -> bool:
    """Whether a text names a thing with one detail, or else two details that can be looked up; what decides soonest first."""
    folded = text.casefold()
    if _THING.search(folded):
        # a number that is no date; where there is a date, that is detail enough
        details = (
            (_NUMBER, folded),
            (_WHO, folded),
            (_WHERE, folded),
            (_HOW_OFTEN, folded),
            (_WHEN, text),
            (_DAY, text),
        )
        return any(pattern.search(where) for pattern, where in details)
    without_dates = _WHEN.sub("", text)
    exact = (
        (without_dates != text)
        + bool(_DAY.search(text))
        + bool(_WHERE.search(folded))
        + bool(_NUMBER.search(without_dates.casefold()))
    )
    return exact > 1 or (exact == 1 and bool(_TOPIC.search(folded) or _WHO.search(folded)))


def _missing(text: str) -> str:
    found = _found(text)
    named = found.get("thing", found.get("topic", ""))
    if named:
        return f"It names “{named}”, but not which one, who has it, where it is or from when."
    if found:
        return f"It names “{next(iter(found.values()))}”, but nothing that shows it, such as a log, a form or a check."
    return "It names nothing that shows it, and nobody, no place and no day. Say what to look at, and where or when."


def _repeats(text: str, criterion: Criterion) -> bool:
    own = _stems(text)
    return bool(own) and len(own & _stems(criterion.statement.statement)) >= _SHARE * len(own)


def _stems(text: str) -> set[str]:
    """The beginnings of the words that carry meaning, by which their forms are alike: review, reviews, reviewed."""
    return {word[:5] for word in _words(text) if not _SMALL.fullmatch(word)}
