"""Reads what people type in their own words: answers, dates, moments, and the errors that formulas leave.

An answer in a school's own words is taken, with a warning, if it can be read in one way only. ``Yes - see policy p.4``
says yes and where; ``Yes, but not for staff`` says neither yes nor no. Words beyond the answer are kept. Words that the
form itself knows are read by `audit.workbook.layout`, not here.

Dates are read in the ways in which people type them, and as spreadsheet programs change them.

A cell whose formula failed shows an error, in the language of the spreadsheet program. An error is never an answer.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from audit.problems import Problem
from audit.text import plain
from audit.workbook.layout import MOMENT, NOT_APPLICABLE_WORDS, WRITTEN_BY_WORD, same

if TYPE_CHECKING:
    from audit.model import Practice, Written

_LONGEST_ERROR = 30
_ERROR = re.compile(
    r"#[¡¿]?[^\W_a-z](?:[^\W_a-z]|[/_ ]){0,22}[!?]"  # #REF!, #NAME?, #GETTING_DATA!, and #BEZUG!, #¡VALOR!
    r"|#\s?N\s?/\s?(?:A|D|B)!?|#NV|#I/T|#Н/Д|#GETTING_DATA"  # not available: English, Romance, Dutch, German, Nordic, Russian
    r"|#{3,}"  # a number or a day in a column too narrow for it, copied as it was seen
    r"|Err:[0-9]{3}"  # LibreOffice
)


def may_be_error(text: str) -> bool:
    """Whether a text begins like an error: a quick check."""
    return text.lstrip()[:1] in ("#", "＃") or text.lstrip()[:4] == "Err:"


def is_error(text: str) -> bool:
    """Whether a text is an error that a cell shows when its formula failed, such as ``#REF!``."""
    return may_be_error(text) and len(text) <= _LONGEST_ERROR and _ERROR.fullmatch(plain(text)) is not None


def what_error(text: str) -> str:
    """The sentence of a problem that says which error a cell shows."""
    return f"The cell shows an error ({plain(text)}) in place of what was meant, so it counts as empty."


FIX = "Type the value itself in this cell, or empty it."

_LONGEST = 400
"""The most characters of a text that may be an answer; a longer text is none."""
_LONGEST_WORD = 100
_TICKS = "✓✔☑✅🗸√"
_CROSSES = "✗✘❌☒✖☐"
_UNCLEAR = re.compile(
    rf"[?{_CROSSES}<>~≈≥≤±]|[0-9]\s*\+|^\s*[-−–]\s*[0-9]|[0-9]-\s*$|[^\W_]\s*[/|\\]\s*[^\W_]|\bor\b", re.IGNORECASE
)
"""Signs that more than one answer is meant, or that the answer is not certain."""

