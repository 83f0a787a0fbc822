"""Reads the tables that a school fills: the responses in *Answers*, the actions in *Action plan*, and *Last year*.

*Last year* holds the answers that were carried forward; a row of *Answers* may confirm them under *Still as last
year?*, and accept there what an answer to another edition proposes. Every fault is noted with its cell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from audit.english import agree, first_and_so_on
from audit.model import (
    NO_RESPONSE,
    Action,
    Audit,
    AuditHead,
    Carried,
    Criteria,
    Criterion,
    Practice,
    Response,
    is_academic_year,
    practice_labels,
)
from audit.problems import Problem, errors
from audit.school.merge import fingerprint
from audit.school.proposals import asked_once, from_other_editions
from audit.text import plain
from audit.workbook import layout
from audit.workbook.own_words import FIX, is_error, read_date, what_error
from audit.workbook.sheets import (
    ANSWERS,
    LONGEST_ID,
    SheetTable,
    read_response,
    tell_empty_reason,
    tell_own_words,
    text_fault,
    with_own_words,
)

if TYPE_CHECKING:
    from audit.workbook.safety.worksheet_xml import Cell, Note

NEEDED = ("id", "written", "practice")
FIELDS = layout.answer_fields(carried=True)
_HEADINGS = {field.name: f'"{field.heading.partition(" (")[0]}"' for field in FIELDS}
_IDS_NAMED = 5
_MERGED_NAMED = 200
_LIKE_AN_ID = re.compile(r"[a-z][a-z0-9]*(?:[.-][a-z0-9]+)+")


@dataclass
class Answers:
    """What was read from the answers.

    Attributes:
        responses: the responses by statement, including empty ones.
        marks: by statement, the fingerprint of the response with which the workbook was written.
        faulty: the statements whose row has an error.
        revisions: by statement, the revision that the response answers, if it is not 1.
        rows: by statement, its first row.
        noted: the cells whose notes became the comment of their row.
    """

    responses: dict[str, Response] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)
    faulty: set[str] = field(default_factory=set)
    revisions: dict[str, int] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    noted: set[Cell] = field(default_factory=set)


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What a workbook held when it was written, as far as it still shows: from this, what it proposed is worked out again.

    Attributes:
        audit: the audit with the answers as they were sent; of a row that was changed since, with what it says now.
        now: the audit with the answers as they are now.
        criteria: the criteria that the workbook answers.
    """

    audit: Audit
    now: Audit
    criteria: Criteria

    def proposed(self, criterion: Criterion, shown: str) -> Response | None:
        """What other editions propose for a statement; None if nothing, or something else than its row shows.

        Args:
            criterion: the statement.
            shown: what its row shows. If that cannot be read, what was sent decides.
        """
        words, labels = layout.words_proposed(shown), practice_labels(self.criteria.practice_levels)
        for audit, once in self._states if words else self._states[:1]:
            found = from_other_editions(audit, self.criteria, criterion, once)
            if found and words in ("", layout.same(layout.proposed_words(found.response, labels))):
                return found.response
        return None

    @cached_property
    def _states(self) -> tuple[tuple[Audit, Mapping[str, str]], ...]:
        """Each of the two audits, and what it asks once."""
        return tuple((audit, asked_once(audit, self.criteria)) for audit in (self.audit, self.now))


def read_sent(
    table: SheetTable,
    criteria: Criteria,
    head: AuditHead,
    carried: Mapping[str, Carried],
    carried_from: str,
    *,
    any_edition: bool = False,
) -> Sent:
    """What the workbook held when it was written.

    Args:
        table: the answers; no problem is noted in it.
        criteria: the criteria that the workbook answers.
        head: the head of the audit.
        carried: last year's answers.
        carried_from: the year of those.
        any_edition: whether the practice levels may have the labels of another edition.
    """
    quiet = replace(table, problems=[], own_words=[])
    practices = layout.practice_by_word(criteria.practice_levels)
    now: dict[str, Response] = {}
    sent: dict[str, Response] = {}
    answered: dict[str, int] = {}
    for number, (named, mark, revision, *texts) in table.texts(("id", "mark_as_sent", "revision", *ANSWERS)):
        statement = plain(named[:LONGEST_ID]).casefold()
        if statement not in criteria or statement in now:
            continue
        now[statement] = response = read_response(quiet, number, texts, practices, any_edition=any_edition)
        if mark:
            sent[statement] = response
            first, last = revisions(revision)
            answered[statement] = first if fingerprint(response) == mark else last
    audits = (
        Audit(**vars(head), responses=held, revisions=answered, carried_from=carried_from, carried=carried)
        for held in (sent, now)
    )
    return Sent(audit=next(audits), now=next(audits), criteria=criteria)


