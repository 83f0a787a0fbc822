"""Moderation: what an adviser found on a visit, how far it agrees with the school's answers, and the form for recording it.

A reading is about one statement. Either of its two answers may be left blank: then the adviser did not check it, and the
school's answer stays. `moderated` gives returns with the adviser's readings instead of the schools' answers, so that
either can be compared; `agreement` says how far the two agree.

`readings_form` makes the form on which the adviser records a visit, and `read_readings` reads it back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pandas as pd

from audit.authority.csv_file import Line, first_problems, read_lines
from audit.authority.returns import (
    ANSWERS,
    LEVEL,
    NOT_ASKED,
    WRITTEN_RANK,
    Codes,
    Return,
    Returns,
    code_of,
    unpack_return,
)
from audit.authority.tables import AGREEMENT, READINGS
from audit.english import percent, plural
from audit.identifiers import read_urn, read_year
from audit.model import (
    NO_RESPONSE,
    PRACTICE,
    WRITTEN,
    Criteria,
    Practice,
    PracticeLevel,
    Response,
    Written,
    practice_labels,
)
from audit.problems import Problem
from audit.tables import checked, typed
from audit.text import fault_of, tidy
from audit.theme import NOT_ANSWERED, WRITTEN_WORDS

FEWEST_PAIRS = 5
"""Fewest pairs of answers for a figure of agreement; with fewer, a single pair would decide it.

