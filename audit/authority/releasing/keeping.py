"""A release as plain values, as it is kept: what it shows and over whom, and never an answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from audit.authority.releasing.disclosure import Figure
from audit.authority.releasing.inference import Members
from audit.authority.releasing.release import Held, Release
from audit.model import Criteria


def as_content(release: Release) -> dict[str, Any]:
    """What is kept of a release besides its number and year.

    ``sets`` holds each set of schools once, as pairs of URN and digest of the version of the answers; ``figures`` name
    theirs by its place.
    """
    places: dict[Members, int] = {}
    for one in release.figures:
        places.setdefault(one.members, len(places))
    return {
        "before": release.before,
        "is_moderated": release.is_moderated,
        "schools": dict(release.schools),
        "sets": [sorted(map(list, members)) for members in places],
        "figures": [
            [one.kind, one.of, one.year, one.group, places[one.members], list(one.values)] for one in release.figures
        ],
        "held": [[one.kind, one.of, one.group, one.why] for one in release.held],
    }


def from_content(content: Mapping[str, Any], criteria: Criteria, *, year: str, number: int) -> Release:
    """The release of which `as_content` gave the content.

    Args:
        content: the content.
        criteria: the criteria at hand; a figure of a statement that they do not have is kept, and shown nowhere.
        year: the academic year of the release.
        number: its number.
    """
    sets = [frozenset((urn, version) for urn, version in members) for members in content["sets"]]
    return Release(
        criteria=criteria,
        year=year,
        before=content["before"],
        schools=content["schools"],
        figures=tuple(
            Figure(kind=kind, of=of, year=when, group=group, members=sets[place], values=tuple(values))
            for kind, of, when, group, place, values in content["figures"]
        ),
        held=tuple(Held(kind=kind, of=of, group=group, why=why) for kind, of, group, why in content["held"]),
        number=number,
        is_moderated=content["is_moderated"],
    )
