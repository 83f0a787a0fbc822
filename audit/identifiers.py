"""The identifiers of a school as people type them: URN, academic year, phase and local authority.

URN: the national register, Get Information About Schools, gives open schools six digits (five are legal) without a check
digit; the product keeps them as text. People often type the DfE number (LAESTAB, seven digits) or the UKPRN (eight)
instead.

Phase: register, return and form share one vocabulary. A first, infant or junior school is a primary school, an upper
school a secondary one. The register deems a middle school primary or secondary, and the word alone does not say which.

Local authority: people add or leave out *Council*, *London Borough of* and *City of*, "&" and hyphens, and shorten
counties. A name that fits two authorities is not guessed. Schools and older registers still name authorities that were
divided or merged since 2009. Sources: the structural changes orders for Bedfordshire and Cheshire (2009), Dorset (2019),
Northamptonshire (2021) and Cumbria (2023), and the three-digit codes in the column ``LA (code)`` of the public CSV of
Get Information About Schools.
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
_LONGEST = 200  # only this many characters are examined; an identifier has far fewer


@cache
def local_authorities() -> Mapping[str, str]:
    """Name by three-digit code of every local authority in England, in the register's order."""
    with _LOCAL_AUTHORITIES.open(encoding="utf-8", newline="") as file:
        return {row["la_code"]: row["la_name"] for row in csv.DictReader(file)}


@cache
def ons_codes() -> Mapping[str, str]:
    """Three-digit code by ONS code (Office for National Statistics), such as E10000016 for Kent."""
    with _LOCAL_AUTHORITIES.open(encoding="utf-8", newline="") as file:
        return {row["ons_code"]: row["la_code"] for row in csv.DictReader(file)}


_SIX = r"(?<![0-9])[1-9][0-9]{5}(?![0-9])"
_DASHES = re.compile(r"[\u2010-\u2015\u2212\ufe58\ufe63\uff0d~]")
_QUOTES = re.compile("[\"'`\u00b4\u2018-\u201f\u2032\u2033\uff07]")
FORMERLY = re.compile(
    r"(?i)[(,;]?\s*\b(?:was|were|formerly|previously|previous|old|ex|before|replaces|replaced|until)\b.*$"
)
"""From this word on, a cell gives a number that the school no longer has."""
_CURRENT = re.compile(
    r"(?i)\b(?:now|new|current)[\s:=-]{1,3}([1-9][0-9]{5})(?![0-9])|(?<![0-9])([1-9][0-9]{5})\s*\((?:new|current)\b"
)
_OLD = re.compile(
    r"(?i)(?<![0-9])[1-9][0-9]{5}\s*\((?:old|closed|former|previous)\)|\b(?:not|old)\s+[1-9][0-9]{5}(?![0-9])"
)
_DENIED = re.compile(r"(?i)\bnot\W{1,3}[1-9][0-9]{5}")