_HEDGES = (
    r"but|except\w*|however|although|though|tho|apart|only|partly|partial\w*|some|most|mostly|mainly|largely|nearly|"
    r"almost|maybe|perhaps|possibly|probably|or|if|unless|until|may be|might|think|guess|assum\w*|hope\w*|believ\w*|not sure|"
    r"unsure|unknown|depends|varies|sort of|kind of|sometimes|often|usually|rarely"
)
_AGAINST = (
    r"not|no|none|never|neither|nor|without|\w+n['’]?t|lack\w*|missing|pending|tbc|tba|todo|to be|to do|will|would|should|"
    r"could|needs?|requir\w*|soon|planned|planning|plans|intend\w*|draft\w*|being|in progress|under way|ongoing|yet|"
    r"incomplete|unfinished|outdated|out of date|expired|old|previous\w*|used to|formerly|when|once|yes|y|n"
)
_LESS = (
    r"await\w*|waiting|under review|under development|developing|due|overdue|half|[0-9]+ (?:out )?of [0-9]+|percent|"
    r"withdrawn|removed|deleted|superseded|replaced|lapsed|out-of-date|was|were|had|has been removed|verbal\w*|"
    r"informal\w*|unwritten|impli\w*|in theory|on paper|exclud\w*|excl|bar|aside|other|x|save|minus|limited|"
    r"brief\w*|vague\w*|weak\w*|poor\w*|insufficient\w*|inadequate\w*|inconsistent\w*|patchy|incomplete\w*|"
    r"unclear\w*|update|updating|rewrit\w*|revis(?:e|ing)|in places|confirm|check|ask|tbd|from|next|"
    r"by (?:the end|january|february|march|april|may|june|july|august|september|october|november|december|20[0-9]{2})|"
    r"subject to|on approval|elsewhere|separate\w*|another|different|template|model|red|amber|green|stopped|ceased|"
    r"paused|suspended|lost|failed|fails|failing|work|gaps?|starting|started|begun|beginning|improv\w*|"
    r"for(?!\s+[0-9])"
)
"""Words that limit *yes* or *in place* to a part of the school or to another time, or leave it to be confirmed."""
_ELSEWHERE = r"covered|included|elsewhere|separate\w*|see (?:the |our )?polic\w*|polic(?:y|ies) p|pp?\.? ?[0-9]+|in (?:the|our|a|an|another|aup)\b"
"""Words after *no* that say where it is written after all."""
_NOT_NEEDED = r"applic\w*|relevant|n/?a|need\w*|requir\w*|yes|y"
_CONTRARY: Mapping[str, re.Pattern[str]] = {
    "for": re.compile(rf"%|\b(?:{_HEDGES}|{_AGAINST}|{_LESS})\b", re.IGNORECASE),
    "partly": re.compile(
        r"^\W*(?:(?:yes|y|n|or|but|unknown|fully)\b|(?:no|not)\W*$)"
        r"|\b(?:across the school|whole school|everywhere|done|already|abandoned|cancelled|dropped|no longer|not planned)\b",
        re.IGNORECASE,
    ),
    "against": re.compile(rf"\b(?:{_HEDGES}|{_NOT_NEEDED}|{_ELSEWHERE})\b", re.IGNORECASE),
    "unknown": re.compile(r"\b(?:yes|no|partly|y|n|or|but|maybe|perhaps|prob\w*|think)\b", re.IGNORECASE),
}
"""Words after an answer that could change it into another, by the kind of the answer (see `_SIDES`)."""
_SIDES: Mapping[Written | Practice, str] = {
    "yes": "for", "partly": "partly", "no": "against", "unknown": "unknown",
    0: "against", 1: "partly", 2: "partly", 3: "for", 4: "for",
}  # fmt: skip
_BREAK = r"(?:\s*[:;,.(\[\n–—|]|\s+-+|\s*-+\s)"
"""What separates an answer from the words after it."""
_POINTS_ON = (
    r"\s+(?:see|in|on|at|as|per|under|within|section|sections|sect|sec|s|page|pages|pg|pp?|para|paragraph|appendix|"
    r"annex|policy|across|throughout|since|and reviewed|reviewed|evidenced|embedded)\b"
)
_SAYS_WHERE = re.compile(
    r"(?<![0-9])[0-9]{1,3}(?![0-9])|\b(?:see|in|on|at|as|under|within|section|sections|page|pages|paragraph|appendix|annex|policy|policies|handbook|"
    r"reviewed|agreed|approved|adopted|ratified|signed|minutes|minuted|published)\b",
    re.IGNORECASE,
)
"""What may follow *yes*: where or when it was written. Other words may limit it ("Yes - staff")."""
_STRONGLY = (
    r"(?:(?:it|this|that)\s+is\s+|(?:fully|well|now|already|firmly|completely|totally|truly|very|all|is)\s+){1,3}"
)
_MORE_PARTLY = ("partly", "partially", "part", "in part")
_ANOTHER_LEVEL = re.compile(r"^\W*(?:to|and|or|&)?\W*[0-9]|\blevel\s*[0-9]", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Word:
    """An answer in a school's own words.

    Attributes:
        value: the answer; None for *not applicable*.
        beyond: whether the words say more than the answer.
        reason: why the statement does not apply, if they say that it does not.
    """

    value: Any
    beyond: bool = False
    reason: str = ""


def clear_word(text: str) -> str:
    """The word in a cell, as `same` returns it; empty if the cell shows an error or may mean more than one answer."""
    return _clear_word(text) if len(text) <= _LONGEST_WORD else ""


@lru_cache(maxsize=4096)
def _clear_word(text: str) -> str:
    word = same(text)
    if text.isalnum() or not word:
        return word
    if word in NOT_APPLICABLE_WORDS:
        return "" if may_be_error(text) else word
    if any(tick in text for tick in _TICKS) and WRITTEN_BY_WORD.get(word, "yes") != "yes":
        return ""  # a tick, and a word that denies it
    return "" if _UNCLEAR.search(text) else word


def written_in_own_words(text: str) -> Word | None:
    """The answer to *written*; None if the words do not say one answer for certain."""
    typed = plain(text)
    if len(typed) > _LONGEST or "?" in typed or any(cross in typed for cross in _CROSSES):
        return None
    bare = re.sub(rf"[{_TICKS}\ufe0f()\[\]]", " ", typed).strip()
    is_ticked = any(tick in typed for tick in _TICKS)
    if (is_ticked and not bare) or same(bare) in ("tick", "ticked"):
        return Word(value="yes")
    if is_ticked:
        word = _read(bare, _words(tuple(WRITTEN_BY_WORD.items()), ""))
        known = WRITTEN_BY_WORD.get(same(bare))
        if known == "yes" or (word and word.value == "yes"):
            return Word(value="yes", beyond=known is None)
        says = _CONTRARY["for"].search(bare) or re.match(r"(?:partly|no|unknown|n)\b", bare, re.IGNORECASE)
        return None if says or word or known else Word(value="yes", beyond=True)
    return _read(typed, _words(tuple(WRITTEN_BY_WORD.items()), "")) or _not_applicable(typed)


def practice_in_own_words(text: str, practices: Mapping[str, Practice]) -> Word | None:
    """The practice; None if the words do not say one level for certain.

    Args:
        text: what a cell holds.
        practices: the practice answer by the text of a cell.
    """
    typed = plain(text)
    if len(typed) > _LONGEST or any(sign in typed for sign in (*_TICKS, *_CROSSES, *"?≥≤<>~")):
        return None
    known = dict(practices)
    if 2 in practices.values():
        known |= dict.fromkeys(_MORE_PARTLY, 2)
    words = _words(tuple(known.items()), _STRONGLY)
    return _level_and_label(typed, practices) or _read(typed, words, practices) or _not_applicable(typed)


def _level_and_label(typed: str, practices: Mapping[str, Practice]) -> Word | None:
    """A level given by its number and the first words of its label: ``2 Partly``."""
    number, _, beginning = same(typed).removeprefix("level ").partition(" ")
    value = practices.get(number)
    if isinstance(value, int) and beginning and number.isdecimal():
        labels = [word for word, level in practices.items() if level == value]
        others = [word for word, level in practices.items() if level not in (value, "unknown")]
        fits = any(f"{label} ".startswith(f"{beginning} ") for label in labels)
        if fits and not any(f"{label} ".startswith(f"{beginning} ") for label in others):
            return Word(value=value)
    return None


def _not_applicable(typed: str) -> Word | None:
    match = re.match(
        rf"(?:n\s?/\s?a|not applicable|does not apply|not relevant)(?:{_BREAK}|\s+(?:as|because|since)\b)",
        typed,
        re.IGNORECASE,
    )
    reason = typed[match.end() :].strip(" \n-–—:;,.)(]") if match else ""
    return Word(value=None, reason=reason) if reason else None


@lru_cache(maxsize=8)
def _words(known: tuple[tuple[str, Any], ...], strongly: str) -> tuple[re.Pattern[str], Mapping[str, Any]]:
    """A pattern for an answer and the words after it, and the answer by its word.

    Args:
        known: pairs of a word and its answer.
        strongly: a pattern for words before it that only stress it.
    """
    words = sorted((word for word, _ in known), key=len, reverse=True)
    spellings = "|".join(
        r"[^\w]+".join(map(re.escape, word.split())).replace("don[^\\w]+t", "don['’ ]?t") for word in words
    )
    before = rf"(?P<strongly>{strongly})?" if strongly else "(?P<strongly>(?!))?"
    return re.compile(rf"\W*{before}(?P<word>{spellings})(?![\w'’])(?P<rest>.*)", re.IGNORECASE | re.DOTALL), dict(
        known
    )


def _read(
    typed: str, words: tuple[re.Pattern[str], Mapping[str, Any]], practices: Mapping[str, Practice] | None = None
) -> Word | None:
    """The answer with which a text begins, if nothing after it could change it into another."""
    pattern, known = words
    match = pattern.match(typed)
    if match is None:
        return None
    value, rest = known[same(match["word"])], match["rest"]
    if match["strongly"] and value not in (3, 4):
        return None
    if not re.search(r"\w", rest):
        return None if _UNCLEAR.search(typed) else Word(value=value)
    if not re.match(rf"{_BREAK}|{_POINTS_ON}", rest, re.IGNORECASE) and not _goes_on(match["word"], rest, practices):
        return None
    if _CONTRARY[_SIDES[value]].search(rest) or "?" in rest:
        return None
    if practices is None and value == "yes" and not _SAYS_WHERE.search(rest):
        return None
    if practices is not None and _names_another(value, rest, practices):
        return None
    return Word(value=value, beyond=True)


def _goes_on(word: str, rest: str, practices: Mapping[str, Practice] | None) -> bool:
    """Whether words follow a level without a break, which is clear only after a label, not after a number."""
    return practices is not None and not word.isdecimal() and re.match(r"\s+[^\W\d]", rest) is not None


def _names_another(value: Practice, rest: str, practices: Mapping[str, Practice]) -> bool:
    """Whether words after a level name another level."""
    if _ANOTHER_LEVEL.search(rest):
        return True
    words_after = f" {same(rest[:90])} {same(rest[90:180])} "
    others = [word for word, level in practices.items() if level != value and not word[-1:].isdecimal()]
    return any(f" {word} " in words_after for word in others)


_LONGEST_DATE = 60
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_NAMES = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
                "november", "december")  # fmt: skip