def read_answers(
    table: SheetTable,
    criteria: Criteria,
    carried: Mapping[str, Carried],
    *,
    sent: Callable[[], Sent] | None = None,
    any_edition: bool = False,
    takes_notes: bool = True,
) -> Answers:
    """The responses of a table.

    Args:
        table: the answers; its problems are noted in it.
        criteria: the criteria that this installation holds.
        carried: last year's answers, which a row may confirm.
        sent: works out what the workbook held when it was written; called only if a row depends on it. None if no
            answer to another edition can propose anything.
        any_edition: also take answers to unknown statements, and the practice labels of another edition.
        takes_notes: whether notes on the cells of a row become its comment if that is empty.
    """
    answers = Answers()
    typed: dict[str, Response] = {}
    notes = _notes_by_row(table) if takes_notes else {}
    practices = layout.practice_by_word(criteria.practice_levels)
    for number, (named, mark, revision, shown, *texts) in table.texts(
        ("id", "mark_as_sent", "revision", "last_year", "still", *ANSWERS)
    ):
        statement = named if named in criteria else plain(named[:LONGEST_ID]).casefold()
        if statement not in criteria:
            if number <= table.head:  # a line that the school wrote above the headings
                table.add_stray(number)
                continue
            if not (any_edition and _is_of_another_edition(table, number, statement)):
                _check_stray(table, number, statement, texts[1:])
                continue
        problems_before, words_before = len(table.problems), len(table.own_words)
        if "#" in texts[3] or "#" in texts[4] or "#" in texts[5] or "Err:" in texts[4]:
            texts = _without_errors(table, number, texts, mark, practices)
        response = read_response(table, number, texts[1:], practices, any_edition=any_edition)
        waits = statement in carried
        if (texts[0] or number in notes) and statement in criteria:
            criterion, before = criteria[statement], carried.get(statement)
            is_same = before is not None and before.revision == criterion.statement.revision
            offered = None if sent is None or is_same or mark else sent().proposed(criterion, shown)
            waits = waits or offered is not None
            if offered is not None:
                response = accepted(table, number, texts[0], response, offered)
            else:
                is_lost = layout.words_proposed(shown) != ""
                response = still_as_last_year(
                    table, number, texts, response, criterion=criterion, before=before, is_lost=is_lost
                )
        if response.not_applicable:
            tell_empty_reason(table, number, response, mark)
        if statement not in typed:
            answers.rows[statement] = number
            answers.responses[statement] = typed[statement] = response
            answers.marks[statement] = mark
            if revision and revision != "1":
                _add_revision(answers, statement, revision)
            waits = waits and response == NO_RESPONSE  # a comment would count as this year's response
            if number in notes and not response.comment.strip() and not waits:
                response = _with_notes(table, answers, notes[number], response)
            if len(table.own_words) > words_before:
                response = with_own_words(table, number, response)
            answers.responses[statement] = response
        elif response != typed[statement]:
            _contradict(table, number, statement, answers.rows[statement])
            answers.responses[statement] = typed[statement] = NO_RESPONSE
        else:
            what = f"{statement} stands in row {answers.rows[statement] + 1} too, with the same answers."
            table.warn(number, "id", what, "Delete one of them.")
        if len(table.problems) > problems_before and errors(table.problems[problems_before:]):
            answers.faulty.add(statement)
    tell_own_words(table)
    _check_columns(table, answers)
    _check_merged(table, answers, criteria)
    return answers