def read_urn(text: str, where: str = "URN") -> str | Problem:
    """The URN that a person typed, or the problem with it.

    A text that can mean only one number is accepted: `'900001`, `900,001`, `URN 900001 (was 900077)`, `1.23456E+05`.
    """
    typed = plain(text[:_LONGEST])
    if not typed:
        return Problem(
            where=where,
            what="The URN is missing.",
            fix="Type the school's unique reference number: six digits, found on Get Information About Schools.",
        )
    current_urns = {first or second for first, second in _CURRENT.findall(typed)}
    if len(current_urns) == 1:
        return str(current_urns.pop())
    typed = _OLD.sub("", typed) if re.search(_SIX, _OLD.sub("", typed)) else typed
    present = FORMERLY.sub("", typed) if re.search("[0-9]{4}", FORMERLY.sub("", typed)) else typed
    bare = re.sub(
        r"(?i)^\s*(?:school\s*)?(?:urn|no|number|unique reference number)*[\s:.#\-]*(?:no|number)?[\s:.#\-]*",
        "",
        present,
    )
    bare = _QUOTES.sub("", bare)
    if shortened := re.fullmatch(r"([1-9])[.,]([0-9]{1,7})E\+?0?[5-7]", bare.strip(), re.IGNORECASE):
        if not (len(shortened[2]) == 5 and bare.strip().endswith("5")):
            return Problem(
                where=where,
                what=f'A spreadsheet shortened a number to "{typed}", so its last digits cannot be told.',
                fix="Set the cell's format to text, and type the six-digit URN.",
            )
        bare = shortened[1] + shortened[2]
    digits = re.sub(r"\s|\.0+$|(?<=[0-9])[,.](?=[0-9]{3}$)", "", bare)
    if re.fullmatch(r"[1-9][0-9]{4,5}", digits):
        return str(digits)
    if re.search(r"(?<![0-9])[0-9]{3}[/\-]?[0-9]{4}(?![0-9])", digits) and not re.search(_SIX, present):
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
    urns = dict.fromkeys(re.findall(_SIX, re.sub(r"(?<=[0-9]),(?=[0-9]{3}\b)", "", present)))
    if len(urns) == 1 and not _DENIED.search(present):
        return str(next(iter(urns)))
    if len(urns) > 1:
        return Problem(
            where=where,
            what=f"More than one school is named here: {listed(list(urns)[:3])}.",
            fix="Send one workbook for each school, with its own URN in this cell.",
        )
    return Problem(
        where=where,
        what=f'"{typed[:40]}" is not a URN.',
        fix="Type six digits without letters, such as 900001.",
    )


def doubt_about_urn(urn: str, where: str = "URN") -> Problem | None:
    """A warning if a readable URN is unlikely to be the URN of an open school; None if it may be.

    Open schools have numbers from 100000 to about 150000 (Get Information About Schools, 2024). Our invented schools have
    numbers from 900001. Six digits that begin with an authority's code are often a DfE number that lost a zero.
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
"""Month by the first three letters of its name; for a term, a month in it."""
_IN_A_MONTH = re.compile(
    r"\b(?:[0-9]{1,2}(?:st|nd|rd|th)?[\s-])?\s*(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|autumn|spring|summer)(?:\s+term)?[\s.,/-]*(20[0-9]{2})(?![0-9]|\s*[/-]\s*[0-9])"
)
_DAY_OF_YEAR = re.compile(r"(?<![0-9])([0-9]{1,2})[-/.]([0-9]{1,2})[-/.](20[0-9]{2})(?![0-9])")


def read_year(text: str, where: str = "Academic year") -> str | Problem:
    """The academic year that a person typed, written as ``2026/27``.

    Every spelling that means one year is accepted: ``26/27``, ``2026 to 2027``, ``AY 2026/27``, ``2026_27``, and a bare
    ``2026`` for the year that begins then (`is_half_a_year` says that its second half was guessed).
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
    """Whether a person typed only the calendar year in which the academic year begins, such as ``2026``."""
    typed = plain(text[:_LONGEST])
    return re.fullmatch(r"20[0-9]{2}(?:\.0+)?", _year_words(typed)) is not None and not _year_of_days(typed)


def _plain_signs(typed: str) -> str:
    """A text in lower case with plain dashes and slashes, without quotation marks."""
    return _QUOTES.sub(" ", re.sub("[\u2044\u2215]", "/", _DASHES.sub("-", typed))).casefold().replace("_", "/")


def _year_words(typed: str) -> str:
    """A text without the words and marks around a year."""
    bare = _YEAR_WORDS.sub(" ", _plain_signs(typed))
    return re.sub(r"\s+", " ", bare).strip(" .,:;()[]-/\\")


def _year_of(typed: str) -> str:
    """The academic year that a text names; empty if it names none, or more than one."""
    bare = _year_words(typed)
    by_days = _year_of_days(typed)
    if by_days or _IN_A_MONTH.search(_plain_signs(typed)):
        return by_days
    if re.fullmatch(r"20[0-9]{2}(?:\.0+)?", bare):
        return f"{bare[:4]}/{(int(bare[:4]) + 1) % 100:02d}"
    if match := re.fullmatch(r"(20[0-9]{2})-([0-9]{2})-([0-9]{2})(?: .*)?", bare):
        return _year_with(match[1], match[2], match[3])
    if match := re.fullmatch(r"20([0-9]{2})[-/]([1-9])", bare):  # 2025/6
        return f"20{match[1]}/{match[1][0]}{match[2]}"
    between = r"\s*(?:[-/\\.&+|]|to|and|until|/)?\s*(?:1\s*)?"
    if match := re.fullmatch(rf"(?:20)?([0-9]{{2}}){between}(?:20)?([0-9]{{2}})", bare):
        return f"20{match[1]}/{match[2]}"
    return ""