_SERIAL_ZERO = dt.date(1899, 12, 30)
"""Day 0 of Excel's count of days, which treats 1900 as a leap year."""
_SERIALS = range(36_526, 73_051)
"""Excel's numbers for the days of 2000 to 2099: a date cell that lost its format shows such a number."""
_FIRST_YEAR = 1900
"""An earlier year is a typing error: 1026 for 2026."""
_TIME = re.compile(r"[,t\s]+[0-9]{1,2}:[0-9]{2}.*$")
_AROUND = re.compile(r"^(?:(?:completed|done|finished|signed|due|on|by)[\s:]+)+|[\s.,;]+$")
"""Words before a date, and punctuation after it."""
_WEEKDAY = re.compile(r"^(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?[\s,.]+")
_ISO = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})")
_NUMBERS = re.compile(r"([0-9]{1,2})[-/.\s]+([0-9]{1,2})[-/.\s]+([0-9]{4}|[0-9]{2})")
_DAY_FIRST = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?(?:\s+of)?[-/.,\s]*([a-z]{3,9})[-/.,\s]*([0-9]{4}|[0-9]{2})")
_MONTH_FIRST = re.compile(r"([a-z]{3,9})[-/.\s]*([0-9]{1,2})(?:st|nd|rd|th)?[-/.,\s]+([0-9]{4}|[0-9]{2})")


