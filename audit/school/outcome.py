"""The outcome of one audit: the tables that pages, sheets and documents show, and their sentences and chart titles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from audit import theme
from audit.english import agree, day, first_capital, listed, percent, plural
from audit.model import (
    SIGNING_ROLES,
    Audit,
    Band,
    Criteria,
    Criterion,
    Framework,
    FrameworkRef,
    SignOff,
    practice_labels,
)
from audit.school.proposals import asked_once
from audit.school.scoring import counting, gaps, scores, summary
from audit.school.signing import not_answered, not_answered_in_words
from audit.tables import COUNTED

if TYPE_CHECKING:
    import pandas as pd

_NOTHING_APPLIES = "No recommended statement applies"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What one audit says about one of the frameworks that it answers. Figures of two frameworks are never added up.

    Attributes:
        criteria: that framework alone, in the edition that the audit answers.
        scores: SCORES of this audit.
        gaps: GAPS of this audit, most urgent first.
        summary: SUMMARY of this audit.
        overall: the overall row of SUMMARY.
        questions: the rows of SUMMARY for questions with recommended statements, in source order,
            with their ``title`` and ``topic``.
        areas: the rows of SUMMARY for areas with recommended statements, with their ``title``.
        two_by_two: counts, with rows for written and not written, columns for done and not done; statements that are not
            known are left out.
        set_aside: the rows of SCORES, recommended or not, that are not applicable, with the reason.
        unwritten: the rows of SCORES for recommended statements that the policy does not fully say.
        headline: the outcome in one sentence.
        range_note: one sentence on the range of coverage.
        forces: for each mark of its recommended statements, weightiest first, its ``title`` and how many statements
            apply and are met; no row in a framework whose marks tell no forces apart.
        overtaken: the statements that are not asked or counted this year, because law or guidance has overtaken them.
        without_wording: ids of statements that the audit answers and that no loaded framework of it has, so that no table
            can show them.
        band: the framework's word for the coverage, or empty.
    """

    audit: Audit
    criteria: Criteria
    scores: pd.DataFrame
    gaps: pd.DataFrame
    summary: pd.DataFrame
    overall: pd.Series
    questions: pd.DataFrame
    areas: pd.DataFrame
    two_by_two: pd.DataFrame
    set_aside: pd.DataFrame
    unwritten: pd.DataFrame
    headline: str
    range_note: str
    forces: pd.DataFrame
    overtaken: tuple[Criterion, ...]
    without_wording: tuple[str, ...]
    band: str

    @property
    def framework(self) -> Framework:
        """The framework whose statements it is about."""
        return self.criteria.frameworks[0]

    @property
    def coverage_called(self) -> str:
        """What its coverage is called, as a sentence begins with it: ``K coverage``."""
        return first_capital(self.framework.coverage_called)


def outcomes(audit: Audit, criteria: Criteria) -> tuple[Outcome, ...]:
    """The outcome of an audit for each framework that it answers and that is loaded, in order.

    Raises:
        ValueError: none of the frameworks that the audit answers is loaded. Check this when you read an audit.
    """
    answered = criteria.of(audit.frameworks)
    return tuple(outcome(audit, answered, ref) for ref in answered.refs) or (outcome(audit, answered),)


