"""What the figures say, as sentences: the outcome of an audit and the titles of its charts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.english import agree, day, listed, percent, plural
from audit.model import SIGNING_ROLES, Audit, Band, Criteria, SignOff
from audit.signing import not_answered, not_answered_in_words

if TYPE_CHECKING:  # only named in types: who needs a plural does not wait for tables
    import pandas as pd

_NOTHING_APPLIES = "No recommended statement applies"


def coverage_range(overall: pd.Series) -> str:
    """K coverage as one value if all is known, else as a range: ``58%``, ``58% to 75%``."""
    met, most, of = int(overall["met"]), int(overall["can_be_met"]), int(overall["applicable"])
    return percent(met, of) if met == most else f"{percent(met, of)} to {percent(most, of)}"


def headline(audit: Audit, overall: pd.Series) -> str:
    """The outcome in one sentence that stands on its own."""
    of, met, unknown = (int(overall[name]) for name in ("applicable", "met", "not_known"))
    of_those = f"of the {plural(of, 'recommended statement')} that {agree(of, 'applies', 'apply')}"
    if of == 0:
        return "No recommended statement applies, so there is nothing to score."
    if audit.basis == "desk review":
        unread = int(overall["written_unknown"] + overall["written_blank"])
        return (
            f"The policy fully says {overall['written_yes']} {of_those} "
            f"({percent(int(overall['written_yes']), of)}), partly says {overall['written_partly']} and does not "
            f"say {overall['written_no']}{f'; {unread} could not be read' if unread else ''}. "
            "What is done in practice cannot be read from a policy."
        )
    if unknown == of:
        return f"None {of_those} has both answers yet."
    if unknown:
        gaps = of - met - unknown
        return (
            f"{met} {of_those} {agree(met)} met so far ({percent(met, of)}), "
            f"{gaps} {agree(gaps, 'is a known gap', 'are known gaps')}, and {unknown} {agree(unknown)} not known yet."
        )
    if met == of:
        return f"All {of} recommended statements that apply are met: each is written, and done."
    return f"{met} {of_those} {agree(met)} met ({percent(met, of)}), which leaves {plural(of - met, 'gap')}."


def range_note(overall: pd.Series) -> str:
    """Why K coverage is a range, or that it is one value."""
    met, most = int(overall["met"]), int(overall["can_be_met"])
    if met == most:
        return "All that matters to the score is known, so K coverage is one value."
    return (
        f"K coverage is at least {percent(met, int(overall['applicable']))}. If everything unknown turns out well, "
        f"it is {percent(most, int(overall['applicable']))} at the most."
    )


def signed_by(sign_off: SignOff) -> str:
    """Who signed a version and when, and who has not yet, as sentences."""
    those = listed([f"the {one.role} on {day(one.on)}" for one in sign_off.signatures])
    missing = [str(role) for role in SIGNING_ROLES if role not in {one.role for one in sign_off.signatures}]
    yet = f" The {listed(missing)} {agree(len(missing), 'has', 'have')} not signed yet." if missing else ""
    return f"Version {sign_off.version}, signed by {those}.{yet}"


def signed_in_words(audit: Audit, criteria: Criteria) -> str:
    """Who signed an audit and when, and how much of it was not answered then; empty if it is not signed."""
    if audit.signed is None:
        return ""
    return f"{signed_by(audit.signed)} {not_answered_in_words(*not_answered(audit, criteria))}".strip()


def band(bands: tuple[Band, ...], overall: pd.Series) -> str:
    """The framework's word for the coverage; empty while the range spans two of them."""
    if not overall["applicable"]:
        return ""

    def word(value: float) -> str:
        return next(b.label for b in sorted(bands, key=lambda b: -b.from_percent) if value >= b.from_percent)

    low, high = word(overall["coverage_lowest"]), word(overall["coverage_highest"])
    return low if low == high else ""


def meaning_first(topic: str, reference: str = "") -> str:
    """A topic as a sentence names it: ``2.3.2 Email`` as ``Email (2.3.2)``, or as ``Email (2.3.2 K1)``.

    Args:
        topic: id and topic of a question.
        reference: of the statement that is meant, if it is one.
    """
    code, _, name = topic.partition(" ")
    return f"{name} ({reference or code})" if name else topic


