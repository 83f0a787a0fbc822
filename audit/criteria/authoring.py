"""Criteria that people write in a workbook: the rows of a framework, and back, with every fault by its cell.

`audit.workbook.criteria_sheets` holds sheets and headings. Rows are matched by id, never by position. A new edition gets the
name of its folder as its id, and ids of its own, so that two editions can stand side by side.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar, get_args

from audit.english import listed
from audit.model import (
    PHASES,
    Criteria,
    Framework,
    HowSure,
    Protects,
    Provenance,
    Source,
    Standing,
    Statement,
)
from audit.problems import Problem, UnusableFile, errors
from audit.text import plain

FRAMEWORK, PHASE_SHEET, ROLES, LEVELS, BANDS = "Framework", "Phases", "Roles", "Levels", "Bands"
MARKS, AREAS, QUESTIONS, STATEMENTS, DOCUMENTS = "Marks", "Areas", "Questions", "Statements", "Documents"
WORDING, MEANING = "Wording only", "Meaning changed"
WHAT_CHANGED = (WORDING, MEANING)
YES_NO = ("Yes", "No")
_TRUTH = {"Yes": True, "No": False, "True": True, "False": False}
HOW_SURE_WORDS = {word.capitalize(): word for word in get_args(HowSure)}
STANDING_WORDS = {word.capitalize(): word for word in get_args(Standing)}
PROTECTS_WORDS = {word.capitalize(): word for word in get_args(Protects)}
LABELS = {
    "id": "Name of the folder",
    "edition": "Edition",
    "title": "Title",
    "name": "Short name within a sentence",
    "purpose": "What they are for (one sentence)",
    "source": "Author, title, year, what marks mean",
    "coverage": "What their coverage is called",
    "usual": "Ticked when an audit starts?",
    "origin": "Exported from (leave as it is)",
    "fingerprint": "Check of what was exported (leave)",
}
"""The lines of the sheet *Framework*."""
_NEEDED = ("edition", "title", "source")
ALL_PHASES = "All"
_IDS = re.compile(r"([^-]+)-(.+)-([a-z]*)([0-9]+)")
_NUMBER = re.compile(r"[A-Za-z0-9]+(\.[A-Za-z0-9]+)*")
_NEW = re.compile(r"new\b.*", re.IGNORECASE)
TODAY_COLUMNS = ("today_what", "today_reference", "today_status", "today_checked", "today_how_sure", "read_today")
_SUPERSEDED = ("since", "because", "by")
_IF_RECOMMENDED = ("evidence", "improve", "governors_ask")
_DIGITS = 5
"""The most digits that the number of an id has."""
FOR_FAULTY = "?"
"""What stands in a draft for a text that is missing or wrong, so that loading tells only what else is wrong."""


@dataclass(frozen=True, kw_only=True)
class TypedRow:
    """One row that somebody typed: the text of each column, and its cell."""

    row: str
    texts: Mapping[str, str]
    places: Mapping[str, str]
    headings: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.texts.get(name, "")

    def word(self, name: str) -> str:
        """The text without outer spaces and in ordinary characters, as ids and choices are compared."""
        return plain(self[name])

    def where(self, name: str) -> str:
        """The cell of a column, else the row."""
        return self.places.get(name, self.row)


@dataclass(frozen=True, kw_only=True)
class TypedBook:
    """The rows of a workbook by sheet, and what was found wrong with its cells whatever they mean."""

    file: str
    rows: Mapping[str, tuple[TypedRow, ...]]
    problems: tuple[Problem, ...] = ()


def fingerprint_of(framework: Framework) -> str:
    """Tells whether two frameworks are word for word the same."""
    return hashlib.sha256(repr(framework).encode()).hexdigest()[:16]


def _day(text: str) -> str | None:
    """A day that somebody typed, as 2026-11-27; None if it is none."""
    for form in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return dt.datetime.strptime(text, form).date().isoformat()
        except ValueError:
            continue
    return None


def same_words(text: str) -> str:
    """A choice in the form in which it is compared."""
    return " ".join(re.findall(r"\w+", plain(text).casefold()))


def _slug(text: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", plain(text).casefold()))


def prefix_of(name: str) -> str:
    """What the ids of a framework's statements begin with: the name of its folder, letters and digits only."""
    return re.sub(r"[^a-z0-9]", "", name.casefold())


