"""The identifiers of a school, as people type them: URN, local authority code, academic year.

Facts from the national register, Get Information About Schools: a URN has six digits for open
schools (five are legal), no check digit, and is kept as text. People type the DfE number
(LAESTAB, seven digits) or the UKPRN (eight) in its place.

The names of local authorities as people write them, held against those of the national register.

*Council*, *London Borough of*, *City of* and their like come and go, as do "&" and hyphens; counties are shortened.
What fits two authorities is not guessed.

The phase of a school by the words that people use for it: one vocabulary for register, return and form.

A first, infant or junior school is a primary school, an upper school a secondary one. A middle school is deemed
primary or secondary by the register, which the word alone does not tell.

Local authorities that were divided or merged since 2009: schools and older registers still name them.

Source: the structural changes orders for Bedfordshire and Cheshire (2009), Dorset (2019), Northamptonshire (2021) and
Cumbria (2023), and the three-digit codes in the column ``LA (code)`` of the public CSV of Get Information About Schools.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

from audit.english import listed
from audit.model import Phase, academic_year, is_academic_year
from audit.problems import Problem
from audit.text import plain

_LOCAL_AUTHORITIES = Path(__file__).with_name("local_authorities.csv")
_LONGEST = 200  # characters that are looked at; an identifier has far fewer


@cache
def local_authorities() -> Mapping[str, str]:
    """Name by three-digit code of every local authority in England, in the register's order."""
    with _LOCAL_AUTHORITIES.open(encoding="utf-8", newline="") as file:
        return {row["la_code"]: row["la_name"] for row in csv.DictReader(file)}


@cache
def ons_codes() -> Mapping[str, str]:
    """Three-digit code by the code of the Office for National Statistics, such as E10000016 for Kent."""
    with _LOCAL_AUTHORITIES.open(encoding="utf-8", newline="") as file:
        return {row["ons_code"]: row["la_code"] for row in csv.DictReader(file)}


_SIX = r"(?<![0-9])[1-9][0-9]{5}(?![0-9])"
_DASHES = re.compile(r"[\u2010-\u2015\u2212\ufe58\ufe63\uff0d~]")
_QUOTES = re.compile("[\"'`\u00b4\u2018-\u201f\u2032\u2033\uff07]")
FORMERLY = re.compile(
    r"(?i)[(,;]?\s*\b(?:was|were|formerly|previously|previous|old|ex|before|replaces|replaced|until)\b.*$"
)
"""From here on a cell tells the number that a school once had."""


_CURRENT = re.compile(
    r"(?i)\b(?:now|new|current)[\s:=-]{1,3}([1-9][0-9]{5})(?![0-9])|(?<![0-9])([1-9][0-9]{5})\s*\((?:new|current)\b"
)
_OLD = re.compile(
    r"(?i)(?<![0-9])[1-9][0-9]{5}\s*\((?:old|closed|former|previous)\)|\b(?:not|old)\s+[1-9][0-9]{5}(?![0-9])"
)
_DENIED = re.compile(r"(?i)\bnot\W{1,3}[1-9][0-9]{5}")