def _year_of_days(typed: str) -> str:
    """The academic year of every day, month or term that a text names, or the one that ends in the year it names.

    Empty if the text names none, or more than one academic year.
    """
    signs = _plain_signs(typed)
    days = [_year_with(year, month, day) for day, month, year in _DAY_OF_YEAR.findall(signs)]
    months = [_year_with(year, str(_MONTHS[name[:3]]), "1") for name, year in _IN_A_MONTH.findall(signs)]
    rest = _IN_A_MONTH.sub(" ", _DAY_OF_YEAR.sub(" ", signs))
    rest = re.sub(r"[\s\W]|\b(?:to|until|and|[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)\b", "", _YEAR_WORDS.sub(" ", rest))
    if days or months:
        return (days + months)[0] if len({*days, *months}) == 1 and not rest.strip() else ""
    year = re.fullmatch(r"(20[0-9]{2})", _year_words(typed)) if re.search(r"\bend(?:ing|s)\b", signs) else None
    return f"{int(year[1]) - 1}/{year[1][2:]}" if year else ""


def _year_with(year: str, month: str, day: str) -> str:
    """The academic year of a day; empty if there is no such day."""
    try:
        return academic_year(dt.date(int(year), int(month), int(day)))
    except ValueError:
        return ""


SHORT: Mapping[Phase, str] = {"pru": "PRU or AP", "sixteen-plus": "16 plus"}
"""Short names for phases with a long title, for charts and narrow columns."""
_PHASE_PATTERNS: tuple[tuple[str, Phase], ...] = (
    (r"special|\bsemh\b|\bsen\b|\bsend\b|\bsld\b|\bpmld\b|\bmld\b", "special"),
    (r"all ?through|primary.* secondary", "all-through"),
    (r"referral|\bpru\b|alternative|\bap\b", "pru"),
    (r"primary|infant|junior|\bfirst\b|\blower\b|\bprim\b|\bjmi\b", "primary"),
    (r"secondary|\bupper\b|\bhigh\b|\bgrammar\b|\bcomprehensive\b|\bsec\b", "secondary"),
    (r"\b16\b|post ?16|sixteen|sixth form|6th form|further education|\bfe\b", "sixteen-plus"),
    (r"nursery|\beyfs\b|early years", "nursery"),
)
"""The first match counts: *Middle deemed primary* and *Primary with nursery* are primary, *special primary* is special."""
_NOT = re.compile(r"\b(?:not|non|no|without|excluding|except|was|were|formerly|previously|ex)\b.*$")
"""What a school is not, or is no longer."""
_WITH = re.compile(
    r"\b(?:with|and|plus|has|including|incl)\b.*\b(?:units?|base|provision|resourced?|centre|nursery|form|16)\b.*$"
)
"""What a school also has: a primary with a unit for special needs is a primary."""
_UNIT_IN = re.compile(r"^.*\b(?:unit|base|provision|centre)\b (?:in|at|within)\b")
_STAGES = re.compile(r"\b(?:key stages?|ks) ?([1-5])(?: ?(?:to|and)? ?(?:key stages? ?|ks ?)?([1-5]))?\b")
_AGES = re.compile(r"(?<![0-9])(1[0-9]|[2-9]) ?(?:to )?(1[0-9]|[4-9])(?![0-9])")
_YEAR_GROUPS = re.compile(r"\b(?:years?|yrs?|y) ?[0-9]")
_PART_OF_PHASE: dict[Phase, frozenset[Phase]] = {
    "primary": frozenset(["nursery"]),
    "secondary": frozenset(["sixteen-plus"]),
}
"""Phases that belong to another one when a text names both: *Nursery/Primary* is primary."""


