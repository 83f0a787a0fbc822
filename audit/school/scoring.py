"""Scores: audits and criteria give SCORES, SCORES give SUMMARY (counts and coverage) and GAPS (in the order to close them)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from audit.model import IN_PLACE, PRACTICE, WRITTEN, Audit, Criteria, Criterion, Kind, Response
from audit.tables import COUNTED, GAP_KINDS, GAPS, SCORES, SUMMARY, checked, typed
from audit.theme import STATES

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

_SCHOOL = ["urn", "school", "year", "phase"]
_PLACE = ("framework", "area", "question")
_BLANK = -1
"""The code that pandas uses for a blank in a column of categories."""


def kind_of(response: Response) -> Kind:
    """The state of a statement, from its two answers (design, section 2)."""
    if response.not_applicable:
        return "not_applicable"
    if response.written in (None, "unknown") or response.practice in (None, "unknown"):
        return "not_known"
    done = response.is_in_place
    if response.written == "yes":
        return "met" if done else "not_done"
    return "not_written" if done else "neither"


def can_be_met(response: Response) -> bool:
    """Whether the statement is met if everything unknown about it turns out well.

    Finding out cannot change a known answer: a statement that is known not to be written cannot turn out met, whatever
    is done.
    """
    written = response.written in ("yes", "unknown", None)
    practice = response.practice in ("unknown", None) or response.is_in_place
    return written and practice and not response.not_applicable


def asked(audit: Audit, criteria: Criteria) -> tuple[Criterion, ...]:
    """The criteria that an audit asks, in source order: those of its phase and scope, and any other that has an answer."""
    return tuple(
        criterion
        for criterion in criteria.of(audit.frameworks)
        if criterion.id in audit.responses or audit.asks(criterion)
    )


def _row(audit: Audit, criterion: Criterion) -> tuple[Any, ...]:
    """One row of SCORES, in the order of its columns."""
    response, statement = audit.response(criterion.id), criterion.statement
    return (
        audit.school.urn,
        audit.school.name,
        audit.year,
        audit.school.phase,
        criterion.framework.id,
        criterion.area.id,
        criterion.question.id,
        criterion.id,
        criterion.order,
        statement.recommended,
        audit.is_for(statement),
        statement.protects,
        statement.asked_of,
        "na" if response.not_applicable else response.written,
        None if response.practice is None else str(response.practice),
        kind_of(response),
        can_be_met(response),
        response.evidence,
        response.comment,
        response.not_applicable,
    )


def scores(audits: Iterable[Audit], criteria: Criteria) -> pd.DataFrame:
    """SCORES of the audits: one row per audit and statement asked, in source order.

    A framework that an audit names and that is not in the criteria has no row.
    """
    import pandas as pd

    rows = [_row(audit, criterion) for audit in audits for criterion in asked(audit, criteria)]
    return typed(pd.DataFrame(rows, columns=list(SCORES)), SCORES)


def counting(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of SCORES over which scores are counted: recommended, meant for the phase, and not left out."""
    return table[table["recommended"] & table["in_scope"]]


def summary(table: pd.DataFrame) -> pd.DataFrame:
    """SUMMARY of SCORES: overall, then areas, then questions, each in source order.

    For each school and year there is one overall row, one row per area and one row per question with a statement asked.
    A question without a recommended statement has counts of 0.
    """
    import numpy as np
    import pandas as pd

    checked(table, SCORES)
    keys, ones = table[[*_SCHOOL, *_PLACE]], _indicators(table)
    places, counts = _summed(keys, list(_PLACE), ones.to_numpy())
    parts = [(*_summed(places, list(_PLACE[:-1]), counts), "area"), (places, counts, "question")]
    parts.insert(0, (*_summed(places, [], counts), "overall"))
    heads = pd.concat([head for head, _, _ in parts], ignore_index=True)
    levels = pd.Series(
        [level for head, _, level in parts for _ in range(len(head))], dtype=SUMMARY["level"].pandas_dtype
    )
    numbers = np.concatenate([sums for _, sums, _ in parts])
    blank = np.zeros(len(numbers), dtype=bool)
    columns = {name: pd.arrays.IntegerArray(numbers[:, place].copy(), blank) for place, name in enumerate(ones)}
    return typed(_with_percents(pd.concat([heads, pd.DataFrame({"level": levels, **columns})], axis=1)), SUMMARY)


def _summed(
    keys: pd.DataFrame, place: list[str], counts: npt.NDArray[np.int32]
) -> tuple[pd.DataFrame, npt.NDArray[np.int32]]:
    """The counts summed for each school, year and place, in the order in which these first occur.

    Args:
        keys: the school, year and place of each row of ``counts``.
        place: the columns of ``keys`` that make a place; none for the school and year alone.
        counts: whole numbers, one row for each of ``keys``.

    Returns:
        The keys of each sum, and the sums.
    """
    import numpy as np
    import pandas as pd

    places = keys[[*_SCHOOL, *place]]
    groups = np.zeros(len(places), dtype=np.int64)
    for name in places:  # one column at a time, so that the group numbers stay small
        codes, values = pd.factorize(places[name])
        groups, _ = pd.factorize(groups * max(len(values), 1) + codes)
    firsts = np.unique(groups, return_index=True)[1]
    sums = np.zeros((len(firsts), counts.shape[1]), dtype=counts.dtype)
    np.add.at(sums, groups, counts)
    return places.iloc[firsts], sums