def read_urn(text: str, where: str = "URN") -> str | Problem:
    """The URN that a person typed, or the problem with it, kindly explained.

    What can only mean one number is taken: `'900001`, `900,001`, `URN 900001 (was 900077)`, `1.23456E+05`.
    """
    typed = plain(text[:_LONGEST])
    if not typed:
        return Problem(
            where=where,
            what="The URN is missing.",
            fix="Type the school's unique reference number: six digits, found on Get Information About Schools.",
        )
    current = {first or second for first, second in _CURRENT.findall(typed)}
    if len(current) == 1:
        return str(current.pop())
    typed = _OLD.sub("", typed) if re.search(_SIX, _OLD.sub("", typed)) else typed
    now = FORMERLY.sub("", typed) if re.search("[0-9]{4}", FORMERLY.sub("", typed)) else typed
    said = re.sub(
        r"(?i)^\s*(?:school\s*)?(?:urn|no|number|unique reference number)*[\s:.#\-]*(?:no|number)?[\s:.#\-]*", "", now
    )
    said = _QUOTES.sub("", said)
    if short := re.fullmatch(r"([1-9])[.,]([0-9]{1,7})E\+?0?[5-7]", said.strip(), re.IGNORECASE):
        if not (len(short[2]) == 5 and said.strip().endswith("5")):
            return Problem(
                where=where,
                what=f'A spreadsheet shortened a number to "{typed}", so its last digits cannot be told.',
                fix="Set the cell's format to text, and type the six-digit URN.",
            )
        said = short[1] + short[2]
    digits = re.sub(r"\s|\.0+$|(?<=[0-9])[,.](?=[0-9]{3}$)", "", said)
    if re.fullmatch(r"[1-9][0-9]{4,5}", digits):
        return str(digits)
    if re.search(r"(?<![0-9])[0-9]{3}[/\-]?[0-9]{4}(?![0-9])", digits) and not re.search(_SIX, now):
        return Problem(
            where=where,
            what=f'"{typed}" looks like the DfE number (local authority and establishment), not the URN.',
            fix="Type the six-digit URN; Get Information About Schools shows both side by side.",
        )
    if re.fullmatch(r"(?:ukprn\W*)?1[0-9]{7}", digits, re.IGNORECASE):
        return Problem(
            where=where,
            what=f'"{typed}" looks like the UKPRN, which has eight digits, not the URN.',
            fix="Type the six-digit URN; Get Information About Schools shows both.",
        )
    found = dict.fromkeys(re.findall(_SIX, re.sub(r"(?<=[0-9]),(?=[0-9]{3}\b)", "", now)))
    if len(found) == 1 and not _DENIED.search(now):
        return str(next(iter(found)))
    if len(found) > 1:
        return Problem(
            where=where,
            what=f"Two schools are named here: {listed(list(found)[:3])}.",
            fix="Send one workbook for each school, with its own URN in this cell.",
        )
    return Problem(
        where=where,
        what=f'"{typed[:40]}" is not a URN.',
        fix="Type six digits without letters, such as 900001.",
    )


def doubt_about_urn(urn: str, where: str = "URN") -> Problem | None:
    """A warning where a URN, which can be read, is hardly that of one of today's schools; None where it may well be.

    Open schools have numbers from 100000 to some 150000 (Get Information About Schools, 2024); ours for invented
    schools begin at 900001. Six digits that begin with an authority's code are often a DfE number that lost a zero.
    """
    if len(urn) == 6 and ("100000" <= urn <= "159999" or urn >= "900001"):
        return None
    authority = local_authorities().get(urn[:3])
    if len(urn) == 6 and authority:
        what = f"{urn} begins with {urn[:3]}, the code of {authority}: it looks like a DfE number that lost a zero."
    else:
        what = f"{urn} is hardly the URN of an open school: these have six digits, from 100000 to about 150000."
    fix = "Compare it with Get Information About Schools; change it if it is another number."
    return Problem(where=where, what=what, fix=fix, severity="warning")


_YEAR_WORDS = re.compile(
    r"\b(?:academic|school|audit|year|years|session|ay|sy|from|the|of|in|beginning|starting|ending|ends|september|sept|sep"
    r"|august|aug|july|jul|autumn|spring|summer|term|final|draft|return|form)\b|\bay(?=[0-9])|\((?:autumn|spring|summer)[^)]*\)"
)
_MONTHS: Mapping[str, int] = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11,
    "dec": 12, "aut": 9, "spr": 2, "sum": 6,
}  # fmt: skip
"""The month of a name by its first three letters; of a term, one that lies within it."""
_IN_A_MONTH = re.compile(
    r"\b(?:[0-9]{1,2}(?:st|nd|rd|th)?[\s-])?\s*(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|autumn|spring|summer)(?:\s+term)?[\s.,/-]*(20[0-9]{2})(?![0-9]|\s*[/-]\s*[0-9])"
)
_DAY_OF_YEAR = re.compile(r"(?<![0-9])([0-9]{1,2})[-/.]([0-9]{1,2})[-/.](20[0-9]{2})(?![0-9])")


def read_year(text: str, where: str = "Academic year") -> str | Problem:
    """The academic year that a person typed, written as ``2026/27``.

    Every spelling that means one year is taken: ``26/27``, ``2026 to 2027``, ``AY 2026/27``, ``2026_27``, and a bare
    ``2026`` for the year that begins then (`is_half_a_year` tells that half of it was guessed).
    """
    typed = plain(text[:_LONGEST])
    year = _year_of(typed)
    if year and is_academic_year(year):
        return year
    return Problem(
        where=where,
        what=f'"{typed[:40]}" is not an academic year.' if typed else "The academic year is missing.",
        fix="Write the two years of it, such as 2026/27.",
    )