This is not about secrecy, since the adviser knows both answers: chance must not be reported as a finding.
"""
_WRITTEN: Mapping[object, Written] = MappingProxyType({value: value for value in WRITTEN})
_PRACTICE: Mapping[object, Practice] = MappingProxyType({str(value): value for value in PRACTICE})
_SCALES: Mapping[str, tuple[npt.NDArray[np.int8], int]] = MappingProxyType(
    {"written": (WRITTEN_RANK, 3), "practice": (LEVEL, 5)}
)
"""By answer: for each code the step on its scale (no 0 to yes 2, level 0 to 4; -1 not known), and the number of steps."""


def _placed(readings: pd.DataFrame, returns: Returns) -> pd.DataFrame:
    """Each reading once, with its ``row`` and ``place`` in the codes, or -1; of several for one statement, the last."""
    last = checked(readings, READINGS).drop_duplicates(["urn", "year", "statement"], keep="last")
    rows = {key: row for row, key in enumerate(zip(returns.table["urn"], returns.table["year"], strict=True))}
    places = {criterion.id: place for place, criterion in enumerate(returns.criteria)}
    row = np.array([rows.get(key, -1) for key in zip(last["urn"], last["year"], strict=True)], dtype=np.intp)
    place = np.array([places.get(statement, -1) for statement in last["statement"]], dtype=np.intp)
    known = (row >= 0) & (place >= 0)
    known[known] = returns.codes[row[known], place[known]] != NOT_ASKED
    return last.assign(row=np.where(known, row, -1), place=np.where(known, place, -1))


def without_return(returns: Returns, readings: pd.DataFrame) -> pd.DataFrame:
    """READINGS that change nothing: there is no return of that school and year, or it does not ask the statement."""
    placed = _placed(readings, returns)
    return placed.loc[placed["row"] < 0, list(READINGS)].reset_index(drop=True)


def _answers(readings: pd.DataFrame) -> list[Response]:
    """What the adviser found, as answers; empty if the adviser checked neither."""
    return [
        Response(
            written=None if pd.isna(written) else _WRITTEN[written],
            practice=None if pd.isna(practice) else _PRACTICE[practice],
        )
        for written, practice in zip(readings["written"], readings["practice"], strict=True)
    ]


def moderated(returns: Returns, readings: pd.DataFrame) -> Returns:
    """The returns with the adviser's readings instead of the schools' answers, wherever there are readings.

    If the school called a statement not applicable and the adviser read it, it applies: the reason is removed, and an
    answer that the adviser did not check is blank. Evidence and comments stay.
    """
    codes, items = returns.codes.copy(), list(returns.items)
    placed = _placed(readings, returns)
    placed_readings = placed[placed["row"] >= 0]
    for row, place, seen in zip(
        placed_readings["row"], placed_readings["place"], _answers(placed_readings), strict=True
    ):
        answer = ANSWERS[codes[row, place]]
        if seen != NO_RESPONSE:
            practice = answer.practice if seen.practice is None else seen.practice
            codes[row, place] = code_of(Response(written=seen.written or answer.written, practice=practice))
    for row in placed_readings["row"].unique():
        items[row] = _answered(items[row], codes[row])
    return replace(returns, items=items, codes=codes, is_moderated=returns.is_moderated or not placed_readings.empty)


def _answered(item: Return, codes: Codes) -> Return:
    """The return with these codes; a reason stays only if the statement is still not applicable."""
    texts = {
        place: (reason if ANSWERS[codes[place]].not_applicable else "", evidence, comment)
        for place, (reason, evidence, comment) in item.texts.items()
    }
    return replace(item, answers=codes.tobytes(), texts=texts)


def agreement(returns: Returns, readings: pd.DataFrame) -> pd.DataFrame:
    """AGREEMENT of the schools' answers with the adviser's readings: over all statements, then by statement.

    A pair is one statement of one return for which both gave an answer; *unknown*, blank and not applicable make no
    pair. A desk review makes none either, since the person who read the policy answered it, not the school. Figures
    over fewer than `FEWEST_PAIRS` pairs are blank, and a statement without a pair has no row.

    Args:
        returns: the returns as the schools sent them, not moderated.
        readings: READINGS.
    """
    placed = _placed(readings, returns)
    is_self_audit = np.append(
        returns.table["basis"] == "self-audit", False
    )  # -1, a reading without a return, is the last
    compared = placed[is_self_audit[placed["row"]]]
    places = compared["place"].to_numpy()
    school_codes = returns.codes[compared["row"].to_numpy(), places]
    adviser_codes = np.array([code_of(answer) for answer in _answers(compared)], dtype=np.uint8)
    groups = [("all", "", np.full(len(places), True))]
    for place, criterion in enumerate(returns.criteria):
        groups.append((criterion.id, criterion.statement.reference, places == place))
    rows = [
        {"statement": statement, "reference": reference, "answer": answer}
        | _figures(school_codes[chosen], adviser_codes[chosen], answer)
        for statement, reference, chosen in groups
        for answer in _SCALES
    ]
    table = pd.DataFrame(rows, columns=list(AGREEMENT))
    return typed(table[(table["statement"] == "all") | (table["pairs"] > 0)].reset_index(drop=True), AGREEMENT)


def _figures(school_codes: Codes, adviser_codes: Codes, answer: str) -> dict[str, float | None]:
    scale, steps = _SCALES[answer]
    pairs = (scale[school_codes] >= 0) & (scale[adviser_codes] >= 0)
    school, adviser = scale[school_codes[pairs]].astype(np.intp), scale[adviser_codes[pairs]].astype(np.intp)
    if len(school) < FEWEST_PAIRS:
        return {"pairs": len(school), "exact": None, "kappa": None, "bias": None}
    return {
        "pairs": len(school),
        "exact": 100 * float((school == adviser).mean()),
        "kappa": weighted_kappa(school, adviser, steps=steps),
        "bias": float((school - adviser).mean()),
    }


def weighted_kappa(first: npt.NDArray[np.intp], second: npt.NDArray[np.intp], *, steps: int) -> float | None:
    """Cohen's kappa with quadratic weights: how far two raters agree beyond chance; near misses count little.

    With ``O[i, j]`` the pairs rated ``i`` by the first and ``j`` by the second, and ``E[i, j]`` the pairs expected
    there by chance (row sum times column sum, divided by the number of pairs)::

        kappa = 1 - sum((i - j)**2 * O[i, j]) / sum((i - j)**2 * E[i, j])

    1 is perfect agreement, 0 is what chance would give, and below 0 is less than that. None if both always gave one and
    the same rating, since chance then explains everything.

    Source: Psychological Bulletin 70 (1968), pages 213-220, where weighted kappa was first described.

    Args:
        first: ratings from 0 to ``steps - 1``.
        second: ratings of the other rater, in the same order.
        steps: the number of ratings on the scale.
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


HEADINGS: Mapping[str, str] = {
    "urn": "URN",
    "year": "Academic year",
    "statement": "Statement id",
    "written": "Adviser: is it written?",
    "practice": "Adviser: is it done?",
    "note": "Adviser: note",
}
"""The headings of the columns that are read back, by name in READINGS."""
_Row = tuple[str | Problem | None, ...]
"""The values of one row of READINGS, in its order; a value that cannot be used is a problem."""