def states_title(questions: pd.DataFrame) -> str:
    """Where the gaps are; for the chart of states by question."""
    gaps = questions["applicable"] - questions["met"]
    total, unknown = int(gaps.sum()), int(questions["not_known"].sum())
    if not questions["applicable"].any():
        return _NOTHING_APPLIES
    if total == 0:
        return "Every recommended statement that applies is met"
    if unknown == total == int(questions["applicable"].sum()):
        return "No recommended statement has both answers yet"
    if unknown > total / 2:
        return (
            f"{unknown} of the {plural(total, 'gap')} {agree(unknown)} not known yet"
            if total > 1
            else "The one gap is not known yet"
        )
    most = sorted(zip(gaps.tolist(), questions["topic"], strict=True), key=lambda row: row[0], reverse=True)
    top = [(number, topic) for number, topic in most[:2] if number > 0]
    held = sum(number for number, _ in top)
    every = {1: "the only gap", 2: "both gaps"}.get(total, f"all {total} gaps")
    of = f"{held} of the {total} gaps" if held < total else every
    return f"{listed([meaning_first(topic) for _, topic in top])} {agree(len(top), 'holds', 'hold')} {of}"


def written_practice_title(areas: pd.DataFrame) -> str:
    """Where policy and practice part; for the chart of written and practice by area.

    Only what is known on both sides counts: nothing unanswered is ever told as lagging behind.
    """
    of = int(areas["applicable"].sum())
    if of == 0:
        return _NOTHING_APPLIES
    if areas["practice_blank"].sum() == of:
        if areas["written_blank"].sum() == of:
            return "Neither policy nor practice has been answered yet"
        return f"The policy says {areas['written_yes'].sum()} of {of}; practice is not answered"
    if not (areas["not_done"].any() or areas["not_written"].any()):
        return "Policy and practice go together wherever both are known"
    undone, unwritten = int(areas["not_done"].max()), int(areas["not_written"].max())
    if undone >= unwritten:
        area = areas["title"].iloc[int(areas["not_done"].argmax())]
        return f"{area}: {plural(undone, 'statement')} {agree(undone)} written but not done"
    area = areas["title"].iloc[int(areas["not_written"].argmax())]
    return f"{area}: {plural(unwritten, 'statement')} {agree(unwritten)} done but not fully written"


def two_by_two_title(overall: pd.Series) -> str:
    """Which of policy and practice lags; for the 2×2 of written and done."""
    if overall["applicable"] == 0:
        return _NOTHING_APPLIES
    if overall["not_known"] == overall["applicable"]:
        return "Nothing can be placed yet: one of the two answers is missing everywhere"
    not_done, not_written = int(overall["not_done"]), int(overall["not_written"])
    if not (not_done or not_written or overall["neither"]):
        met = int(overall["met"])
        return (
            f"All {met} that are known are written and done" if met > 1 else "The one that is known is written and done"
        )
    return (
        f"{not_done} written but not done, {not_written} done but not fully written, {int(overall['neither'])} neither"
    )


def practice_title(areas: pd.DataFrame) -> str:
    """Where practice is weakest; for the practice profile by area."""
    known = areas[[f"practice_{level}" for level in range(5)]].sum(axis=1)
    if not known.any():
        return "No practice level has been given yet"
    rows = areas.assign(known=known)[known > 0]
    share = rows["practice_in_place"] / rows["known"]
    if (share == 1).all():
        return "Practice is in place wherever it is known"
    weakest = rows.iloc[int(share.argmin())]
    return f"{weakest['title']} is weakest: {weakest['practice_in_place']} of {weakest['known']} in place"


def answered(audit: Audit) -> str:
    """How many statements are answered: ``53 answered``, ``50 answered, 3 in part``."""
    in_part = audit.answered_in_part
    return f"{audit.answered} answered" + (f", {in_part} in part" if in_part else "")