def is_half_a_year(text: str) -> bool:
    """Whether only the calendar year in which an academic year begins was typed, such as ``2026``."""
    typed = plain(text[:_LONGEST])
    return re.fullmatch(r"20[0-9]{2}(?:\.0+)?", _year_words(typed)) is not None and not _year_of_days(typed)


def _plain_signs(typed: str) -> str:
    return _QUOTES.sub(" ", re.sub("[\u2044\u2215]", "/", _DASHES.sub("-", typed))).casefold().replace("_", "/")


def _year_words(typed: str) -> str:
    bare = _YEAR_WORDS.sub(" ", _plain_signs(typed))
    return re.sub(r"\s+", " ", bare).strip(" .,:;()[]-/\\")


def _year_of(typed: str) -> str:
    """The academic year that a text spells; empty if it spells none, or more than one."""
    said = _year_words(typed)
    by_days = _year_of_days(typed)
    if by_days or _IN_A_MONTH.search(_plain_signs(typed)):
        return by_days
    if re.fullmatch(r"20[0-9]{2}(?:\.0+)?", said):
        return f"{said[:4]}/{(int(said[:4]) + 1) % 100:02d}"
    if match := re.fullmatch(r"(20[0-9]{2})-([0-9]{2})-([0-9]{2})(?: .*)?", said):
        return _year_with(match[1], match[2], match[3])
    if match := re.fullmatch(r"20([0-9]{2})[-/]([1-9])", said):  # 2025/6
        return f"20{match[1]}/{match[1][0]}{match[2]}"
    between = r"\s*(?:[-/\\.&+|]|to|and|until|/)?\s*(?:1\s*)?"
    if match := re.fullmatch(rf"(?:20)?([0-9]{{2}}){between}(?:20)?([0-9]{{2}})", said):
        return f"20{match[1]}/{match[2]}"
    return ""


def _year_of_days(typed: str) -> str:
    """The academic year in which every day, month or term that a text names lies, or that ends in the year it names.

    Empty if it names none, or those of more than one year.
    """
    said = _plain_signs(typed)
    days = [_year_with(year, month, day) for day, month, year in _DAY_OF_YEAR.findall(said)]
    months = [_year_with(year, str(_MONTHS[name[:3]]), "1") for name, year in _IN_A_MONTH.findall(said)]
    rest = _IN_A_MONTH.sub(" ", _DAY_OF_YEAR.sub(" ", said))
    rest = re.sub(r"[\s\W]|\b(?:to|until|and|[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)\b", "", _YEAR_WORDS.sub(" ", rest))
    if days or months:
        return (days + months)[0] if len({*days, *months}) == 1 and not rest.strip() else ""
    year = re.fullmatch(r"(20[0-9]{2})", _year_words(typed)) if re.search(r"\bend(?:ing|s)\b", said) else None
    return f"{int(year[1]) - 1}/{year[1][2:]}" if year else ""


def _year_with(year: str, month: str, day: str) -> str:
    """The academic year that a day falls in; empty if there is no such day."""
    try:
        return academic_year(dt.date(int(year), int(month), int(day)))
    except ValueError:
        return ""


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


FORMER: Mapping[str, tuple[str, int, tuple[str, ...]]] = {
    "820": ("Bedfordshire", 2009, ("822", "823")),
    "875": ("Cheshire", 2009, ("895", "896")),
    "835": ("Dorset (until 2019)", 2019, ("838", "839")),
    "836": ("Poole", 2019, ("839",)),
    "837": ("Bournemouth", 2019, ("839",)),
    "928": ("Northamptonshire", 2021, ("940", "941")),
    "909": ("Cumbria", 2023, ("942", "943")),
}
"""Name, year of its end and the codes of those that followed it, by code."""


def authority_name(code: str, names: Mapping[str, str] = {}) -> str:
    """What an authority is called, of today or before; the code itself where nothing tells.

    Args:
        code: three digits, or empty.
        names: name by code of further authorities, from the register at hand.
    """
    former = FORMER.get(code, ("", 0, ()))[0]
    return local_authorities().get(code) or names.get(code) or former or code


def authority_title(code: str, names: Mapping[str, str] = {}) -> str:
    """An authority as it is chosen from a list, with its code behind the name; what was typed where it is no code."""
    name = authority_name(code, names)
    return f"{name} ({code})" if name != code else code or "Not given"