@lru_cache(maxsize=4096)
def phase_by_words(text: str) -> Phase | None:
    """The phase that a text names in any spelling; None if it names none, or could mean several."""
    typed = plain(text[:200]).casefold()
    phases = {phase for part in re.split(r"/|\bor\b", typed) if (phase := _phase_of(part))}
    for phase, parts_of_it in _PART_OF_PHASE.items():
        phases -= parts_of_it if phase in phases else frozenset()
    if len(phases) > 1:
        return None
    return _phase_of(typed) if phases else None


def _phase_of(text: str) -> Phase | None:
    """The phase by the words in a text; if there are none, by its key stages or ages."""
    words = _NOT.sub("", re.sub(r"[^a-z0-9]+", " ", text).strip())
    words = _UNIT_IN.sub("", _WITH.sub("", words))
    without_ages = _AGES.sub(" ", _STAGES.sub(" ", words))
    phase_of_words = next((phase for pattern, phase in _PHASE_PATTERNS if re.search(pattern, without_ages)), None)
    if phase_of_words:
        return phase_of_words
    if stages := _STAGES.search(words):
        first, last = int(stages[1]), int(stages[2] or stages[1])
        return _of_ages((5, 7, 11, 14, 16)[first - 1], (7, 11, 14, 16, 19)[last - 1])
    ages = None if _YEAR_GROUPS.search(words) else _AGES.search(words)
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
"""Former authorities by code: the name, the year it ended, and the codes of its successors."""


def authority_name(code: str, names: Mapping[str, str] = {}) -> str:
    """The name of an authority, current or former; the code itself if nobody knows its name.

    Args:
        code: three digits, or empty.
        names: name by code of further authorities, from the register in use.
    """
    former = FORMER.get(code, ("", 0, ()))[0]
    return local_authorities().get(code) or names.get(code) or former or code


def authority_title(code: str, names: Mapping[str, str] = {}) -> str:
    """An authority as an entry of a list, the code after the name; the text itself if it is no known code."""
    name = authority_name(code, names)
    return f"{name} ({code})" if name != code else code or "Not given"


def doubt_about_authority(code: str, where: str = "Local authority", names: Mapping[str, str] = {}) -> Problem | None:
    """A warning if an authority was divided or merged, or is not known to this version; None if it is a current one."""
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