def in_place(table: pd.DataFrame) -> pd.Series[bool]:
    """Which rows of SCORES are said to be done across the school."""
    return table["practice"].isin([str(p) for p in PRACTICE if isinstance(p, int) and p >= IN_PLACE])


def _indicators(table: pd.DataFrame) -> pd.DataFrame:
    """One 0-or-1 column per count of SUMMARY, for the rows of SCORES."""
    import pandas as pd

    counted = (table["recommended"] & table["in_scope"]).to_numpy(dtype=bool)
    kind, written, practice = (table[name].cat.codes.to_numpy() for name in ("kind", "written", "practice"))
    kinds, levels = _codes(table["kind"]), _codes(table["practice"])
    applicable = counted & (kind != kinds["not_applicable"])
    columns: dict[str, Any] = {
        "recommended": counted,
        "not_applicable": counted & (kind == kinds["not_applicable"]),
        "applicable": applicable,
        **{name: applicable & (kind == kinds[name]) for name in COUNTED},
        "can_be_met": applicable & table["can_be_met"].to_numpy(dtype=bool),
        **{
            f"written_{w}": applicable & (written == code)
            for w, code in _codes(table["written"]).items()
            if w in WRITTEN
        },
        "written_blank": applicable & (written == _BLANK),
        **{f"practice_{p}": applicable & (practice == levels[str(p)]) for p in PRACTICE},
        "practice_blank": applicable & (practice == _BLANK),
        "practice_in_place": applicable & in_place(table).to_numpy(),
    }
    return pd.DataFrame({name: values.astype("int32") for name, values in columns.items()})


def _codes(column: pd.Series) -> dict[str, int]:
    """The code of each value in a column of categories."""
    return {value: code for code, value in enumerate(column.cat.categories)}


def _with_percents(counts: pd.DataFrame) -> pd.DataFrame:
    """The counts with coverage and its range; percentages are blank for questions, which show counts instead."""
    of = counts["applicable"].astype("Float64").where((counts["applicable"] > 0) & (counts["level"] != "question"))
    written_open = counts["written_unknown"] + counts["written_blank"]
    practice_open = counts["practice_unknown"] + counts["practice_blank"]
    ends = {
        "coverage": (counts["met"], counts["can_be_met"]),
        "written": (counts["written_yes"], counts["written_yes"] + written_open),
        "practice": (counts["practice_in_place"], counts["practice_in_place"] + practice_open),
    }
    percents = {}
    for measure, (lowest, highest) in ends.items():
        percents[f"{measure}_percent"] = 100 * lowest / of
        percents[f"{measure}_lowest"] = 100 * lowest / of
        percents[f"{measure}_highest"] = 100 * highest / of
    return counts.assign(**percents)


_AUDIT = ["urn", "year"]
_LEVELS = {str(level) for level in PRACTICE if level != "unknown"}


def closes(kind: Kind, written: str | None, practice: str | None) -> str:
    """What closes a gap of this kind; if only one of the two answers is known and falls short, how to mend that too.

    Args:
        kind: the kind of gap.
        written: the answer, or blank.
        practice: the level as text, ``unknown``, or blank.
    """
    if kind != "not_known":
        return STATES[kind].closes
    written_known = written in ("yes", "partly", "no")
    practice_known = practice in _LEVELS
    if written_known and not practice_known:
        find_out = "find out whether it is done: ask the role named."
        return find_out.capitalize() if written == "yes" else f"Write it fully into the policy, and {find_out}"
    if practice_known and not written_known:
        find_out = "find out whether the policy says it."
        return find_out.capitalize() if int(str(practice)) >= IN_PLACE else f"Do it, and {find_out}"
    return STATES[kind].closes


def gaps(table: pd.DataFrame, criteria: Criteria) -> pd.DataFrame:
    """GAPS of SCORES: one row per gap, most urgent first within each school and year.

    Priority (design, section 3): first, statements whose failure exposes a child directly; then by force, law before
    guidance and so on, and last what has none; then by kind: neither, not done, not written, not known; then the lowest
    practice level, unknown last; then source order. Optional statements are never gaps.
    """
    checked(table, SCORES)
    counted = counting(table)
    rows = counted[counted["kind"].isin(GAP_KINDS)].copy()
    rows["_kind"] = rows["kind"].map({kind: rank for rank, kind in enumerate(GAP_KINDS)}).astype("int8")
    rows["_level"] = rows["practice"].cat.codes.replace({-1: 99})
    rows["_protects"] = rows["protects"].cat.codes
    places = [criteria[statement_id] for statement_id in rows["statement"]]
    rows["_force"] = [place.framework.force_rank(place.statement) for place in places]
    rows = rows.sort_values([*_AUDIT, "_protects", "_force", "_kind", "_level", "order"], kind="stable")
    statements = [criteria[statement_id].statement for statement_id in rows["statement"]]
    rows["priority"] = rows.groupby(_AUDIT, sort=False).cumcount() + 1
    rows["reference"] = [statement.reference for statement in statements]
    rows["statement_text"] = [statement.statement for statement in statements]
    rows["closes"] = [
        closes(kind, written, practice)
        for kind, written, practice in zip(rows["kind"], rows["written"], rows["practice"], strict=True)
    ]
    rows["improve"] = [statement.improve for statement in statements]
    rows["evidence_to_look_for"] = [statement.evidence for statement in statements]
    rows["governors_ask"] = [statement.governors_ask for statement in statements]
    return typed(rows.reset_index(drop=True), GAPS)