def doubt_about_authority(code: str, where: str = "Local authority", names: Mapping[str, str] = {}) -> Problem | None:
    """A note where an authority was divided, merged, or is not known to this version; None where it is one of today's."""
    if not code or code in local_authorities() or code in names:
        return None
    if code not in FORMER:
        what = f"{code} is not a local authority that this version of the tool knows; it was kept as typed."
        return Problem(where=where, what=what, fix="Check the code; a new authority is right.", severity="warning")
    name, year, followers = FORMER[code]
    today = listed(f"{local_authorities().get(follower, follower)} ({follower})" for follower in followers)
    return Problem(
        where=where,
        what=f"{name} ({code}) ended in {year}; its schools are now in {today}.",
        fix="Choose the authority of today, if you know it.",
        severity="warning",
    )


_WHOLE: Mapping[str, str] = {
    "hull": "Kingston upon Hull, City of",
    "bcp": "Bournemouth, Christchurch and Poole",
    "kcc": "Kent",
    "escc": "East Sussex",
    "wscc": "West Sussex",
    "banes": "Bath and North East Somerset",
    "bathnes": "Bath and North East Somerset",
    "bath and nes": "Bath and North East Somerset",
    "b and nes": "Bath and North East Somerset",
    "bwd": "Blackburn with Darwen",
    "cwac": "Cheshire West and Chester",
    "rbkc": "Kensington and Chelsea",
    "rbwm": "Windsor and Maidenhead",
    "lbbd": "Barking and Dagenham",
    "lbhf": "Hammersmith and Fulham",
    "h and f": "Hammersmith and Fulham",
    "k and c": "Kensington and Chelsea",
    "rbk and c": "Kensington and Chelsea",
    "rbk": "Kingston upon Thames",
    "royal borough of kingston": "Kingston upon Thames",
    "rbg": "Greenwich",
    "royal greenwich": "Greenwich",
    "b and d": "Barking and Dagenham",
    "lbth": "Tower Hamlets",
    "lbwf": "Waltham Forest",
    "eryc": "East Riding of Yorkshire",
    "co durham": "County Durham",
    "city of hull": "Kingston upon Hull, City of",
    "poole": "Bournemouth, Christchurch and Poole",
    "christchurch": "Bournemouth, Christchurch and Poole",
    "the wrekin": "Telford and Wrekin",
    "bham": "Birmingham",
    "middlesborough": "Middlesbrough",
    "scilly": "Isles of Scilly",
    "scillies": "Isles of Scilly",
    "iow": "Isle of Wight",
    "salop": "Shropshire",
    "mk": "Milton Keynes",
    "newcastle": "Newcastle upon Tyne",
    "city of london": "City of London",
    "london city": "City of London",
    "london city of": "City of London",
    "corporation of london": "City of London",
    "city of london corporation": "City of London",
}
"""Names by what is written for them as a whole."""
_WORDS: Mapping[str, str] = {
    "n": "north", "s": "south", "e": "east", "w": "west", "ne": "north east", "nw": "north west",
    "bucks": "buckinghamshire", "cambs": "cambridgeshire", "derbys": "derbyshire", "glos": "gloucestershire",
    "gloucs": "gloucestershire", "hants": "hampshire", "herts": "hertfordshire", "lancs": "lancashire",
    "leics": "leicestershire", "lincs": "lincolnshire", "notts": "nottinghamshire", "northants": "northamptonshire",
    "oxon": "oxfordshire", "beds": "bedfordshire", "berks": "berkshire", "shrops": "shropshire",
    "staffs": "staffordshire", "warks": "warwickshire", "wilts": "wiltshire", "worcs": "worcestershire",
    "yorks": "yorkshire", "saint": "st",
}  # fmt: skip
_VAGUE = frozenset(["north", "south", "east", "west", "central", "isle", "isles", "st", "royal", "upon", "on", "under"])
"""Words with which several names begin, and which alone name nothing ("North East")."""
_PHRASES = re.compile(
    r"\b(?:london borough(?: council)?|royal (?:london )?borough(?: council)?|metropolitan (?:district|borough)"
    r"|local (?:education )?authority|unitary authority|county council|city council|borough council)\b"
)
_FILLERS = frozenset(
    [
        "the",
        "of",
        "and",
        "city",
        "county",
        "council",
        "borough",
        "metropolitan",
        "unitary",
        "authority",
        "district",
        "education",
        "lea",
        "la",
        "lb",
        "lbc",
        "rb",
        "cc",
        "bc",
        "mbc",
        "dc",
    ]
)