def _notes_by_row(table: SheetTable) -> dict[int, list[Note]]:
    """The notes on the cells of the table, by row."""
    by_row: dict[int, list[Note]] = {}
    for note in table.sheet.marks.notes:
        if note.cell[0] != table.head:
            by_row.setdefault(note.cell[0], []).append(note)
    return by_row


def _with_notes(table: SheetTable, answers: Answers, notes: Sequence[Note], response: Response) -> Response:
    """The response with the notes of its row as its comment, each with its column; unchanged if they are too long."""
    names = {column: name for name, column in table.columns.items()}
    headings = [_HEADINGS.get(names.get(note.cell[1], ""), "the row") for note in notes]
    comment = "\n".join(f"From a note on {heading}: {note.text}" for heading, note in zip(headings, notes, strict=True))
    if text_fault(comment):
        return response
    answers.noted.update(note.cell for note in notes)
    return replace(response, comment=comment)


def _without_errors(
    table: SheetTable, number: int, texts: Sequence[str], mark: str, practices: Mapping[str, Practice]
) -> list[str]:
    """The texts of a row without errors such as ``#REF!``, which are noted. A text that the tool wrote is no error.

    Args:
        table: the answers; problems are noted in it.
        number: the row.
        texts: the text of *Still as last year?*, then those of the answers.
        mark: the fingerprint of the response with which the row was written.
        practices: the practice answer by the text of a cell.
    """
    wrong = [place for place, text in enumerate(texts) if place > 2 and is_error(text)]
    as_written = replace(table, problems=[], own_words=[])
    if not wrong or fingerprint(read_response(as_written, number, texts[1:], practices)) == mark:
        return list(texts)
    for place in wrong:
        table.fault(number, ANSWERS[place - 1], what_error(texts[place]), FIX)
    return ["" if place in wrong else text for place, text in enumerate(texts)]


def _add_revision(answers: Answers, statement: str, revision: str) -> None:
    """Records the revision that a response answers: the one that is asked, if it was given in this workbook."""
    answered, asked = revisions(revision)
    is_as_sent = fingerprint(answers.responses[statement]) == answers.marks[statement]
    answers.revisions[statement] = answered if is_as_sent else asked


def _is_of_another_edition(table: SheetTable, number: int, statement: str) -> bool:
    """Whether a text looks like the id of a statement, so that another edition may hold it; a warning is noted."""
    if _LIKE_AN_ID.fullmatch(statement) is None:
        return False
    what = f"{statement} is not a statement of the criteria of this program; its answer has no counterpart in them."
    table.warn(number, "id", what, "Nothing needs mending: look whether another statement asks for it now.")
    return True


def _check_stray(table: SheetTable, number: int, statement: str, texts: Sequence[str]) -> None:
    """Notes a row that answers no statement, as an error; an empty row or a line that the school added is none."""
    filled = next((name for name, text in zip(ANSWERS, texts, strict=True) if text.strip()), None)
    if filled is None and _is_a_line(table, number, statement):
        table.add_stray(number)
        return
    if statement:
        what = f'"{statement[:40]}" is not a statement of the criteria of this program.'
        table.fault(number, "id", what, "Restore the id from a blank form, or delete the row.")
        return
    if filled is not None:
        table.fault(
            number,
            filled,
            "This row has answers but no statement id.",
            "Restore the id in the first column, or move the answers to the right row.",
        )


def _is_a_line(table: SheetTable, number: int, statement: str) -> bool:
    """Whether a row without answers is empty or a line that the school added, not a row that lost its id."""
    if not statement:
        return True
    row = table.sheet.rows[number]
    others = (row[column] for name, column in table.columns.items() if name != "id")
    return _LIKE_AN_ID.fullmatch(statement) is None and not any(others)


def _contradict(table: SheetTable, number: int, statement: str, first: int) -> None:
    table.fault(
        number,
        "id",
        f"{statement} stands in row {first + 1} too, with other answers; neither was used.",
        "Keep the row with the right answers and delete the other.",
    )


