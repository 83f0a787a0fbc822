"""What a signed workbook holds: the sign-offs that it states, the signed content that it carries, and what differs from it.

The content is what was signed, with its criteria, in a hidden sheet. Anybody can forge it with a hash that fits, so
`signed_content` also checks that the product could have written it.

`signed_diff` compares a workbook that another version wrote with what was signed: by what its cells mean, not by their
wording. It compares the cells that are read back, each by its meaning, and the words of the criteria wherever an answer
or a gap is next to them. It does not compare the words and figures that a version works out from them. For a workbook
of the same version, `audit.workbook.cell_diff` compares every cell.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from audit.model import Audit, Criteria, Signature, SignOff, is_academic_year
from audit.problems import Problem, UnusableFile, errors
from audit.school import signing
from audit.school.signing import Difference, Signed
from audit.workbook import layout, read_answers, safety
from audit.workbook.own_words import read_date
from audit.workbook.read_identity import About, find_about, named_frameworks, read_about
from audit.workbook.safety.worksheet_xml import MOST_ROWS
from audit.workbook.sheets import LONGEST_ID, Sheet, SheetTable, as_text, find_sheet, find_tables, read_sheets

if TYPE_CHECKING:
    from audit.workbook.read_book import Book, Reading

NEEDED = ("version", "role", "on", "content", "seal")
_ROLES = {layout.same(word): role for role, word in layout.ROLE_WORDS.items()}
_SHORT = ("version", "role", "on", "content", "criteria", "seal", "reopened_on")
_LONGEST = 100  # characters of a cell that is no free text; a SHA-256 has 64
_HASHED: deque[tuple[Criteria, str]] = deque(maxlen=4)
"""The criteria hashed last, with their hash: hashing takes as long as reading half a workbook."""
_A_FORMULA = "(a formula)"
_FORMULAS_NAMED = 50
_LONGEST_NAME = 60
_WHOLLY_OURS = (
    "mark_as_sent",
    "last_year",
    "mark",
    "question",
    "asked_of",
    "statement",
    "text",
    "gap",
    "kind",
    "suggestion",
)
"""Fields that are never read back. Those that come from the criteria are compared by `_of_criteria`."""
_RELABELLED = ("mark", "asked_of", "last_year")
"""Fields that another version may word differently, but with the same word everywhere for the same thing."""
_Key = tuple[str, str, str]
"""What a cell is: its sheet, its row (an id or a number) and its field."""


def hash_of(criteria: Criteria) -> str:
    """The SHA-256 of criteria, worked out once for the same frameworks."""
    for known, known_hash in tuple(_HASHED):
        if len(known.frameworks) == len(criteria.frameworks) and all(
            framework is other for framework, other in zip(known.frameworks, criteria.frameworks, strict=True)
        ):
            return known_hash
    _HASHED.append((criteria, signing.criteria_hash(criteria)))
    return _HASHED[-1][1]


def read_sign_offs(table: SheetTable) -> tuple[SignOff, ...]:
    """Every version that was signed, in the order of the table; an unreadable row is left out, with a warning."""
    sign_offs: dict[int, SignOff] = {}
    for number, texts in table.texts((*_SHORT, "said", "reopened_because")):
        if number <= table.head or not any(texts):
            continue
        short = {name: text[:_LONGEST].strip() for name, text in zip(_SHORT, texts, strict=False)}
        signature = _signature(table, number, short, texts[-2])
        if signature is None or not short["version"].isdecimal():
            what = "This line does not say which role signed which version, and when."
            table.warn(number, "version", what, "Leave the sheet as the tool wrote it.")
            continue
        version = int(short["version"])
        before = sign_offs[version].signatures if version in sign_offs else ()
        sign_offs[version] = SignOff(
            version=version,
            content=short["content"],
            criteria=short["criteria"],
            signatures=(*before, signature),
            seal=short["seal"],
            reopened_on=_day(table, number, "reopened_on", short["reopened_on"]),
            reopened_because=table.held(number, "reopened_because", texts[-1]),
        )
    return tuple(sign_offs.values())


def _signature(table: SheetTable, number: int, short: Mapping[str, str], said: str) -> Signature | None:
    role, on = _ROLES.get(layout.same(short["role"])), _day(table, number, "on", short["on"])
    if role is None or on is None:
        return None
    return Signature(role=role, on=on, statement=table.held(number, "said", said))


def _day(table: SheetTable, number: int, name: str, text: str) -> dt.date | None:
    return read_date(text, table.where(number, name), []) if text else None


def signed_content(data: bytes, name: str) -> Signed:
    """The signed version that a workbook carries.

    Args:
        data: the bytes of a workbook; only the sheet with the signed content is unpacked.
        name: the name of the file in problems.

    Raises:
        NotIntact: the workbook carries no signed content, or it is not what was signed.
    """
    try:
        sheets, _ = read_sheets(safety.look(data, name, _content_sheet), name)
    except UnusableFile as error:
        raise signing.NotIntact(error.problems[0].what) from error
    pieces = [as_text(row[0]) for sheet in sheets.values() for row in sheet.rows if row]
    if not pieces:
        raise signing.NotIntact(f"The hidden sheet {layout.SIGNED_CONTENT} is missing or empty.")
    kept = signing.from_json(signing.unpacked_json("".join(pieces)))
    if not _is_usable(kept.audit, kept.criteria):
        raise signing.NotIntact("The signed content is none that this tool ever wrote.")
    return kept


def _is_usable(audit: Audit, criteria: Criteria) -> bool:
    """Whether the product could have written this audit and its criteria: forged content can have a hash that fits."""
    statements = [(c.framework, c.statement) for c in criteria]
    rows = len(statements) + len(audit.responses) + len(audit.carried) + len(audit.actions) + len(audit.sign_offs)
    return (
        rows < MOST_ROWS
        and is_academic_year(audit.year)
        and set(criteria.refs) <= set(audit.frameworks)
        and all(sorted(level.level for level in f.practice_levels) == [0, 1, 2, 3, 4] for f in criteria.frameworks)
        and all(any(band.from_percent == 0 for band in f.bands) for f in criteria.frameworks)
        and all(statement.asked_of in framework.roles for framework, statement in statements)
        and audit.school.phase in criteria.phases
        and any(audit.counts(statement) for _, statement in statements)
    )


def _content_sheet(titles: Collection[str]) -> list[str]:
    return [title for title in titles if layout.same(title) == layout.same(layout.SIGNED_CONTENT)][:1]


@dataclass(frozen=True)
class _CellText:
    """One cell: where it is, and its text."""

    where: str
    text: str


@dataclass
class _Cells:
    """The cells of a workbook by what they are, and the rows of its tables.

    Attributes:
        texts: the cells, by what they are.
        rows: by sheet and row, the texts of all cells in a row of *Answers*, *Last year*, *Action plan* or *Sign-off*.
        twice: the ids of rows that a table has twice.
    """

    texts: dict[_Key, _CellText] = field(default_factory=dict)
    rows: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    twice: list[_CellText] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class SignedDiff:
    """How a workbook differs from what was signed: the cells that differ, and other problems."""

    differences: tuple[Difference, ...]
    problems: tuple[Problem, ...]


def signed_diff(book: Book, as_signed: Book, kept: Signed, reading: Reading) -> SignedDiff:
    """How a workbook differs from what was signed, whichever version wrote it.

    Args:
        book: the sheets of the workbook.
        as_signed: the sheets of the workbook that this version writes from the signed content.
        kept: the signed content.
        reading: the audit that the workbook's sheets hold, read with the criteria that were signed.
    """
    found, expected = _cells(book), _cells(as_signed)
    differences = [
        *_about(book, as_signed, kept.criteria),
        *_read_back(found, expected, _meanings(kept.criteria)),
        *_of_criteria(found, expected),
        *_relabelled(found, expected, _RELABELLED),
        *_gaps(book, as_signed, kept.criteria),
        *_second_answers(book, as_signed),
        *_formulas(book.sheets.values()),
    ]
    problems = errors(reading.problems)
    if not differences and not problems and reading.audit != kept.audit:
        what = "What the sheets hold is not what was signed."
        problems = (Problem(where=book.file, what=what, fix="Ask the school for the workbook as it was signed."),)
    return SignedDiff(differences=tuple(dict.fromkeys(differences)), problems=tuple(problems))


def _cells(book: Book) -> _Cells:
    """The cells of the tables of a workbook."""
    cells = _Cells()
    table = next(find_tables(book.sheets, layout.ANSWERS, read_answers.FIELDS, read_answers.NEEDED), None)
    others = {title: sheet for title, sheet in book.sheets.items() if table is None or sheet is not table.sheet}
    if table is not None:
        _add_by_id(cells, table, layout.ANSWERS, read_answers.FIELDS)
    before = _named(others, layout.LAST_YEAR, layout.LAST_YEAR_FIELDS, read_answers.CARRIED_NEEDED)
    if before is not None:
        _add_by_id(cells, before, layout.LAST_YEAR, layout.LAST_YEAR_FIELDS)
    plan = next(find_tables(others, layout.ACTIONS, layout.ACTION_FIELDS, read_answers.ACTIONS_NEEDED), None)
    if plan is not None:
        filled = [column.name for column in layout.ACTION_FIELDS if column.kind == "answer"]
        _add_in_order(cells, plan, layout.ACTIONS, layout.ACTION_FIELDS, filled)
    if book.sign_off_table is not None:
        _add_in_order(cells, book.sign_off_table, layout.SIGN_OFF, layout.SIGN_OFF_FIELDS, NEEDED)
    return cells


def _named(
    sheets: Mapping[str, Sheet], wanted: str, fields: tuple[layout.Field, ...], needed: tuple[str, ...]
) -> SheetTable | None:
    sheet = find_sheet(sheets, wanted)
    return next(find_tables({sheet.title: sheet}, wanted, fields, needed), None) if sheet else None


def _add_by_id(cells: _Cells, table: SheetTable, kind: str, fields: tuple[layout.Field, ...]) -> None:
    """Adds the rows of a table whose rows are matched by statement."""
    names = [column.name for column in fields]
    for number, texts in table.texts(names):
        by_name = dict(zip(names, texts, strict=True))
        row = by_name["id"][:LONGEST_ID].strip().casefold()
        if number < table.head or not row:
            continue
        if (kind, row) in cells.rows:
            cells.twice.append(_CellText(_place(table, number, "id", row), row))
            continue
        _add(cells, table, number, (kind, row), by_name)


def _add_in_order(
    cells: _Cells, table: SheetTable, kind: str, fields: tuple[layout.Field, ...], filled: Iterable[str]
) -> None:
    """Adds the rows of a table whose rows are matched by order: those that somebody has filled."""
    names, count = [column.name for column in fields], 0
    for number, texts in table.texts(names):
        by_name = dict(zip(names, texts, strict=True))
        if number > table.head and any(by_name[name].strip() for name in filled):
            count += 1
            _add(cells, table, number, (kind, str(count)), by_name)


def _add(cells: _Cells, table: SheetTable, number: int, row: tuple[str, str], texts: Mapping[str, str]) -> None:
    cells.rows[row] = tuple(as_text(value) for value in table.sheet.rows[number])
    for name, text in texts.items():
        cells.texts[*row, name] = _CellText(_place(table, number, name, row[1]), text)


def _place(table: SheetTable, number: int, name: str, row: str) -> str:
    column = table.columns.get(name)
    cell = f"row {number + 1}" if column is None else f"cell {layout.column_letters(column)}{number + 1}"
    return f"sheet {table.sheet.title}, {cell}, row {row[:_LONGEST_NAME]}"


def _meanings(criteria: Criteria) -> Mapping[str, Callable[[str], object]]:
    """By field, how the text of a cell is read; fields that are compared letter by letter are left out."""
    practices = layout.practice_by_word(criteria.practice_levels)

    def written(text: str) -> object:
        word = layout.same(text)
        return layout.NOT_APPLICABLE if word in layout.NOT_APPLICABLE_WORDS else layout.WRITTEN_BY_WORD.get(word, text)

    def day(text: str) -> object:
        return (read_date(text, "", []) or text) if text else None

    return {
        "written": written,
        "practice": lambda text: practices.get(layout.same(text), text),
        "due": day,
        "on": day,
        "reopened_on": day,
        "role": lambda text: text,
        "id": lambda text: text.strip().casefold(),
        "revision": lambda text: read_answers.revisions(text),
    }


def _about(book: Book, as_signed: Book, criteria: Criteria) -> Iterator[Difference]:
    """The lines of *School* that are read back and mean something else than what was signed."""
    found, expected = (find_about(each.file, each.sheets) for each in (book, as_signed))
    read_found, read_expected = (_read(about, criteria) for about in (found, expected))
    for name, was in read_expected.items():
        parts = ("urn", "name", "phase", "local_authority") if name == "school" else (name,)
        for part in parts:
            both = [
                getattr(lines[name], part) if name == "school" else lines[name] for lines in (read_found, read_expected)
            ]
            unknown = part in ("scope", "basis") and not _is_known(part, found.short(part))
            guessed = found.where(part) in {problem.where for problem in found.problems}  # another value was taken
            reworded = found.texts.get(part) != expected.texts.get(part)
            if both[0] != both[1] or (reworded and (unknown or guessed)):
                label = next(line.label for line in layout.SCHOOL_LABELS if line.name == part)
                yield Difference(
                    where=f"{_short(found.where(part), book.file)}, row {label}",
                    signed=expected.texts.get(part, "") or str(was or ""),
                    found=found.texts.get(part, ""),
                )
    if found.short("content") != expected.short("content"):
        where = f"{_short(found.where('content'), book.file)}, row Signed content (SHA-256)"
        yield Difference(where=where, signed=expected.short("content"), found=found.short("content"))
    if named_frameworks(found) != named_frameworks(expected):
        where = f"{_short(found.where('frameworks'), book.file)}, row Framework"
        yield Difference(where=where, signed=expected.short("frameworks"), found=found.short("frameworks"))


def _read(about: About, criteria: Criteria) -> dict[str, Any]:
    """What the lines of *School* mean, by name."""
    head, carried_from = read_about(about, criteria, {}, {})
    return {**vars(head), "carried_from": carried_from}


def _is_known(name: str, text: str) -> bool:
    words: Mapping[object, str] = layout.SCOPE_WORDS if name == "scope" else layout.BASIS_WORDS  # type: ignore[assignment]
    return layout.same(text) in {layout.same(word) for word in words.values()} | {""}


def _short(where: str, file: str) -> str:
    return where.removeprefix(f"{file}, ")


def _read_back(
    found: _Cells, expected: _Cells, meanings: Mapping[str, Callable[[str], object]]
) -> Iterator[Difference]:
    """The cells that are read back and mean something else, and rows that are missing, added or there twice."""
    for row in dict.fromkeys((*expected.rows, *found.rows)):
        if row not in found.rows:
            yield Difference(where=f"sheet {row[0]}, row {row[1]}", signed=_row_words(expected, row), found="")
        elif row not in expected.rows:
            first = next(told for key, told in found.texts.items() if key[:2] == row)
            yield Difference(where=first.where, signed="", found=_row_words(found, row))
    for twice in found.twice:
        yield Difference(where=twice.where, signed="", found=twice.text)
    for key, is_now in found.texts.items():
        should_be = expected.texts.get(key)
        if should_be is None or key[2] in _WHOLLY_OURS:
            continue
        means = meanings.get(key[2], str)
        if means(is_now.text) != means(should_be.text):
            yield Difference(where=is_now.where, signed=should_be.text, found=is_now.text)


def _row_words(cells: _Cells, row: tuple[str, str]) -> str:
    return "; ".join(filter(None, cells.rows[row]))


def _of_criteria(found: _Cells, expected: _Cells) -> Iterator[Difference]:
    """Rows that do not show the statement that was signed, or name another question."""
    for key, should_be in expected.texts.items():
        if key[2] not in ("statement", "text", "gap", "question") or key[:2] not in found.rows:
            continue
        is_now = found.texts[key]
        row = found.rows[key[:2]]
        if key[2] == "question":
            title = should_be.text.partition(" ")[2] or should_be.text
            differs = bool(is_now.text) and title not in is_now.text
        elif key[2] == "gap":
            differs = bool(is_now.text) and bool(should_be.text) and is_now.text != should_be.text
        else:
            differs = should_be.text not in row
        if differs:
            yield Difference(where=is_now.where, signed=should_be.text, found=is_now.text)


def _relabelled(found: _Cells, expected: _Cells, names: Iterable[str]) -> Iterator[Difference]:
    """Cells of fields that another version may word differently, where the wording is not consistent.

    The same thing must have the same word everywhere, and two things must have two words.
    """
    for name in names:
        groups: dict[str, list[_CellText]] = defaultdict(list)
        for key, should_be in expected.texts.items():
            is_now = found.texts.get(key)
            if key[2] == name and is_now is not None and ", cell " in is_now.where:
                groups[should_be.text].append(is_now)
        taken: set[str] = set()
        for should_read, cells in sorted(groups.items(), key=lambda group: -len(group[1])):
            words = Counter(told.text for told in cells)
            label = should_read if should_read in words else words.most_common(1)[0][0]
            taken_by_another = label != should_read and (label in groups or label in taken)
            taken.add(label)
            for told in cells:
                if told.text != label or taken_by_another:
                    yield Difference(where=told.where, signed=should_read, found=told.text)


def _gap_cells(book: Book, criteria: Criteria) -> _Cells:
    """The cells of the sheet *Gaps*, by the statement that their row names and by heading."""
    cells, sheet = _Cells(), find_sheet(book.sheets, layout.GAPS)
    references = {criterion.statement.reference for criterion in criteria}
    headings: list[str] = []
    for number, row in enumerate(sheet.rows if sheet else ()):
        texts = [as_text(value) for value in row]
        named = [text for text in texts if text in references]
        if sheet is None or not named:
            headings = headings if any(cells.rows) else texts
            continue
        key = (layout.GAPS, named[0])
        cells.rows[key] = tuple(texts)
        for column, heading in enumerate(headings):
            where = f"sheet {sheet.title}, cell {layout.column_letters(column)}{number + 1}, row {named[0]}"
            cells.texts[*key, heading] = _CellText(where, texts[column])
    return cells


def _gaps(book: Book, as_signed: Book, criteria: Criteria) -> Iterator[Difference]:
    """Rows of *Gaps* that name a statement but show another text of it, or another answer, than was signed."""
    found, expected = _gap_cells(book, criteria), _gap_cells(as_signed, criteria)
    texts = {criterion.statement.reference: criterion.statement.statement for criterion in criteria}
    heading = next((key[2] for key, told in expected.texts.items() if told.text == texts[key[1]]), "")
    for row, row_texts in found.rows.items():
        if texts[row[1]] not in row_texts:
            place = found.texts.get((*row, heading)) or _CellText(f"sheet {layout.GAPS}, row {row[1]}", "")
            yield Difference(where=place.where, signed=texts[row[1]], found=place.text)
    yield from _relabelled(found, expected, ("Written", "Done"))


def _second_answers(book: Book, as_signed: Book) -> Iterator[Difference]:
    """Sheets that could be taken for the answers, other than the one that was compared."""
    others = {title: sheet for title, sheet in book.sheets.items() if title not in as_signed.sheets}
    if layout.ANSWERS in book.sheets:
        for copy in find_tables(others, layout.ANSWERS, layout.ANSWER_FIELDS, read_answers.NEEDED):
            yield Difference(where=f"sheet {copy.sheet.title}", signed="", found="(a second sheet of answers)")


def _formulas(sheets: Iterable[Sheet]) -> Iterator[Difference]:
    """Formulas: no version writes any, and their results may change."""
    count = 0
    for sheet in sheets:
        for row, column in sorted(sheet.extent.formulas):
            count += 1
            if count <= _FORMULAS_NAMED:
                inside = row < len(sheet.rows) and column < len(sheet.rows[row])
                text = as_text(sheet.rows[row][column]) if inside else ""
                where = f"sheet {sheet.title}, cell {layout.column_letters(column)}{row + 1}"
                yield Difference(where=where, signed="", found=f"{text} {_A_FORMULA}")