def read_local_authority(
    text: str, where: str = "Local authority", names: Mapping[str, str] = {}, *, unknown: bool = False
) -> str | Problem:
    """The code of the local authority that a person typed as code, name or both; empty if left empty.

    One that was divided or merged is read too (`former_authorities.doubt_about_authority` tells).

    Args:
        text: what was typed.
        where: how a problem calls the place.
        names: name by code of further authorities, from the register at hand.
        unknown: whether three digits, alone or before a name, may be an authority that nothing here knows.
    """
    typed = plain(text[:_LONGEST])
    first, _, rest = typed.partition(" ")
    if rest and local_authorities().get(first) == rest:  # as the form writes it
        return first
    if not re.search(r"\w", typed):
        return ""
    now = FORMERLY.sub("", typed)
    typed = now if re.search(r"\w", now) else typed
    today = {**names, **local_authorities()}
    former = {code: name for code, (name, *_) in FORMER.items() if code not in today}
    known = {**former, **today}
    codes = [code for code in re.findall(r"(?<![0-9])[0-9]{3}(?![0-9])", typed) if code in known]
    if len(set(codes)) == 1 and (typed.startswith(codes[0]) or re.fullmatch(r"[^0-9]*[0-9]{3}(?:\.0)?[^0-9]*", typed)):
        spelt = re.sub(r"[0-9]+|\(\s*\)", " ", typed)
        if (code_of_name(spelt, today) or code_of_name(spelt, former)) in (None, codes[0]):
            return str(codes[0])
        return Problem(
            where=where,
            what=f'"{typed[:60]}" names two local authorities: {codes[0]} is {known[codes[0]]}.',
            fix="Choose it from the list, or type its three-digit code alone, such as 886.",
        )
    if unknown and (code := re.fullmatch(r"([2-9][0-9]{2})(?:\.0)?(?:[\s:,\-]+[^\W\d][^0-9]*)?", typed)):
        return str(code[1])
    said = re.sub(r"^\s*(?:la|local authority|lea)\s*[:\-]\s*", "", typed, flags=re.IGNORECASE)
    return (
        code_of_name(said, today)
        or code_of_name(said, former)
        or Problem(
            where=where,
            what=f'"{typed[:60]}" is not a local authority of the national register.',
            fix="Choose it from the list, or type its three-digit code, such as 886.",
        )
    )


@cache
def _by_key(names: frozenset[tuple[str, str]]) -> Mapping[frozenset[str], tuple[str, ...]]:
    found: dict[frozenset[str], tuple[str, ...]] = {}
    for code, name in sorted(names):
        found[_key(name)] = (*found.get(_key(name), ()), code)
    return found


def code_of_name(text: str, names: Mapping[str, str]) -> str | None:
    """The code of the authority that a text names; None if it names none, or could mean more than one.

    Args:
        text: a name as somebody wrote it.
        names: the register's name by code.
    """
    said = _spelt(text)
    short = said.removesuffix(" council").removesuffix(" city").removesuffix(" county").removesuffix(" borough")
    said = next((_spelt(_WHOLE[one]) for one in (said, said.removesuffix(" council"), short) if one in _WHOLE), said)
    whole = [code for code, name in names.items() if _spelt(name) == said]
    if len(whole) == 1:
        return whole[0]
    key = _key(said)
    if key == {"london"}:
        return None  # the City of London has one school; whoever writes London means something else
    alike = _by_key(frozenset(names.items())).get(key, ())
    if len(alike) == 1:
        return alike[0]
    return None if alike else _by_beginning(key, said, names)


def _by_beginning(key: frozenset[str], said: str, names: Mapping[str, str]) -> str | None:
    """The one authority whose name begins with all the words that are written, as *Brighton* or *Stoke*."""
    first = next((word for word in said.split() if word in key), "")
    fits = [code for code, name in names.items() if key <= _key(name) and _spelt(name).split()[:1] == [first]]
    return fits[0] if key - _VAGUE and len(fits) == 1 else None


def _key(text: str) -> frozenset[str]:
    """The words of a name that tell authorities apart, in no order: lists differ in it ("Bristol, City of")."""
    bare = _PHRASES.sub(" ", _spelt(text))
    return frozenset(word for word in bare.split() if word not in _FILLERS)


def _spelt(text: str) -> str:
    """A name in small letters, its marks made spaces, "&" made *and*, counties written out."""
    small = plain(text[:200]).casefold().replace("&", " and ").replace("’", "").replace("'", "")
    words = re.sub(r"[^a-z0-9]+", " ", small).split()
    return " ".join(_WORDS.get(word, word) for word in words)