def _check_columns(table: SheetTable, answers: Answers) -> None:
    """Notes each column of answers that is missing. Every row then counts as faulty, since its answer is not known."""
    for absent in layout.ANSWER_FIELDS:
        if absent.kind == "answer" and absent.name not in table.columns:
            table.problems.append(
                Problem(
                    where=f"{table.sheet.file}, sheet {table.sheet.title}, row {table.head + 1}",
                    what=f'The column "{absent.heading}" is missing, so nothing of it was read.',
                    fix="Restore the heading, or copy the answers into a fresh blank form.",
                )
            )
            answers.faulty.update(answers.responses)


def _check_merged(table: SheetTable, answers: Answers, criteria: Criteria) -> None:
    """Notes merged cells among the answers: only the first cell holds the text that is shown in all."""
    if not table.sheet.extent.merged:
        return
    read = {table.columns[name] for name in (*ANSWERS, "id") if name in table.columns}
    named = {number: plain(text[:LONGEST_ID]).casefold() for number, (text,) in table.texts(("id",))}
    ids = {number: statement for number, statement in named.items() if statement in criteria}
    for (top, left), (bottom, right) in table.sheet.extent.merged[:_MERGED_NAMED]:
        columns = read.intersection(range(left, right + 1))
        rows = [number for number in ids if top <= number <= bottom]
        if not columns or not rows or (len(columns) == 1 and rows == [top] and min(columns) == left):
            continue
        first, last = (f"{layout.column_letters(c)}{r + 1}" for r, c in ((top, left), (bottom, right)))
        table.problems.append(
            Problem(
                where=f"{table.sheet.file}, sheet {table.sheet.title}, cells {first} to {last}",
                what="The cells are merged, so only the first of them has what was typed; the others count as empty.",
                fix="Unmerge them, and fill in each by itself.",
            )
        )
        answers.faulty.update(ids[number] for number in rows)


def missing_rows(
    answers: Answers, criteria: Criteria, *, where: str, asks: Callable[[Criterion], bool], frameworks: frozenset[str]
) -> Problem | None:
    """One warning for all statements that are asked and have no row; None if there are none.

    Args:
        answers: what was read.
        criteria: the criteria that the workbook was read with.
        where: the place that the warning names.
        asks: whether the audit asks a statement, as `audit.model.Audit.asks` says.
        frameworks: the ids of the frameworks that it answers in the edition of the criteria.
    """
    asked = [c for c in criteria if c.framework.id in frameworks and asks(c)]
    missing = [c for c in asked if c.id not in answers.responses]
    if not missing:
        return None
    part = _part_of(asked, missing)
    if part:
        return Problem(
            where=where,
            what=f"The workbook holds only the {len(asked) - len(missing)} statements that are asked of: {part}. "
            f"The other {len(missing)} have no row and count as not answered.",
            fix="If this is to be the school's return, send the whole workbook in its place.",
            severity="warning",
        )
    named = first_and_so_on([c.id for c in missing], _IDS_NAMED)
    have, count = agree(len(missing), "has", "have"), agree(len(missing), "counts", "count")
    return Problem(
        where=where,
        what=f"{len(missing)} of the {len(asked)} statements that are asked {have} no row and {count} as not answered: "
        f"{named}.",
        fix="Copy the missing rows from a blank form, or leave them out if they are not to be answered.",
        severity="warning",
    )


def _part_of(asked: list[Criterion], missing: list[Criterion]) -> str:
    """The title of the role whose statements, and no others, have rows; empty if there is no such role."""
    missing_ids = {c.id for c in missing}
    roles = {c.statement.asked_of for c in asked if c.id not in missing_ids}
    if len(roles) != 1 or not roles.isdisjoint(c.statement.asked_of for c in missing):
        return ""
    role = roles.pop()
    return asked[0].framework.roles.get(role, role)


CARRIED_NEEDED = ("id", "written", "practice")
_NUMBER = re.compile(r"[0-9]{1,6}")
_ANSWER = "Answer the statement in the cells beside it."


