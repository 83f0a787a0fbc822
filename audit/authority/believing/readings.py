"""The form on which an adviser records a visit, and the readings that come back on it."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from audit.authority.collecting.delimited import named
from audit.authority.collecting.lists import Line, read_lines
from audit.authority.returns import NOT_ASKED, Returns, unpack
from audit.authority.tables import READINGS
from audit.identifiers import read_urn, read_year
from audit.model import WRITTEN, Criteria, PracticeLevel, Response, practice_labels
from audit.problems import Problem
from audit.tables import typed
from audit.text import fault_of, tidy
from audit.theme import NOT_ANSWERED, WRITTEN_WORDS

HEADINGS: Mapping[str, str] = {
    "urn": "URN",
    "year": "Academic year",
    "statement": "Statement id",
    "written": "Adviser: is it written?",
    "practice": "Adviser: is it done?",
    "note": "Adviser: note",
}
"""The columns of the form that are read back, by their name in READINGS."""
_Row = tuple[str | Problem | None, ...]
"""The values of READINGS in its order; a problem where one cannot be used."""


def readings_form(returns: Returns, urn: str, year: str) -> pd.DataFrame:
    """One school's statements with its own answers, and empty columns beside them for the adviser's.

    Shape: one row per statement that the return asks, in source order, with headings in words. Texts stand on one
    line each. What the adviser does not look at stays empty.

    Args:
        returns: as the schools sent them, not moderated.
        urn: the school.
        year: the academic year.

    Raises:
        KeyError: no return of that school and year is at hand.
    """
    rows = ((returns.table["urn"] == urn) & (returns.table["year"] == year)).to_numpy(dtype=bool)
    if not rows.any():
        raise KeyError((urn, year))
    (one,), criteria = returns.where(rows).items, returns.criteria
    audit = unpack(one, criteria)
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
            if one.answers[place] != NOT_ASKED
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
    """READINGS from a form that was filled in, and every fault in it; the forms of several schools may be one list.

    A line on which the adviser wrote nothing is passed over. A line with a fault is left out as a whole.

    Args:
        data: the bytes of the CSV file.
        file: how problems call it.
        criteria: the criteria at hand.
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
    return typed(pd.DataFrame(list(rows.values()), columns=list(READINGS)), READINGS), named(problems, file)


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
    """What may be written for practice, without case, and what it means."""
    spellings = {
        word.casefold(): str(level.level)
        for level in levels
        for word in (f"{level.level}", f"{level.level}.0", level.label, level.practice_label)
    }
    return spellings | {"unknown": "unknown"}


def _read_statement(text: str, where: str, criteria: Criteria) -> str | Problem:
    if text.casefold() in criteria:
        return text.casefold()
    what = f'"{text[:40]}" is not a statement of the criteria at hand.'
    return Problem(where=where, what=what, fix="Leave the ids as they stand on the form.")


def _read_answer(text: str, where: str, words: Mapping[str, str]) -> str | Problem | None:
    given = " ".join(text.split())
    if not given or given.casefold() in words:
        return words.get(given.casefold())
    what = f'"{given[:40]}" is not one of {", ".join(dict.fromkeys(words.values()))}.'
    return Problem(where=where, what=what, fix="Write one of these, or leave the cell empty if it was not looked at.")


def _read_note(text: str, where: str) -> str | Problem:
    fault = fault_of(text)
    return Problem(where=where, what=fault, fix="Type the note again.") if fault else tidy(text)