def outcome(audit: Audit, criteria: Criteria, framework: FrameworkRef | None = None) -> Outcome:
    """The outcome of an audit for one framework.

    Args:
        audit: the audit.
        criteria: the loaded criteria.
        framework: one that the audit answers; None for the first.

    Raises:
        ValueError: none of the frameworks that the audit answers is loaded. Check this when you read an audit.
    """
    all_answered = criteria.of(audit.frameworks)
    answered = all_answered.of([framework] if framework else all_answered.refs[:1])
    table = scores([audit], answered)
    if table.empty:
        raise ValueError("the audit asks no statement of the criteria")
    rows = summary(table).assign(framework=answered.frameworks[0].id)
    overall = rows[rows["level"] == "overall"].iloc[0]
    counted = rows[rows["recommended"] > 0]
    titles = {(criterion.framework.id, criterion.question.id): criterion.question for criterion in answered}
    areas_by_id = {(criterion.framework.id, criterion.area.id): criterion.area.title for criterion in answered}
    questions = counted[counted["level"] == "question"].reset_index(drop=True)
    keys = list(zip(questions["framework"], questions["question"], strict=True))
    questions = questions.assign(
        title=[titles[key].title for key in keys], topic=[f"{key[1]} {titles[key].topic}" for key in keys]
    )
    areas = counted[counted["level"] == "area"].reset_index(drop=True)
    keys = list(zip(areas["framework"], areas["area"], strict=True))
    areas = areas.assign(title=[f"{key[1]} {areas_by_id[key]}" for key in keys])
    return Outcome(
        audit=audit,
        criteria=answered,
        scores=table,
        gaps=gaps(table, answered),
        summary=rows,
        overall=overall,
        questions=questions,
        areas=areas,
        two_by_two=_two_by_two(overall),
        set_aside=table[table["kind"] == "not_applicable"],
        unwritten=counting(table)[counting(table)["written"].isin(["partly", "no"])],
        headline=headline(audit, overall),
        range_note=range_note(overall, answered.frameworks[0].coverage_called),
        forces=_forces(counting(table), answered),
        overtaken=tuple(
            criterion
            for criterion in answered
            if audit.leaves_out(criterion.statement)
            and audit.school.phase in criterion.statement.phases
            and (criterion.statement.recommended or audit.scope == "all")
        ),
        without_wording=tuple(sorted(audit.responses.keys() - {criterion.id for criterion in all_answered})),
        band="" if audit.basis == "desk review" else band(answered.frameworks[0].bands, overall),
    )


def gaps_in_order(results: Sequence[Outcome], loaded: Criteria | None = None) -> pd.DataFrame:
    """GAPS of all outcomes of one audit as one list, in the order in which to close them; nothing is added up.

    Args:
        results: the outcomes.
        loaded: the criteria with their crosswalks; a gap that an audit is asked about once is then listed once, in the
            newer wording. None to list it in both.
    """
    if len(results) == 1:
        return results[0].gaps
    criteria = Criteria(tuple(result.framework for result in results))
    every = gaps(scores([results[0].audit], criteria), criteria)
    once = asked_once(results[0].audit, loaded) if loaded is not None else {}
    listed = set(every["statement"])
    twice = {older for older, newer in once.items() if newer in listed}
    return every[~every["statement"].isin(twice)].reset_index(drop=True)


def _forces(counted: pd.DataFrame, answered: Criteria) -> pd.DataFrame:
    """The counts of `Outcome.forces`, from the rows of SCORES that count."""
    import pandas as pd

    (framework,) = answered.frameworks
    marked = [answered[statement].statement.marked for statement in counted["statement"]]
    table = counted.assign(mark=marked)[counted["kind"] != "not_applicable"]
    rows: list[dict[str, object]] = []
    for mark in framework.marks if framework.has_forces else ():
        kinds = table.loc[table["mark"] == mark.id, "kind"].value_counts()
        if kinds.sum():
            rows.append(
                {"title": mark.title, "applicable": int(kinds.sum()), **{kind: int(kinds[kind]) for kind in COUNTED}}
            )
    return pd.DataFrame(rows, columns=["title", "applicable", *COUNTED])


def _two_by_two(overall: pd.Series) -> pd.DataFrame:
    """The counts of `Outcome.two_by_two`."""
    import pandas as pd

    cells = {kind: int(overall[kind]) for kind in COUNTED}
    return pd.DataFrame(
        {
            "Done": [cells["met"], cells["not_written"]],
            "Not done": [cells["not_done"], cells["neither"]],
        },
        index=pd.Index(["Written", "Not fully written"], name="In the policy"),
    )


