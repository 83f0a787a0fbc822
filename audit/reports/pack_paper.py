"""What stands in the governors' pack, as the data that its template sets."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any

from audit import theme
from audit.english import day
from audit.governing import Coverage, GovernorsView, Overdue, Turned, for_governors
from audit.model import SIGNING_ROLES
from audit.reports.pack_charts import Beside, by_area, strip
from audit.reports.pack_inputs import PackInputs
from audit.reports.printable import printable
from audit.tables import COUNTED

_PUT = "The questions above were put; the answers are noted in the minutes."
_DECISIONS = (
    "The audit was received and discussed.",
    _PUT,
    "The action plan was agreed, with the changes noted below.",
    "A date was set on which governors look at progress again.",
)
_SENTENCES = (
    "urn",
    "phase",
    "year",
    "outcome",
    "coverage_note",
    "compared",
    "areas_title",
    "changes",
    "asks_note",
    "actions",
    "evidence_note",
    "sign_off",
    "self_reported",
)
"""Of the view, what the product says itself; the template sets each where it belongs."""
_LONGEST_SENTENCE, _LONGEST_STATEMENT, _LONGEST_NAME, _LONGEST_FOOT = 1_500, 240, 100, 50
_BLANK_ROWS = 5


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much a pack shows: questions to ask, rows of any other list, and characters of a text."""

    asks: int
    rows: int
    text: int


LIMITS = (
    Limits(asks=5, rows=6, text=700),
    Limits(asks=5, rows=4, text=420),
    Limits(asks=4, rows=3, text=280),
    Limits(asks=3, rows=3, text=180),
    Limits(asks=2, rows=2, text=90),
)
"""The most that a pack shows, and what it shows where that would take too many pages."""


def paper(inputs: PackInputs, limits: Limits) -> dict[str, Any]:
    """All that the template sets: texts that fit a page, and numbers; its dates are words."""
    view = for_governors(inputs.result, inputs.before, today=inputs.today, most=limits.asks)
    phase = inputs.result.audit.school.phase
    is_signed_off = inputs.result.audit.basis == "self-audit"
    beside = Beside(inputs.benchmark, phase, view.phase)
    ours = {
        "title": f"Online safety audit {view.year}: report to governors",
        "meeting": _day(inputs.meeting.on),
        "made_on": _day(inputs.today),
        "view": {name: getattr(view, name) for name in _SENTENCES},
        "more": _more(view, limits),
        "strip": strip(view, beside),
        "areas": by_area(view, beside),
        "states_note": " ".join(f"{theme.words(kind)}: {theme.STATES[kind].means}" for kind in COUNTED),
        "decisions": [one for one in _DECISIONS if view.asks or one != _PUT],
        "unsigned": "Not signed: a draft." if is_signed_off else "A desk review: not signed off.",
        "about": _about(view) if is_signed_off else "",
    }
    return {
        **printable(ours, _LONGEST_SENTENCE),
        **printable({"school": view.school, "presenter": inputs.meeting.presenter}, _LONGEST_NAME),
        **printable({"foot": view.school}, _LONGEST_FOOT),
        **printable(_lists(view, limits.rows), limits.text),
        **printable({"signatures": _signatures(view) if is_signed_off else []}, min(limits.text, _LONGEST_STATEMENT)),
        "sha256": view.sha256,
        "made": {"year": inputs.today.year, "month": inputs.today.month, "day": inputs.today.day},
        "counted": COUNTED,
        "states": {kind: asdict(state) for kind, state in theme.STATES.items()},
        "benchmark_colour": theme.BENCHMARK_COLOUR,
        "blank_rows": _BLANK_ROWS,
    }


def _day(date: dt.date | None) -> str:
    return day(date) if date else ""


def _lists(view: GovernorsView, rows: int) -> dict[str, Any]:
    """What is listed, no list but that of the questions longer than ``rows``."""
    return {
        "asks": [asdict(one) for one in view.asks],
        "better": [_turned(one, view.last_year, one.was) for one in view.better[:rows]],
        "worse": [_turned(one, view.coverage, one.now) for one in view.worse[:rows]],
        "overdue": [_overdue(one) for one in view.overdue[:rows]],
        "without_evidence": [asdict(one) for one in view.without_evidence[:rows]],
    }


def _turned(one: Turned, year: Coverage | None, state: str) -> dict[str, str]:
    return {"text": one.text, "reference": one.reference, "year": year.year if year else "", "state": state}


def _more(view: GovernorsView, limits: Limits) -> dict[str, str]:
    """Of each list, how many more there are, in words; empty where it is shown whole."""
    said = {
        "better": "that got better",
        "worse": "that got worse",
        "overdue": "overdue",
        "without_evidence": "without evidence",
    }
    over = {name: len(getattr(view, name)) - limits.rows for name in said}
    return {
        name: f"And {over[name]} more {words}; the full report names them all." if over[name] > 0 else ""
        for name, words in said.items()
    }


def _overdue(one: Overdue) -> dict[str, str]:
    since = f" (planned in {one.since})" if one.since else ""
    return {"what": f"{one.what or 'Not described'}{since}", "role": one.role or "Nobody named", "due": _day(one.due)}


def _signatures(view: GovernorsView) -> list[dict[str, str]]:
    """One row for each role that signs, empty where it has not signed yet."""
    by_role = {signature.role: signature for signature in view.signatures}
    return [
        {
            "role": role.capitalize(),
            "date": _day(by_role[role].on) if role in by_role else "",
            "statement": by_role[role].statement if role in by_role else "",
        }
        for role in SIGNING_ROLES
    ]


def _about(view: GovernorsView) -> str:
    if not view.sha256:
        return "The audit has not been signed off: this is a draft, and its answers may still change."
    return (
        "The signed answers are inside this file, so that it can be checked: choose it under “Verify a file” in the "
        "audit tool, or run: python -m audit verify FILE."
    )
