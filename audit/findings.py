"""What the figures say, as sentences: the outcome of an audit and the titles of its charts."""

from __future__ import annotations

import pandas as pd

from audit.model import Audit, Band


def percent(part: int, whole: int) -> str:
    """A share in whole percent; never ``0%`` or ``100%`` unless it is exactly that."""
    if whole == 0:
        return "no percentage"
    rounded = round(100 * part / whole)
    if 0 < part < whole:
        rounded = min(max(rounded, 1), 99)
    return f"{rounded}%"


def plural(number: int, one: str, many: str = "") -> str:
    """A number with its noun: ``1 gap``, ``2 gaps``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def coverage_range(overall: pd.Series) -> str:
    """K coverage as one value if all is known, else as a range: ``58%``, ``58% to 75%``."""
    met, most, of = int(overall["met"]), int(overall["can_be_met"]), int(overall["applicable"])
    return percent(met, of) if met == most else f"{percent(met, of)} to {percent(most, of)}"


def headline(audit: Audit, overall: pd.Series) -> str:
    """The outcome in one sentence that stands on its own."""
    of, met = int(overall["applicable"]), int(overall["met"])
    if of == 0:
        return "No recommended statement applies, so there is nothing to score."
    if audit.basis == "desk review":
        return (
            f"The policy fully says {overall['written_yes']} of the {plural(of, 'recommended statement')} that apply "
            f"({percent(int(overall['written_yes']), of)}), partly says {overall['written_partly']} and does not "
            f"say {overall['written_no']}; what is done in practice cannot be read from a policy."
        )
    if overall["not_known"] == of:
        return f"None of the {plural(of, 'recommended statement')} that apply has both answers yet."
    if overall["not_known"]:
        return (
            f"{met} of the {of} recommended statements that apply are met so far ({percent(met, of)}), "
            f"{plural(of - met - int(overall['not_known']), 'is a known gap', 'are known gaps')}, "
            f"and {overall['not_known']} {'is' if overall['not_known'] == 1 else 'are'} not known yet."
        )
    if met == of:
        return f"All {plural(of, 'recommended statement')} that apply are met: each is written, and done."
    return (
        f"{met} of the {of} recommended statements that apply are met ({percent(met, of)}), "
        f"which leaves {plural(of - met, 'gap')}."
    )


def range_note(overall: pd.Series) -> str:
    """Why K coverage is a range, or that it is one value."""
    met, most = int(overall["met"]), int(overall["can_be_met"])
    if met == most:
        return "All that matters to the score is known, so K coverage is one value."
    return (
        f"K coverage is at least {percent(met, int(overall['applicable']))}. If everything unknown turns out well, "
        f"it is {percent(most, int(overall['applicable']))} at the most."
    )


def band(bands: tuple[Band, ...], overall: pd.Series) -> str:
    """The framework's word for the coverage; empty while the range spans two of them."""
    if pd.isna(overall["coverage_lowest"]):
        return ""

    def word(value: float) -> str:
        return next(b.label for b in sorted(bands, key=lambda b: -b.from_percent) if value >= b.from_percent)

    low, high = word(overall["coverage_lowest"]), word(overall["coverage_highest"])
    return low if low == high else ""


def _names(values: list[str]) -> str:
    return values[0] if len(values) == 1 else f"{', '.join(values[:-1])} and {values[-1]}"


def states_title(questions: pd.DataFrame) -> str:
    """Where the gaps are; for the chart of states by question."""
    gaps = questions["applicable"] - questions["met"]
    total = int(gaps.sum())
    if total == 0:
        return "Every recommended statement that applies is met"
    unknown = int(questions["not_known"].sum())
    if unknown == total == int(questions["applicable"].sum()):
        return "No recommended statement has both answers yet"
    if unknown > total / 2:
        return f"{unknown} of the {plural(total, 'gap')} are not known yet"
    top = questions.assign(gaps=gaps).sort_values("gaps", ascending=False, kind="stable").head(2)
    top = top[top["gaps"] > 0]
    held = int(top["gaps"].sum())
    holds = "hold" if len(top) > 1 else "holds"
    return f"{_names(list(top['topic']))} {holds} {held} of the {plural(total, 'gap')}"


def written_practice_title(areas: pd.DataFrame) -> str:
    """Where policy and practice part; for the chart of written against practice by area."""
    if not areas["practice_in_place"].any() and areas["practice_blank"].sum() == areas["applicable"].sum():
        return f"The policy says {areas['written_yes'].sum()} of {areas['applicable'].sum()}; practice is not answered"
    ahead = areas["written_yes"] - areas["practice_in_place"]
    if not ahead.any():
        return "Policy and practice go together in every area"
    widest = int(ahead.abs().argmax())
    area, by = areas["title"].iloc[widest], abs(int(ahead.iloc[widest]))
    if ahead.iloc[widest] > 0:
        return f"{area}: the policy is ahead of practice by {plural(by, 'statement')}"
    return f"{area}: practice is ahead of the policy by {plural(by, 'statement')}"


def two_by_two_title(overall: pd.Series) -> str:
    """Which of policy and practice lags; for the 2×2 of written and done."""
    if overall["not_known"] == overall["applicable"]:
        return "Nothing can be placed yet: one of the two answers is missing everywhere"
    not_done, not_written = int(overall["not_done"]), int(overall["not_written"])
    if not (not_done or not_written or overall["neither"]):
        return f"All {int(overall['met'])} that are known are written and done"
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