def coverage_range(overall: pd.Series) -> str:
    """Coverage as one value if everything is known, else as a range: ``58%``, ``58% to 75%``."""
    met, most, of = int(overall["met"]), int(overall["can_be_met"]), int(overall["applicable"])
    return percent(met, of) if met == most else f"{percent(met, of)} to {percent(most, of)}"


def headline(audit: Audit, overall: pd.Series) -> str:
    """The outcome in one sentence that needs no context."""
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


def range_note(overall: pd.Series, coverage: str) -> str:
    """Why coverage is a range, or that it is one value.

    Args:
        overall: the overall row of SUMMARY.
        coverage: what the framework calls its coverage, within a sentence.
    """
    met, most = int(overall["met"]), int(overall["can_be_met"])
    if met == most:
        return f"All that matters to the score is known, so {coverage} is one value."
    return (
        f"{first_capital(coverage)} is at least {percent(met, int(overall['applicable']))}. If everything unknown turns out well, "
        f"it is {percent(most, int(overall['applicable']))} at the most."
    )


def signed_by(sign_off: SignOff) -> str:
    """Who signed a version and when, and who has not yet, as sentences."""
    signatures = listed([f"the {signature.role} on {day(signature.on)}" for signature in sign_off.signatures])
    missing = [str(role) for role in SIGNING_ROLES if role not in {signature.role for signature in sign_off.signatures}]
    unsigned = f" The {listed(missing)} {agree(len(missing), 'has', 'have')} not signed yet." if missing else ""
    return f"Version {sign_off.version}, signed by {signatures}.{unsigned}"


def signed_in_words(audit: Audit, criteria: Criteria) -> str:
    """Who signed an audit and when, and how much of it was not answered; empty if it is not signed."""
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


def forces_title(forces: pd.DataFrame) -> str:
    """How much of the weightiest force is met; for the chart of states by force."""
    first = forces.iloc[0]
    met, of = int(first["met"]), int(first["applicable"])
    rest, rest_of = int(forces["met"].sum()) - met, int(forces["applicable"].sum()) - of
    others = f"; of all others, {rest} of {rest_of}" if rest_of else ""
    return f"{first['title']}: {met} of {of} {agree(of)} met{others}"


def overtaken_title(result: Outcome) -> str:
    """How many statements are no longer asked of a school; for the list of them."""
    recommended = sum(criterion.statement.recommended for criterion in result.overtaken)
    return no_longer_asked_title(recommended, result.audit.year, optional=len(result.overtaken) - recommended)


def no_longer_asked_title(recommended: int, year: str, *, optional: int = 0) -> str:
    """How many statements are no longer asked in a year, because law or guidance has overtaken them.

    Args:
        recommended: how many recommended ones.
        year: the academic year.
        optional: how many optional ones; not 0 if there are no recommended ones.
    """
    parts = [plural(recommended, "recommended statement")] if recommended else []
    if optional:
        parts.append(plural(optional, "optional one" if recommended else "optional statement"))
    return f"{', and '.join(parts)} {agree(recommended + optional)} no longer asked in {year}"


def written_practice_title(areas: pd.DataFrame) -> str:
    """Where policy and practice differ; for the chart of written and practice by area.

    Only statements with both answers known count: an unanswered statement is never called behind.
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


def answered_in_words(audit: Audit) -> str:
    """How many statements are answered: ``53 answered``, ``50 answered, 3 in part``."""
    in_part = audit.answered_in_part
    return f"{audit.answered} answered" + (f", {in_part} in part" if in_part else "")


def both_answers(row: pd.Series, criteria: Criteria) -> tuple[str, str]:
    """The written and practice answers of a row of SCORES or GAPS, in words."""
    import pandas as pd

    written = theme.NOT_ANSWERED if pd.isna(row["written"]) else theme.WRITTEN_WORDS.get(row["written"], "")
    if pd.isna(row["practice"]):
        return written, theme.NOT_ANSWERED
    labels = {str(answer): label for answer, label in practice_labels(criteria.practice_levels).items()}
    return written, labels[row["practice"]]
