"""What an adviser found on a visit beside what the school said: either can be compared, and how far they agree.

A reading is of one statement. Either of its two answers may be left blank: what the adviser did not look at
says nothing, and the school's answer stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pandas as pd

from audit.authority.returns import ANSWERS, LEVEL, NOT_ASKED, WRITTEN_RANK, Codes, Return, Returns, code_of
from audit.authority.tables import AGREEMENT, READINGS
from audit.english import percent, plural
from audit.model import NO_RESPONSE, PRACTICE, WRITTEN, Practice, Response, Written
from audit.tables import check, typed

FEWEST_PAIRS = 5
"""Pairs of answers from which on agreement is told; of fewer, a single one decides.

This is not about secrecy, for the adviser knows both answers: it keeps chance from being told as a finding.
"""
_WRITTEN: Mapping[object, Written] = MappingProxyType({value: value for value in WRITTEN})
_PRACTICE: Mapping[object, Practice] = MappingProxyType({str(value): value for value in PRACTICE})
_SCALES: Mapping[str, tuple[npt.NDArray[np.int8], int]] = MappingProxyType(
    {"written": (WRITTEN_RANK, 3), "practice": (LEVEL, 5)}
)
"""By answer: the step of its scale by code (no 0 to yes 2, level 0 to 4; -1 not known), and the number of steps."""


def _placed(readings: pd.DataFrame, returns: Returns) -> pd.DataFrame:
    """Every reading once, the last of equals, with its ``row`` and ``place`` in the codes; -1 where it has none."""
    last = check(readings, READINGS).drop_duplicates(["urn", "year", "statement"], keep="last")
    rows = {key: row for row, key in enumerate(zip(returns.table["urn"], returns.table["year"], strict=True))}
    places = {criterion.id: place for place, criterion in enumerate(returns.criteria)}
    row = np.array([rows.get(key, -1) for key in zip(last["urn"], last["year"], strict=True)], dtype=np.intp)
    place = np.array([places.get(statement, -1) for statement in last["statement"]], dtype=np.intp)
    known = (row >= 0) & (place >= 0)
    known[known] = returns.codes[row[known], place[known]] != NOT_ASKED
    return last.assign(row=np.where(known, row, -1), place=np.where(known, place, -1))


def without_return(returns: Returns, readings: pd.DataFrame) -> pd.DataFrame:
    """READINGS that change nothing: no return at hand is of that school and year, or it does not ask the statement."""
    placed = _placed(readings, returns)
    return placed.loc[placed["row"] < 0, list(READINGS)].reset_index(drop=True)


def _answers(readings: pd.DataFrame) -> list[Response]:
    """What the adviser found, as answers; empty where neither was looked at."""
    return [
        Response(
            written=None if pd.isna(written) else _WRITTEN[written],
            practice=None if pd.isna(practice) else _PRACTICE[practice],
        )
        for written, practice in zip(readings["written"], readings["practice"], strict=True)
    ]


def moderated(returns: Returns, readings: pd.DataFrame) -> Returns:
    """The returns with the adviser's readings in place of the school's answers, wherever there are any.

    A statement that the school set aside and the adviser read does apply: the reason goes, and an answer that was
    not looked at is blank. Evidence and comments stay.
    """
    codes, items = returns.codes.copy(), list(returns.items)
    placed = _placed(readings, returns)
    found = placed[placed["row"] >= 0]
    for row, place, seen in zip(found["row"], found["place"], _answers(found), strict=True):
        said = ANSWERS[codes[row, place]]
        if seen != NO_RESPONSE:
            practice = said.practice if seen.practice is None else seen.practice
            codes[row, place] = code_of(Response(written=seen.written or said.written, practice=practice))
    for row in found["row"].unique():
        items[row] = _answered(items[row], codes[row])
    return replace(returns, items=items, codes=codes, is_moderated=returns.is_moderated or not found.empty)


def _answered(one: Return, codes: Codes) -> Return:
    """The return with these codes; a reason stays only where the statement is still set aside."""
    texts = {
        place: (reason if ANSWERS[codes[place]].not_applicable else "", evidence, comment)
        for place, (reason, evidence, comment) in one.texts.items()
    }
    return replace(one, answers=codes.tobytes(), texts=texts)


def agreement(returns: Returns, readings: pd.DataFrame) -> pd.DataFrame:
    """AGREEMENT of the schools' answers with the adviser's readings: over all statements, then by statement.

    A pair is one statement of one return of which both gave the answer: *unknown*, blank and not applicable make none.
    A desk review makes none either: whoever read the policy answered it, not the school. Figures over fewer than
    `FEWEST_PAIRS` pairs are blank, and a statement without a pair has no row.

    Args:
        returns: as the schools sent them, not moderated.
        readings: READINGS.
    """
    placed = _placed(readings, returns)
    own = np.append(returns.table["basis"] == "self-audit", False)  # -1, a reading without a return, is the last
    found = placed[own[placed["row"]]]
    places = found["place"].to_numpy()
    said = returns.codes[found["row"].to_numpy(), places]
    seen = np.array([code_of(answer) for answer in _answers(found)], dtype=np.uint8)
    groups = [("all", "", np.full(len(places), True))]
    for place, criterion in enumerate(returns.criteria):
        groups.append((criterion.id, criterion.statement.reference, places == place))
    rows = [
        {"statement": statement, "reference": reference, "answer": answer} | _figures(said[here], seen[here], answer)
        for statement, reference, here in groups
        for answer in _SCALES
    ]
    table = pd.DataFrame(rows, columns=list(AGREEMENT))
    return typed(table[(table["statement"] == "all") | (table["pairs"] > 0)].reset_index(drop=True), AGREEMENT)


def _figures(said: Codes, seen: Codes, answer: str) -> dict[str, float | None]:
    scale, steps = _SCALES[answer]
    pairs = (scale[said] >= 0) & (scale[seen] >= 0)
    school, adviser = scale[said[pairs]].astype(np.intp), scale[seen[pairs]].astype(np.intp)
    if len(school) < FEWEST_PAIRS:
        return {"pairs": len(school), "exact": None, "kappa": None, "bias": None}
    return {
        "pairs": len(school),
        "exact": 100 * float((school == adviser).mean()),
        "kappa": weighted_kappa(school, adviser, steps=steps),
        "bias": float((school - adviser).mean()),
    }


def weighted_kappa(first: npt.NDArray[np.intp], second: npt.NDArray[np.intp], *, steps: int) -> float | None:
    """Cohen's kappa with quadratic weights: how far two raters agree beyond chance, near misses forgiven most.

    With ``O[i, j]`` the pairs rated ``i`` by the first and ``j`` by the second, and ``E[i, j]`` the pairs expected
    there by chance (row sum times column sum by the number of pairs)::

        kappa = 1 - sum((i - j)**2 * O[i, j]) / sum((i - j)**2 * E[i, j])

    1 is perfect agreement, 0 what chance would give, below 0 less than that. None if both always gave one and the
    same rating: then chance explains everything.

    Source: Psychological Bulletin 70 (1968), pages 213-220, where weighted kappa was first described.

    Args:
        first: ratings from 0 to ``steps - 1``.
        second: those of the other rater, in the same order.
        steps: ratings on the scale.
    """
    observed = np.bincount(first * steps + second, minlength=steps**2).reshape(steps, steps)
    expected = np.outer(observed.sum(axis=1), observed.sum(axis=0)) / max(len(first), 1)
    weights = np.subtract.outer(np.arange(steps), np.arange(steps)) ** 2
    by_chance = float((weights * expected).sum())
    return 1 - float((weights * observed).sum()) / by_chance if by_chance else None


def agreement_in_words(table: pd.DataFrame) -> tuple[str, ...]:
    """What AGREEMENT says over all statements: one finding for what is written, one for practice."""
    written, practice = (row for _, row in table[table["statement"] == "all"].iterrows())
    return (
        _in_words(written, rate="what their policy says", step="step"),
        _in_words(practice, rate="their practice", step="level"),
    )


def _in_words(row: pd.Series, *, rate: str, step: str) -> str:
    pairs = int(row["pairs"])
    if pairs < FEWEST_PAIRS:
        return f"{plural(pairs, 'pair')} of answers: too few to say how schools rate {rate} beside the adviser."
    size = round(abs(float(row["bias"])), 1)
    by = f"{size} of a {step}" if size < 1 else plural(size, step)
    how = f"{by} {'higher' if row['bias'] > 0 else 'lower'} than" if size else "on average the same as"
    same = percent(round(row["exact"] * pairs / 100), pairs)
    kappa = "" if pd.isna(row["kappa"]) else f", weighted kappa {row['kappa']:.2f}"
    return f"Schools rate {rate} {how} the adviser did: of {pairs} pairs of answers {same} are the same{kappa}."