def read_carried(
    table: SheetTable, practices: Mapping[str, Practice], *, any_edition: bool = False
) -> dict[str, Carried]:
    """Last year's answers by statement, from the sheet *Last year*; of two rows for one statement, the first counts.

    Args:
        table: the sheet; its problems are noted in it.
        practices: the practice answer by the text of a cell.
        any_edition: whether the practice levels may have the labels of another edition.
    """
    carried: dict[str, Carried] = {}
    for number, (named, revision, *texts) in table.texts(("id", "revision", *ANSWERS)):
        statement = plain(named[:LONGEST_ID]).casefold()
        if number > table.head and statement and statement not in carried:
            if table.sheet.extent.has_errors:
                texts = ["" if is_error(text) else text for text in texts]
            response = read_response(table, number, texts, practices, any_edition=any_edition)
            carried[statement] = Carried(response=response, revision=revisions(revision)[0])
    return carried


def revisions(text: str) -> tuple[int, int]:
    """The revision that was answered, and the one that is asked: ``1 of 2``, or one number for both."""
    return _revisions(text[:LONGEST_ID])


@lru_cache(maxsize=256)
def _revisions(text: str) -> tuple[int, int]:
    numbers = [int(number) for number in _NUMBER.findall(text)] or [1]
    return numbers[0], numbers[-1]


def still_as_last_year(
    table: SheetTable,
    number: int,
    texts: Sequence[str],
    response: Response,
    *,
    criterion: Criterion,
    before: Carried | None,
    is_lost: bool = False,
) -> Response:
    """The response of a row whose cell *Still as last year?* is filled: last year's if it says yes and gives no answer.

    New evidence or a new comment in the row replaces last year's.

    Args:
        table: the answers; a problem is noted in it.
        number: the row.
        texts: the text of that cell, then the texts of the answers.
        response: the response that the answers give.
        criterion: the statement.
        before: last year's answer; None if there is none.
        is_lost: whether the row shows a proposal from another edition, which this program does not make.
    """
    still, *answered = texts
    if not _says_yes(table, number, still):
        return response
    if any(answered[: ANSWERS.index("evidence")]):
        if before is not None and response != before.response:
            what = "The row says that the answer is still as last year, and also gives another one, which was used."
            table.warn(number, "still", what, "Empty this cell, or the answers beside it.")
    elif before is not None and before.revision == criterion.statement.revision:
        return _with_new_texts(before.response, response)
    elif is_lost:
        what = "What stands in the cell to the left is not what this program proposes, so it cannot be accepted."
        table.fault(number, "still", what, _ANSWER)
    elif before is None:
        table.fault(number, "still", "There is no answer of last year to this statement.", _ANSWER)
    else:
        what = "The statement means something else than last year, so last year's answer cannot stand."
        table.fault(number, "still", what, _ANSWER)
    return response


def _says_yes(table: SheetTable, number: int, still: str) -> bool:
    """Whether the cell *Still as last year?* of a row says yes; what is neither yes, no nor empty is noted."""
    word = layout.WRITTEN_BY_WORD.get(layout.same(still))
    if not still.strip() or word == "no":
        return False
    if is_error(still):
        table.fault(number, "still", what_error(still), FIX)
    elif word != "yes":
        table.fault(number, "still", f'"{plain(still[:200])[:40]}" is not Yes.', "Choose Yes, or leave the cell empty.")
    return word == "yes"


def _with_new_texts(response: Response, typed: Response) -> Response:
    """The response with the evidence and the comment that were typed, where there are any."""
    new = {name: text for name in ("evidence", "comment") if (text := getattr(typed, name))}
    return replace(response, **new)


def accepted(table: SheetTable, number: int, still: str, response: Response, offered: Response) -> Response:
    """The response of a row for which another edition proposes something: with what is proposed if the row says yes.

    A part that is not proposed, new evidence and a new comment come from the row. If the row contradicts what is proposed,
    the row alone is used.

    Args:
        table: the answers; a problem is noted in it.
        number: the row.
        still: the text of the cell that accepts.
        response: the response that the answers of the row give.
        offered: what is proposed.
    """
    if not _says_yes(table, number, still):
        return response
    parts = {name: getattr(response, name) or getattr(offered, name) for name in ("written", "not_applicable")}
    practice = offered.practice if response.practice is None else response.practice
    typed = [(getattr(response, name), getattr(offered, name)) for name in ("written", "practice", "not_applicable")]
    is_other = any(mine not in (None, "") and theirs not in (None, "", mine) for mine, theirs in typed)
    if is_other or (parts["not_applicable"] and (parts["written"] or practice is not None)):
        what = "The row accepts what is proposed, and also gives another answer, which was used."
        table.warn(number, "still", what, "Empty this cell, or the answers beside it.")
        return response
    return _with_new_texts(replace(offered, **parts, practice=practice), response)