Part = tuple[TypedRow, dict[str, Any]]
"""The data of one thing, and the row that says it."""


@dataclass(frozen=True, kw_only=True)
class DraftArea:
    """An area of a draft, with each of its questions and the statements of that."""

    part: Part
    questions: tuple[tuple[Part, tuple[Part, ...]], ...]


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What a workbook says, as the data of a framework, before it is loaded.

    Attributes:
        name: the id of the framework.
        origin: the framework that the workbook was exported from.
        head: the data of ``framework.yaml``, without the areas.
        areas: the areas.
        file: the name of the workbook in problems.
        ids: the id in the new edition, by the id in the workbook.
        problems: every fault and note so far.
    """

    name: str
    origin: Framework
    head: Mapping[str, Any]
    areas: tuple[DraftArea, ...]
    file: str
    ids: Mapping[str, str]
    problems: tuple[Problem, ...]


def draft_of(book: TypedBook, name: str, criteria: Criteria) -> Draft:
    """What the rows of a workbook say.

    Args:
        book: the rows.
        name: the name of the folder of the new edition, which is its id.
        criteria: the criteria that are loaded; one of them is what the workbook was exported from.

    Raises:
        UnusableFile: it does not say what it was exported from, or that is not loaded.
    """
    labels = {same_words(label): key for key, label in LABELS.items()}
    lines = {labels[key]: row for row in book.rows.get(FRAMEWORK, ()) if (key := same_words(row["label"])) in labels}
    wanted = lines["origin"].word("value") if "origin" in lines else ""
    origin = next((framework for framework in criteria.frameworks if framework.id == wanted), None)
    if origin is None:
        where = lines["origin"].where("value") if "origin" in lines else f"{book.file}, sheet {FRAMEWORK}"
        what = f'The workbook was exported from "{wanted[:60]}", which is not here.'
        what = what if wanted else f'The line "{LABELS["origin"]}" is missing or empty.'
        there = listed(framework.id for framework in criteria.frameworks)
        fault = Problem(where=where, what=what, fix=f"Write which criteria it was exported from: {there}.")
        raise UnusableFile([*errors(book.problems), fault])
    return _Drafting(book, name, origin, lines).draft()


@dataclass
class _Drafting:
    """The reading of one workbook: its rows, and what was found so far."""

    book: TypedBook
    name: str
    origin: Framework
    lines: Mapping[str, TypedRow]
    problems: list[Problem] = field(default_factory=list)
    ids: dict[str, str] = field(default_factory=dict)

    def draft(self) -> Draft:
        self.problems += self.book.problems
        self.unread = {problem.where for problem in errors(self.book.problems)}
        self.statements = {statement.id: statement for statement in self.origin.statements}
        self.spelt = {one.casefold(): one for one in self.statements}
        self.question_of = {s.id: q.id for area in self.origin.areas for q in area.questions for s in q.statements}
        head = self._head()
        areas, questions = self._areas(), self._questions()
        rows = self._statement_rows(questions)
        self._tell_lost_ids(rows)
        documents = self._documents(rows)
        by_question: dict[str, list[tuple[str, Part]]] = defaultdict(list)
        for row, key, question in rows:
            by_question[question].append((key, (row, self._statement(row, key, question, documents[key], head))))
        self._check_ordinals(by_question)
        parts = tuple(self._parts(areas, questions, by_question))
        return Draft(
            name=self.name,
            origin=self.origin,
            head=head,
            areas=parts,
            file=self.book.file,
            ids=self.ids,
            problems=tuple(self.problems),
        )

    def fault(self, row: TypedRow, name: str, what: str, fix: str) -> None:
        """Notes a fault of a cell, unless the cell could not be read at all."""
        if row.where(name) not in self.unread:
            self.problems.append(Problem(where=row.where(name), what=what, fix=fix))

    def warn(self, where: str, what: str, fix: str) -> None:
        self.problems.append(Problem(where=where, what=what, fix=fix, severity="warning"))

    def sheet(self, title: str) -> str:
        return f"{self.book.file}, sheet {title}"

    def rows(self, title: str) -> tuple[TypedRow, ...]:
        return self.book.rows.get(title, ())

    def needed(self, row: TypedRow, name: str) -> str:
        """The text of a cell that must have one."""
        if not row[name].strip():
            heading = row.headings.get(name, name)
            self.fault(row, name, f'The cell "{heading}" is empty.', "Write it, or delete the whole row.")
            return FOR_FAULTY
        return row[name]

    def choice(self, row: TypedRow, name: str, words: Mapping[str, Any], *, otherwise: Any, shown: str = "") -> Any:
        """What a cell with a closed list says; ``otherwise`` if it says something else, which is a fault."""
        text = row.word(name)
        if not words:
            return otherwise  # the sheet of the list holds nothing, which is told already
        known = {same_words(word): value for word, value in words.items()}
        if same_words(text) in known and text:
            return known[same_words(text)]
        what = f'"{text[:60]}" is not one of the entries of the list.' if text else "The cell is empty."
        allowed = shown or listed(dict.fromkeys(words))
        heading = row.headings.get(name, name)
        self.fault(row, name, f"{heading}: {what}", f"Choose one of these: {allowed}.")
        return otherwise

    def id_in(self, text: str) -> str:
        """The id of the origin, or the name of a new row, that a text names in any letter case; else the text."""
        return text.casefold() if _NEW.fullmatch(text) else self.spelt.get(text.casefold(), text)

    def day(self, row: TypedRow, name: str, *, is_needed: bool = True) -> str:
        text = row.word(name)
        if not text and not is_needed:
            return ""
        day = _day(text)
        if day is None:
            what = f'"{text[:40]}" is not a date.' if text else "The date is missing."
            self.fault(row, name, what, "Write day, month and year, such as 27/11/2026.")
        return day or "2000-01-01"

    def number(self, row: TypedRow, name: str, most: int) -> int:
        text = row.word(name).removesuffix("%").strip()
        if text.isascii() and text.isdigit() and len(text) < 9 and int(text) <= most:
            return int(text)
        self.fault(row, name, f'"{text[:40]}" is not a whole number from 0 to {most}.', "Write such a number.")
        return 0

    def keyed(self, title: str, name: str, *, given: str = "") -> Iterator[tuple[TypedRow, str]]:
        """The rows of a sheet with their ids, each id once; an empty id is made of another text if one may be given."""
        seen: dict[str, TypedRow] = {}
        for row in self.rows(title):
            key = row.word(name) or (_slug(row[given])[:40] if given else "")
            if not key:
                self.needed(row, name)
            elif key.casefold() in seen:
                what = f'"{key[:60]}" stands twice, also in {seen[key.casefold()].where(name)}.'
                self.fault(row, name, what, "Keep one of the two rows, or give one another id.")
            else:
                seen[key.casefold()] = row
                yield row, key

    def _head(self) -> dict[str, Any]:
        """The data of ``framework.yaml``, without the areas."""
        said = {key: self.lines[key]["value"] for key in self.lines}
        for key in _NEEDED:
            if not said.get(key, "").strip():
                where = self.lines[key].where("value") if key in self.lines else self.sheet(FRAMEWORK)
                fix = "Write it beside this label on the sheet Framework."
                self.problems.append(Problem(where=where, what=f'"{LABELS[key]}" is missing.', fix=fix))
        self._about_name(said)
        head: dict[str, Any] = {"id": self.name}
        head |= {key: said.get(key) or FOR_FAULTY for key in _NEEDED}
        head |= {key: said[key] for key in ("name", "purpose", "coverage") if said.get(key, "").strip()}
        if "usual" in self.lines:
            head["usual"] = self.choice(self.lines["usual"], "value", _TRUTH, otherwise=False, shown=listed(YES_NO))
        head["phases"] = {}
        for row, key in self.keyed(PHASE_SHEET, "id"):
            if (phase := _slug(key)) in PHASES:
                head["phases"][phase] = self.needed(row, "title")
            else:
                self.fault(row, "id", f'There is no phase "{key[:40]}".', f"Use one of {listed(PHASES)}.")
        head["roles"] = {key: self.needed(row, "title") for row, key in self.keyed(ROLES, "id", given="title")}
        head["practice_levels"] = [
            {"level": self.number(row, "level", 4)} | {name: self.needed(row, name) for name in ("label", "means")}
            for row, _ in self.keyed(LEVELS, "level")
        ]
        head["bands"] = [
            {"from_percent": self.number(row, "from_percent", 100), "label": self.needed(row, "label")}
            for row, _ in self.keyed(BANDS, "from_percent")
        ]
        head["marks"] = [
            {"id": key, "title": self.needed(row, "title"), "means": self.needed(row, "means")}
            for row, key in self.keyed(MARKS, "id", given="title")
        ]
        sheets = {"phases": PHASE_SHEET, "roles": ROLES, "practice_levels": LEVELS, "bands": BANDS}
        for key, title in (sheets | ({"marks": MARKS} if self.origin.marks else {})).items():
            if not head[key] and title in self.book.rows:
                fix = "Put its rows back, or export the criteria again."
                self.problems.append(Problem(where=self.sheet(title), what="The sheet holds nothing.", fix=fix))
        self._check_titles()
        self._check_template_marks(head)
        return head

    def _check_titles(self) -> None:
        """Statements name a role, a mark and a phase by its title, so each title stands once."""
        for sheet in (PHASE_SHEET, ROLES, MARKS):
            seen: dict[str, TypedRow] = {}
            for row in self.rows(sheet):
                other = seen.setdefault(same_words(row["title"]), row)
                if row["title"].strip() and other is not row:
                    what = f'"{row["title"][:60]}" stands twice, also in {other.where("title")}.'
                    self.fault(row, "title", what, "Give one of the two another title.")

    def _about_name(self, said: Mapping[str, str]) -> None:
        """What a new edition should have of its own, and what it is called if the workbook says something else."""
        where = {key: self.lines[key].where("value") for key in self.lines}
        written = plain(said.get("id", ""))
        if written and written not in (self.name, self.origin.id):
            what = f'The workbook says "{written[:40]}", but the criteria get the name of their folder, "{self.name}".'
            self.warn(where["id"], what, "Choose the folder whose name they are to have.")
        exported, now = plain(said.get("fingerprint", "")), fingerprint_of(self.origin)
        if exported and exported != now:
            what = f'"{self.origin.id}" has changed since the workbook was exported, and is compared as it is now.'
            self.warn(where["fingerprint"], what, "Export it again if you did not expect this.")
        if self.name == self.origin.id:
            return
        if plain(said.get("title", "")) == plain(self.origin.title):
            what = f'The title is that of "{self.origin.id}": two editions would have one title.'
            self.warn(where["title"], what, "Give the new edition a title of its own.")
        if self.origin.name and plain(said.get("name", "")) == plain(self.origin.name):
            what = f'The short name is that of "{self.origin.id}": a sentence on both could not tell them apart.'
            self.warn(where["name"], what, "Give the new edition a short name of its own.")
        if same_words(said.get("usual", "")) == "yes":
            what = "These criteria will be ticked when an audit starts, beside those that are ticked now."
            self.warn(where["usual"], what, "Write No if schools should choose them themselves.")

    def _check_template_marks(self, head: dict[str, Any]) -> None:
        """The two marks of a template, without which none of its statements could be read."""
        if not any(isinstance(statement.source, Source) for statement in self.statements.values()) or not head["marks"]:
            return
        for mark in ("K", "other"):
            if mark not in [one["id"] for one in head["marks"]]:
                what, fix = f'The mark "{mark}" of the template is missing.', "Put its row back."
                self.problems.append(Problem(where=self.sheet(MARKS), what=what, fix=fix))
                head["marks"].append({"id": mark, "title": FOR_FAULTY, "means": FOR_FAULTY})

    def _areas(self) -> list[tuple[str, TypedRow]]:
        found = []
        for row, key in self.keyed(AREAS, "id"):
            self._check_number(row, key)
            found.append((key, row))
        if not found and AREAS in self.book.rows:
            fix = "Write at least one area, with a question."
            self.problems.append(Problem(where=self.sheet(AREAS), what="There are no areas.", fix=fix))
        return in_order(found, [area.id for area in self.origin.areas])

    def _check_number(self, row: TypedRow, key: str) -> None:
        if not _NUMBER.fullmatch(key) or len(key) > 20:
            self.fault(row, "id", f'"{key[:40]}" is not a number of the kind 2 or 2.1.', "Use digits and full stops.")

    def _questions(self) -> dict[str, tuple[str, TypedRow]]:
        """The area and row of each question, in order."""
        areas = [row.word("id") for row in self.rows(AREAS) if row.word("id")]
        found = []
        for row, key in self.keyed(QUESTIONS, "id"):
            self._check_number(row, key)
            area = row.word("area")
            if areas and area not in areas:
                what = f'There is no area "{area[:40]}".' if area else "The area is missing."
                self.fault(row, "area", what, "Write the number of an area of the sheet Areas.")
                area = next((one for one in areas if key.startswith(f"{one}.")), areas[0] if areas else "")
            elif areas and key != area and not key.startswith(f"{area}."):
                what = f'The question "{key[:40]}" does not begin with the number of its area, "{area}".'
                self.fault(row, "id", what, f'Number it "{area}." and a number, or correct the area.')
            found.append((key, (area, row)))
        for row, key in ((row, row.word("id")) for row in self.rows(AREAS)):
            if key and not any(area == key for _, (area, _) in found):
                self.fault(row, "id", f'The area "{key[:40]}" has no questions.', "Add one, or delete its row.")
        order = [question.id for area in self.origin.areas for question in area.questions]
        return dict(in_order(found, order))

    def _statement_rows(self, questions: Mapping[str, object]) -> list[tuple[TypedRow, str, str]]:
        """Each row of a statement with the id by which the workbook names it, and its question; gives the new ids."""
        found: list[tuple[TypedRow, str, str]] = []
        seen: dict[str, TypedRow] = {}
        for row in self.rows(STATEMENTS):
            key, question = self.id_in(row.word("id")), row.word("question")
            if key in seen:
                what = f'The id "{key[:60]}" stands twice, also in {seen[key].where("id")}.'
                self.fault(row, "id", what, "Keep one of the rows. Leave the id of a new statement empty.")
                continue
            if key:
                seen[key] = row
            if questions and question not in questions:
                what = f'There is no question "{question[:40]}".' if question else "The question is missing."
                self.fault(row, "question", what, "Write the number of a question of the sheet Questions.")
                question = self.question_of.get(key, next(iter(questions), ""))
            elif key in self.statements and question != self.question_of[key]:
                what = f'The id "{key}" belongs to question "{self.question_of[key]}".'
                fix = "Put the question back. To move a statement, delete this row and write it as a new one."
                self.fault(row, "question", what, fix)
            found.append((row, key, question))
        return self._with_ids(found)

    def _with_ids(self, found: Sequence[tuple[TypedRow, str, str]]) -> list[tuple[TypedRow, str, str]]:
        """The rows with an id each: a new statement gets the next free number of its question and kind."""
        prefix = next((match[1] for one in self.statements if (match := _IDS.fullmatch(one))), prefix_of(self.name))
        highest: dict[tuple[str, str], int] = defaultdict(int)
        for one in (*self.statements, *(key for _, key, _ in found)):
            if match := _IDS.fullmatch(one):  # also one that is retired: its number is not used again
                highest[match[2], match[3]] = max(highest[match[2], match[3]], int(match[4][:_DIGITS]))
        named = []
        for row, key, question in found:
            match, kind = _IDS.fullmatch(key), self._kind(row)
            is_kept = key in self.statements
            if key and not is_kept and not _NEW.fullmatch(key):
                place = (prefix, question, kind)
                is_kept = bool(match) and match.groups()[:3] == place and len(match[4]) <= _DIGITS  # type: ignore[union-attr, index]
                if not is_kept:
                    what = f'"{key[:60]}" is not the id of a statement of "{self.origin.id}".'
                    fix = (
                        "Put the id back. Leave that of a new one empty, or write new 1 where Documents has to name it."
                    )
                    self.fault(row, "id", what, fix)
            given = key
            if not is_kept:
                highest[question, kind] += 1
                given = f"{prefix}-{question}-{kind}{highest[question, kind]}"
            self.ids[key or given] = self._renamed(given)
            named.append((row, key or given, question))
        return named

    def _tell_lost_ids(self, rows: Iterable[tuple[TypedRow, str, str]]) -> None:
        """Notes each new row that says what a retired one said: somebody may have emptied or changed its id."""
        rows = tuple(rows)
        kept = {key for _, key, _ in rows}
        gone = {" ".join(old.statement.split()): key for key, old in self.statements.items() if key not in kept}
        for row, key, _ in rows:
            old = gone.get(" ".join(row["statement"].split()))
            if old is not None and key not in self.statements:
                what = (
                    f'This is word for word "{old}", which has no row any more: it would be retired, and this be new.'
                )
                self.warn(row.where("id"), what, f"Write {old} as its id if it is the same statement.")

    def _kind(self, row: TypedRow) -> str:
        """The letter before the number of a new statement's id: k or s in a template, else none."""
        if not self._is_template(""):
            return ""
        return "s" if same_words(row["recommended"]) in ("no", "false") else "k"

    def _is_template(self, key: str) -> bool:
        """Whether a statement restates a template; a new one as the first statement of the framework does."""
        like = self.statements.get(key) or next(iter(self.statements.values()), None)
        return like is not None and isinstance(like.source, Source)

    def _renamed(self, key: str) -> str:
        """An id of the origin as the new edition has it."""
        if self.name == self.origin.id:
            return key
        return f"{prefix_of(self.name)}-{key.partition('-')[2] or key}"

    def _documents(self, rows: Iterable[tuple[TypedRow, str, str]]) -> dict[str, list[dict[str, str]]]:
        """The documents of each statement, the main one first."""
        named = {key: (row, key) for row, key, _ in rows}
        found: dict[str, list[dict[str, str]]] = {key: [] for key in named}
        for row in self.rows(DOCUMENTS):
            key = self.id_in(row.word("statement"))
            if key not in named:
                if key in self.statements:
                    continue  # the statement is retired, and its documents with it
                what = f'There is no statement "{key[:60]}".' if key else "The statement is missing."
                self.fault(row, "statement", what, "Write an id of the sheet Statements, or delete the row.")
            elif self._is_template(key):
                what = f'The statement "{key}" restates a template, so it rests on no other documents.'
                self.fault(
                    row, "statement", what, "Delete the row. Name what has changed since on the sheet Statements."
                )
            else:
                texts = {name: self.needed(row, name) for name in ("document", "edition", "place", "date")}
                found[key].append(texts)
                if found[key].count(texts) > 1:
                    self.fault(row, "statement", "The document stands twice for this statement.", "Delete one row.")
        for key, documents in found.items():
            before = self.statements[key].documents if key in self.statements else ()
            ordered = in_order([(Provenance(**one), one) for one in documents], before)
            found[key] = [one for _, one in ordered] if len(ordered) == len(documents) else documents
        return found

    def _statement(
        self, row: TypedRow, key: str, question: str, documents: list[dict[str, str]], head: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The data of one statement."""
        before = self.statements.get(key)
        recommended = self.choice(row, "recommended", _TRUTH, otherwise=True, shown=listed(YES_NO))
        data: dict[str, Any] = {
            "id": self.ids[key],
            "statement": self._text(row, before),
            "recommended": recommended,
            "source": self._source(row, before, question, documents, recommended=recommended),
        }
        marks = {one["id"]: one["title"] for one in head["marks"]}
        old_marks = {one.id: one.title for one in self.origin.marks}
        if row.word("mark") or not self._is_template(key):
            first = next(iter(marks), FOR_FAULTY)
            data["mark"] = self.choice(row, "mark", _words(marks, old_marks), otherwise=first, shown=_named(marks))
        if row.word("how_sure") or not self._is_template(key):
            data["how_sure"] = self.choice(row, "how_sure", HOW_SURE_WORDS, otherwise="read")
        if checked := self.day(row, "checked", is_needed=not self._is_template(key)):
            data["checked"] = checked
        roles = _words(head["roles"], self.origin.roles)
        otherwise = next(iter(head["roles"]), FOR_FAULTY)
        data["asked_of"] = self.choice(row, "asked_of", roles, otherwise=otherwise, shown=_named(head["roles"]))
        data["protects"] = self.choice(row, "protects", PROTECTS_WORDS, otherwise="directly")
        data |= self._phases(row, before, head)
        data |= self._revision(row, before)
        for name in _IF_RECOMMENDED:
            if row[name] or (recommended and not row[name]):
                data[name] = self._needed_text(row, name)
        data |= {name: ids for name in ("rests_on",) if (ids := self._ids(row, name))}
        data |= self._today(row) | self._superseded(row)
        return data

    def _needed_text(self, row: TypedRow, name: str) -> str:
        if row[name].strip():
            return row[name]
        what = f'A recommended statement needs "{row.headings.get(name, name)}", and this one has none.'
        self.fault(row, name, what, "Write it, or choose No under Recommended?")
        return FOR_FAULTY

    def _text(self, row: TypedRow, before: Statement | None) -> str:
        """The statement; where it differs from the origin, somebody must have said what changed."""
        text = self.needed(row, "statement")
        if before is None:
            return text
        if text.split() == before.statement.split():
            text = before.statement
        said = row.word("what_changed")
        if said:
            self.choice(row, "what_changed", dict.fromkeys(WHAT_CHANGED, said), otherwise=said)
        elif text not in (before.statement, FOR_FAULTY):
            what = f"The statement differs from that of {self.origin.id}. Did only its wording change, or its meaning?"
            self.fault(row, "what_changed", what, f"Choose {WORDING} or {MEANING}.")
        return text

    def _revision(self, row: TypedRow, before: Statement | None) -> dict[str, int]:
        number, text = before.revision if before else 1, row.word("revision")
        if text and text != str(number):
            what = f'The revision is {number}, not "{text[:20]}"; the program counts it.'
            fix = f"Put it back. If the meaning changed, choose {MEANING} under What changed?"
            self.fault(row, "revision", what, fix)
        number += before is not None and same_words(row["what_changed"]) == same_words(MEANING)
        return {"revision": number} if number != 1 else {}

    def _source(
        self,
        row: TypedRow,
        before: Statement | None,
        question: str,
        documents: list[dict[str, str]],
        *,
        recommended: bool,
    ) -> Any:
        if self._is_template(before.id if before else ""):
            mark, text = "K" if recommended else "other", row.word("ordinal")
            ordinal = self.number(row, "ordinal", 9999) if text else 0
            old = before.source if before else None
            if isinstance(old, Source) and (old.mark != mark or not text):
                ordinal = old.ordinal if old.mark == mark else 0
            return {"section": question, "mark": mark, "ordinal": ordinal}
        if not documents:
            what = "The statement rests on no document."
            fix = "Add a row with its id to the sheet Documents. For a new statement, write new 1 as its id on both sheets."
            if DOCUMENTS in self.book.rows:
                self.fault(row, "id", what, fix)
            documents = [dict.fromkeys(("document", "edition", "place", "date"), FOR_FAULTY)]
        alone = len(documents) == 1 and not (before and isinstance(before.source, tuple) and len(before.source) == 1)
        return documents[0] if alone else documents

    def _check_ordinals(self, by_question: Mapping[str, Sequence[tuple[str, Part]]]) -> None:
        """Numbers the statements of a template that have no number, and tells numbers that stand twice."""
        used: dict[tuple[str, str, int], TypedRow] = {}
        highest: dict[tuple[str, str], int] = defaultdict(int)
        sources = [(row, one["source"]) for rows in by_question.values() for _, (row, one) in rows]
        numbered = [(row, source) for row, source in sources if isinstance(source, dict) and "ordinal" in source]
        for old in (statement.source for statement in self.statements.values()):
            if isinstance(old, Source):  # also one that is retired: its number is not used again
                highest[old.section, old.mark] = max(highest[old.section, old.mark], old.ordinal)
        for row, source in numbered:
            number = (source["section"], source["mark"], source["ordinal"])
            if source["ordinal"] and number in used:
                what = f"No. {number[2]} of this question stands twice, also in {used[number].where('ordinal')}."
                self.fault(row, "ordinal", what, "Leave the cell of the new statement empty.")
            used.setdefault(number, row)
            highest[number[:2]] = max(highest[number[:2]], number[2])
        for _, source in numbered:
            if not source["ordinal"]:
                highest[source["section"], source["mark"]] += 1
                source["ordinal"] = highest[source["section"], source["mark"]]

    def _phases(self, row: TypedRow, before: Statement | None, head: Mapping[str, Any]) -> dict[str, list[str]]:
        if not head["phases"] or same_words(row["phases"]) in ("", same_words(ALL_PHASES), "all phases"):
            return {}
        words = {same_words(word): phase for word, phase in _words(head["phases"], self.origin.phases).items()}
        found = []
        for part in filter(None, map(str.strip, re.split(r"[;,\n]", row["phases"]))):
            if (phase := words.get(same_words(part))) is None:
                what = f'"{part[:40]}" is not a phase of the sheet Phases.'
                self.fault(row, "phases", what, f"Use All, or some of these: {_named(head['phases'])}.")
            else:
                found.append(phase)
        if before is not None and set(found) == set(before.phases):
            found = list(before.phases)
        else:
            found = [phase for phase in PHASES if phase in found]
        return {"phases": found} if found else {}

    def _ids(self, row: TypedRow, name: str) -> list[str]:
        """The ids that a cell names, as the new edition has them; one that is not here stays as it is."""
        parts = filter(None, map(plain, re.split(r"[,;\n]", row[name])))
        named = [one for part in parts for one in ([part] if _NEW.fullmatch(part) else part.split())]
        return [self.ids.get(self.id_in(one), one) for one in named]

    def _group(self, row: TypedRow, names: Iterable[str], needed: Iterable[str]) -> bool:
        """Whether any of some cells that belong together is filled; each that is needed and is not is then a fault."""
        if not any(row[name].strip() for name in names):
            return False
        for name in needed:
            if not row[name].strip():
                what = f'The cell "{row.headings.get(name, name)}" is empty, though others that belong to it are not.'
                self.fault(row, name, what, "Write it, or empty the others too.")
        return True

    def _today(self, row: TypedRow) -> dict[str, Any]:
        """What has changed since the source; nothing where the cells are empty."""
        if not self._group(row, TODAY_COLUMNS, ("today_what", "today_reference", "today_status", "today_checked")):
            return {}
        status = row["today_status"] and self.choice(row, "today_status", STANDING_WORDS, otherwise="law")
        how_sure = row["today_how_sure"] and self.choice(row, "today_how_sure", HOW_SURE_WORDS, otherwise="read")
        today = {
            "what": row["today_what"] or FOR_FAULTY,
            "reference": row["today_reference"] or FOR_FAULTY,
            "status": status or "law",
            "checked": self.day(row, "today_checked", is_needed=False) or "2000-01-01",
        }
        today |= {"how_sure": how_sure} if how_sure not in ("", "read") else {}
        return {"today": today | ({"read_today": row["read_today"]} if row["read_today"].strip() else {})}

    def _superseded(self, row: TypedRow) -> dict[str, Any]:
        """What has overtaken the statement; nothing where the cells are empty."""
        if not self._group(row, _SUPERSEDED, ("since", "because")):
            return {}
        data: dict[str, Any] = {"since": self.day(row, "since", is_needed=False) or "2000-01-01"}
        data |= {"by": by} if (by := self._ids(row, "by")) else {}
        return {"superseded": data | {"because": row["because"] or FOR_FAULTY}}

    def _parts(
        self,
        areas: Sequence[tuple[str, TypedRow]],
        questions: Mapping[str, tuple[str, TypedRow]],
        by_question: Mapping[str, Sequence[tuple[str, Part]]],
    ) -> Iterator[DraftArea]:
        """The areas with their questions and statements, in order."""
        for area, area_row in areas:
            found = []
            for question, (of_area, row) in questions.items():
                if of_area == area:
                    texts = {name: self.needed(row, name) for name in ("topic", "title", "introduction")}
                    ordered = in_order(by_question.get(question, ()), self.statements)
                    found.append(((row, {"id": question} | texts), tuple(statement for _, statement in ordered)))
            data = {"id": area, "title": self.needed(area_row, "title")}
            yield DraftArea(part=(area_row, data), questions=tuple(found))


T = TypeVar("T")


def in_order(found: Sequence[tuple[Any, T]], order: Iterable[Any]) -> list[tuple[Any, T]]:
    """Things as the workbook has them; if somebody sorted its rows, as before, and new ones at the end."""
    places = {key: number for number, key in enumerate(order)}
    known = [places[key] for key, _ in found if key in places]
    if known == sorted(known):
        return list(found)
    return sorted(found, key=lambda one: places.get(one[0], len(places)))


def _words(titles: Mapping[str, str], before: Mapping[Any, str]) -> dict[str, str]:
    """What a cell may say for each id: the title of before, that of now, or the id."""
    old = {title: one for one, title in before.items() if one in titles}
    return old | {title: one for one, title in titles.items()} | {one: one for one in titles}


def _named(titles: Mapping[str, str]) -> str:
    return listed(dict.fromkeys(titles.values()))