_WHOLE_NAMES: Mapping[str, str] = {
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
"""Authority by a whole text that people write for it."""
_SHORT_FORMS: Mapping[str, str] = {
    "n": "north", "s": "south", "e": "east", "w": "west", "ne": "north east", "nw": "north west",
    "bucks": "buckinghamshire", "cambs": "cambridgeshire", "derbys": "derbyshire", "glos": "gloucestershire",
    "gloucs": "gloucestershire", "hants": "hampshire", "herts": "hertfordshire", "lancs": "lancashire",
    "leics": "leicestershire", "lincs": "lincolnshire", "notts": "nottinghamshire", "northants": "northamptonshire",
    "oxon": "oxfordshire", "beds": "bedfordshire", "berks": "berkshire", "shrops": "shropshire",
    "staffs": "staffordshire", "warks": "warwickshire", "wilts": "wiltshire", "worcs": "worcestershire",
    "yorks": "yorkshire", "saint": "st",
}  # fmt: skip
_VAGUE = frozenset(["north", "south", "east", "west", "central", "isle", "isles", "st", "royal", "upon", "on", "under"])
"""Words with which several names begin, and which name nothing on their own ("North East")."""
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

    An authority that was divided or merged is accepted too; `doubt_about_authority` warns about it.

    Args:
        text: what was typed.
        where: the place that a problem names.
        names: name by code of further authorities, from the register in use.
        unknown: whether three digits, alone or before a name, may be an authority that this program does not know.
    """
    typed = plain(text[:_LONGEST])
    first, _, rest = typed.partition(" ")
    if rest and local_authorities().get(first) == rest:  # as in the list of the form
        return first
    if not re.search(r"\w", typed):
        return ""
    present = FORMERLY.sub("", typed)
    typed = present if re.search(r"\w", present) else typed
    today = {**names, **local_authorities()}
    former = {code: name for code, (name, *_) in FORMER.items() if code not in today}
    all_names = {**former, **today}
    codes = [code for code in re.findall(r"(?<![0-9])[0-9]{3}(?![0-9])", typed) if code in all_names]
    if len(set(codes)) == 1 and (typed.startswith(codes[0]) or re.fullmatch(r"[^0-9]*[0-9]{3}(?:\.0)?[^0-9]*", typed)):
        name_part = re.sub(r"[0-9]+|\(\s*\)", " ", typed)
        if (code_of_name(name_part, today) or code_of_name(name_part, former)) in (None, codes[0]):
            return str(codes[0])
        return Problem(
            where=where,
            what=f'"{typed[:60]}" names two local authorities: {codes[0]} is {all_names[codes[0]]}.',
            fix="Choose it from the list, or type its three-digit code alone, such as 886.",
        )
    if unknown and (code := re.fullmatch(r"([2-9][0-9]{2})(?:\.0)?(?:[\s:,\-]+[^\W\d][^0-9]*)?", typed)):
        return str(code[1])
    without_label = re.sub(r"^\s*(?:la|local authority|lea)\s*[:\-]\s*", "", typed, flags=re.IGNORECASE)
    return (
        code_of_name(without_label, today)
        or code_of_name(without_label, former)
        or Problem(
            where=where,
            what=f'"{typed[:60]}" is not a local authority of the national register.',
            fix="Choose it from the list, or type its three-digit code, such as 886.",
        )
    )


@cache
def _by_key(names: frozenset[tuple[str, str]]) -> Mapping[frozenset[str], tuple[str, ...]]:
    """The codes of the authorities that share a key, by key."""
    codes: dict[frozenset[str], tuple[str, ...]] = {}
    for code, name in sorted(names):
        codes[_key(name)] = (*codes.get(_key(name), ()), code)
    return codes


def code_of_name(text: str, names: Mapping[str, str]) -> str | None:
    """The code of the authority that a text names; None if it names none, or could mean more than one.

    Args:
        text: a name as a person wrote it.
        names: the register's name by code.
    """
    spelt = _spelt(text)
    short = spelt.removesuffix(" council").removesuffix(" city").removesuffix(" county").removesuffix(" borough")
    spelt = next(
        (_spelt(_WHOLE_NAMES[form]) for form in (spelt, spelt.removesuffix(" council"), short) if form in _WHOLE_NAMES),
        spelt,
    )
    exact = [code for code, name in names.items() if _spelt(name) == spelt]
    if len(exact) == 1:
        return exact[0]
    key = _key(spelt)
    if key == {"london"}:
        return None  # the City of London has one school; "London" means something else
    alike = _by_key(frozenset(names.items())).get(key, ())
    if len(alike) == 1:
        return alike[0]
    return None if alike else _by_beginning(key, spelt, names)


def _by_beginning(key: frozenset[str], spelt: str, names: Mapping[str, str]) -> str | None:
    """The one authority that has all these words and begins with the first of them, such as *Brighton* or *Stoke*."""
    first = next((word for word in spelt.split() if word in key), "")
    fits = [code for code, name in names.items() if key <= _key(name) and _spelt(name).split()[:1] == [first]]
    return fits[0] if key - _VAGUE and len(fits) == 1 else None


def _key(text: str) -> frozenset[str]:
    """The words of a name that tell authorities apart, in no order, because lists order them differently ("Bristol, City of")."""
    bare = _PHRASES.sub(" ", _spelt(text))
    return frozenset(word for word in bare.split() if word not in _FILLERS)


def _spelt(text: str) -> str:
    """A name in lower case: punctuation becomes spaces, "&" becomes *and*, short forms of counties are written out."""
    small = plain(text[:200]).casefold().replace("&", " and ").replace("’", "").replace("'", "")
    words = re.sub(r"[^a-z0-9]+", " ", small).split()
    return " ".join(_SHORT_FORMS.get(word, word) for word in words)
