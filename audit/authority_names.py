"""The names of local authorities as people write them, held against those of the national register.

*Council*, *London Borough of*, *City of* and their like come and go, as do "&" and hyphens; counties are shortened.
What fits two authorities is not guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from audit.former_authorities import FORMER
from audit.identifiers import FORMERLY, local_authorities, plain
from audit.problems import Problem

_LONGEST = 200  # characters that are looked at

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