def answer_pairs(table: SheetTable, answers: Answers, criteria: Criteria, pairs: Mapping[str, tuple[str, ...]]) -> None:
    """Has an answer count for an equal older statement too, if the pair was asked once when the workbook was written.

    It was, if the newer had no answer or the same as the older. If somebody answered both anew, and differently, both stay.

    Args:
        table: the answers; a warning is noted in it.
        answers: what was read; the older statements get their responses in it.
        criteria: the criteria that hold the statements.
        pairs: the equal statements of newer editions, by the older one; see `audit.school.proposals.equal_pairs`.
    """
    for older, others in pairs.items():
        has_row, sent = older in answers.rows, answers.marks.get(older, "")
        newer = next((o for o in others if o in answers.rows and (not has_row or answers.marks[o] in ("", sent))), None)
        if newer is None or not answers.faulty.isdisjoint((older, newer)):
            continue
        given, before = answers.responses[newer], answers.responses.get(older, NO_RESPONSE)
        is_new = fingerprint(given) != answers.marks[newer] or not has_row
        if given == before or not is_new:
            continue
        if fingerprint(before) != sent:
            other = table.where(answers.rows[older], "written").rpartition(" ")[2]
            what = (
                f"{newer} and {older} ask the same, and were answered differently, here and in cell {other}. "
                "Both answers were kept."
            )
            table.warn(answers.rows[newer], "written", what, "Answer both alike, or only the one here.")
            continue
        answers.responses[older] = given
        answers.revisions[older] = criteria[older].statement.revision


ACTIONS_NEEDED = ("statement", "what")
_TEXTS = ("what", "role", "status", "note")


def read_actions(table: SheetTable, criteria: Criteria, *, any_edition: bool = False) -> tuple[Action, ...]:
    """The actions of a plan: the rows in which the school filled any cell.

    A copied row has the hidden id of the other row. It is a new action, so its id is left out. An action from an
    earlier year may name a statement that the criteria no longer hold.

    Args:
        table: the plan; its problems are noted in it.
        criteria: the criteria that this installation holds.
        any_edition: whether any action may name such a statement.
    """
    actions: list[Action] = []
    known_ids = {""}
    for number, (named, action_id, since, due_text, *answered) in table.texts(
        ("statement", "id", "since", "due", *_TEXTS)
    ):
        if number < table.head or not (any(answered) or due_text.strip()):
            if number < table.head or not named.strip():
                table.add_stray(number)
            continue
        if not named.strip():
            table.add_stray(number, ("gap", "kind", "suggestion"))
        if table.sheet.extent.has_errors:
            answered, due_text = _action_without_errors(table, number, answered, due_text)
        texts = {name: table.held(number, name, text) for name, text in zip(_TEXTS, answered, strict=True)}
        statement = plain(named[:LONGEST_ID]).casefold()
        since = since if is_academic_year(since) else ""
        if statement and statement not in criteria and not (since or any_edition):
            what = f'"{statement[:40]}" is not a statement of the criteria of this program.'
            table.fault(number, "statement", what, "Restore the id, or leave the cell empty for an action of your own.")
            statement = ""
        due = read_date(due_text, table.where(number, "due"), table.problems) if due_text else None
        if any(texts.values()) or due:
            action_id = "" if action_id in known_ids else action_id[:LONGEST_ID]
            known_ids.add(action_id)
            actions.append(Action(statement=statement, due=due, id=action_id, since=since, **texts))
    return tuple(actions)


def _action_without_errors(table: SheetTable, number: int, texts: Sequence[str], due: str) -> tuple[list[str], str]:
    """The texts and the date of a row without errors such as ``#REF!``, which are noted."""
    for name, text in zip((*_TEXTS, "due"), (*texts, due), strict=True):
        if is_error(text):
            table.fault(number, name, what_error(text), FIX)
    return ["" if is_error(text) else text for text in texts], "" if is_error(due) else due
