"""Local authorities that were divided or merged since 2009: schools and older registers still name them.

Source: the structural changes orders for Bedfordshire and Cheshire (2009), Dorset (2019), Northamptonshire (2021) and
Cumbria (2023), and the three-digit codes in the column ``LA (code)`` of the public CSV of Get Information About Schools.
"""

from __future__ import annotations

from collections.abc import Mapping

from audit.english import listed
from audit.identifiers import local_authorities
from audit.problems import Problem

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