def read_date(text: str, where: str, problems: list[Problem]) -> dt.date | None:
    """The date that a person typed, in any of the usual ways; None if empty, or with a problem if it is not a date.

    Numbers are read day first, as in the United Kingdom, unless only month first is a date.
    """
    typed = plain(text[:_LONGEST_DATE])
    if not typed:
        return None
    day = _day(typed.casefold())
    if day is None:
        problems.append(
            Problem(
                where=where,
                what=f'"{typed[:40]}" is not a date.',
                fix="Write day, month and year, such as 31/03/2027.",
            )
        )
    return day


def read_moment(text: str, where: str, problems: list[Problem]) -> dt.datetime | None:
    """The date and time that the product wrote; None if empty, or with a warning if it is neither."""
    typed = plain(text[:_LONGEST_DATE])
    for pattern in (MOMENT, "%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M"):
        try:
            return dt.datetime.strptime(typed, pattern).replace(second=0)
        except ValueError:
            continue
    if typed:
        problems.append(
            Problem(
                where=where,
                what=f'"{typed[:40]}" is not a date and time, so it is not known when the answers were saved.',
                fix="Leave this cell as the tool wrote it, or empty it.",
                severity="warning",
            )
        )
    return None


def _day(typed: str) -> dt.date | None:
    typed = re.sub("[\u2010-\u2015\u2212]", "-", re.sub("[\u2044\u2215]", "/", typed.strip("'\"\u2018\u2019 ")))
    typed = _WEEKDAY.sub("", _AROUND.sub("", _TIME.sub("", typed)))
    if match := _ISO.fullmatch(typed):
        return _date(match[1], match[2], match[3])
    if match := _NUMBERS.fullmatch(typed):
        return _date(match[3], match[2], match[1]) or _date(match[3], match[1], match[2])
    if match := _DAY_FIRST.fullmatch(typed):
        return _date(match[3], _month(match[2]), match[1])
    if match := _MONTH_FIRST.fullmatch(typed):
        return _date(match[3], _month(match[1]), match[2])
    if re.fullmatch(r"[0-9]{5}(?:\.[0-9]+)?", typed) and int(typed[:5]) in _SERIALS:
        return _SERIAL_ZERO + dt.timedelta(days=int(typed[:5]))
    return None


def _month(name: str) -> str:
    """The number of a month by its name, by its first three letters, or by *sept*; 0 if it is no month."""
    known = name in _MONTH_NAMES or name in _MONTHS or name == "sept"
    return str(_MONTHS.index(name[:3]) + 1) if known else "0"


def _date(year: str, month: str, day: str) -> dt.date | None:
    try:
        date = dt.date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))
    except ValueError:
        return None
    return date if date.year >= _FIRST_YEAR else None