def readings_form(returns: Returns, urn: str, year: str) -> pd.DataFrame:
    """One school's statements with its answers, and empty columns for the adviser's answers.

    Shape: one row per statement that the return asks, in source order, with headings in words. Each text is on one
    line. What the adviser does not check stays empty.

    Args:
        returns: as the schools sent them, not moderated.
        urn: the school.
        year: the academic year.

    Raises:
        KeyError: there is no return of that school and year.
    """
    rows = ((returns.table["urn"] == urn) & (returns.table["year"] == year)).to_numpy(dtype=bool)
    if not rows.any():
        raise KeyError((urn, year))
    (item,), criteria = returns.where(rows).items, returns.criteria
    audit = unpack_return(item, criteria)
    return pd.DataFrame(
        [
            {HEADINGS["urn"]: urn, HEADINGS["year"]: year}
            | {
                HEADINGS["statement"]: criterion.id,
                "Reference": criterion.statement.reference,
                "Statement": criterion.statement.statement,
                "What would show it": criterion.statement.evidence,
            }
            | _side_by_side(audit.response(criterion.id), criteria.practice_levels)
            for place, criterion in enumerate(criteria)
            if item.answers[place] != NOT_ASKED
        ]
    )


def _side_by_side(response: Response, levels: tuple[PracticeLevel, ...]) -> dict[str, str]:
    practice = NOT_ANSWERED if response.practice is None else practice_labels(levels)[response.practice]
    written = WRITTEN_WORDS[response.written] if response.written else NOT_ANSWERED
    set_aside = f"Not applicable: {response.not_applicable}" if response.not_applicable else ""
    return {
        "School: is it written?": " ".join((set_aside or written).split()),
        HEADINGS["written"]: "",
        "School: is it done?": "Not applicable" if set_aside else practice,
        HEADINGS["practice"]: "",
        "School: evidence": " ".join(response.evidence.split()),
        HEADINGS["note"]: "",
    }


def read_readings(data: bytes, file: str, criteria: Criteria) -> tuple[pd.DataFrame, tuple[Problem, ...]]:
    """READINGS from a completed form, and every fault in it; one list may hold the forms of several schools.

    A line without any text of the adviser is ignored. A line with a fault is left out completely.

    Args:
        data: the bytes of the CSV file.
        file: the name that problems give it.
        criteria: the criteria in use.
    """
    lines, problems = read_lines(data, file, {name: (heading,) for name, heading in HEADINGS.items()})
    words = _practice_words(criteria.practice_levels)
    rows: dict[tuple[str, str, str], _Row] = {}
    for line in lines:
        if not any(line.cells[name] for name in ("written", "practice", "note")):
            continue
        row = _read(line, criteria, words)
        faults = [value for value in row if isinstance(value, Problem)]
        key = (str(row[0]), str(row[1]), str(row[2]))
        if not faults and key in rows:
            what = f"{key[2]} of this school and year stands in an earlier line as well."
            faults = [Problem(where=line.where(HEADINGS["statement"]), what=what, fix="Keep one of the two lines.")]
        if not faults:
            rows[key] = row
        problems += faults
    return typed(pd.DataFrame(list(rows.values()), columns=list(READINGS)), READINGS), first_problems(problems, file)


def _read(line: Line, criteria: Criteria, practice: Mapping[str, str]) -> _Row:
    cells = line.cells
    places = {name: line.where(heading) for name, heading in HEADINGS.items()}
    return (
        read_urn(cells["urn"], places["urn"]),
        read_year(cells["year"], places["year"]),
        _read_statement(cells["statement"], places["statement"], criteria),
        _read_answer(cells["written"], places["written"], {word: word for word in WRITTEN}),
        _read_answer(cells["practice"], places["practice"], practice),
        _read_note(cells["note"], places["note"]),
    )


def _practice_words(levels: tuple[PracticeLevel, ...]) -> Mapping[str, str]:
    """The accepted words for practice, in small letters, with the level that each means."""
    spellings = {
        word.casefold(): str(level.level)
        for level in levels
        for word in (f"{level.level}", f"{level.level}.0", level.label, level.practice_label)
    }
    return spellings | {"unknown": "unknown"}


def _read_statement(text: str, where: str, criteria: Criteria) -> str | Problem:
    if text.casefold() in criteria:
        return text.casefold()
    what = f'"{text[:40]}" is not a statement of the criteria of this program.'
    return Problem(where=where, what=what, fix="Leave the ids as they stand on the form.")


def _read_answer(text: str, where: str, words: Mapping[str, str]) -> str | Problem | None:
    answer = " ".join(text.split())
    if not answer or answer.casefold() in words:
        return words.get(answer.casefold())
    what = f'"{answer[:40]}" is not one of {", ".join(dict.fromkeys(words.values()))}.'
    return Problem(where=where, what=what, fix="Write one of these, or leave the cell empty if it was not looked at.")


def _read_note(text: str, where: str) -> str | Problem:
    fault = fault_of(text)
    return Problem(where=where, what=fault, fix="Type the note again.") if fault else tidy(text)
