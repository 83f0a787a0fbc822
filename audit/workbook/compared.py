"""What differs between a workbook and the one that was signed, cell by cell."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import zip_longest

from audit.signing import NotIntact, Signed
from audit.verdict import Difference
from audit.version import UNMARKED, is_other
from audit.workbook import layout, safety
from audit.workbook.identity import About
from audit.workbook.sheets import Sheet, as_text, read_sheets
from audit.workbook.writer import write

_A_SHEET, _A_FORMULA = "(the sheet)", "(a formula)"
_LONGEST_NAME = 60
_Rows = Sequence[Sequence[str]]
_CHECKED_BY_ITSELF = (layout.SIGNED_CONTENT, 0)
"""The column with the signed content: it has a SHA-256 of its own, and other computers may pack it in another way."""


def is_of_another_version(about: About, kept: Signed) -> bool:
    """Whether another version of the product wrote a workbook, as its sheets and the content that it carries both say.

    A file whose two places do not agree was changed by hand, and is held against what its content says.

    Args:
        about: what the sheet *School* says.
        kept: the signed content that the file carries.
    """
    return is_other(kept.program) and (kept.program != UNMARKED or about.short("version") == UNMARKED)


def version_difference(about: About, kept: Signed) -> tuple[Difference, ...]:
    """What the sheet *School* says of the version that wrote the file, if the content that it carries says otherwise.

    A version may leave the line out, or call it something else.
    """
    said = about.short("version")
    if said == kept.program or "version" not in about.texts:
        return ()
    where = about.where("version").removeprefix(f"{about.file}, ")
    return (Difference(where=where, signed=kept.program, found=said),)


def sheets_as_signed(data: bytes, choose: Callable[[Collection[str]], Collection[str]]) -> Mapping[str, Sheet]:
    """The sheets of the workbook that was signed, read as any file is.

    Args:
        data: what `written` gives.
        choose: of the titles of all sheets those that are wanted.
    """
    return read_sheets(safety.look(data, "as signed", choose), "as signed")[0]


def written(kept: Signed) -> bytes:
    """The workbook that a signed version gives.

    Raises:
        NotIntact: none can be written of it.
    """
    try:
        return write(kept.audit, kept.criteria)
    except Exception as error:  # whoever forges content can give it a hash that fits, and it may be anything
        raise NotIntact("No workbook can be written of the signed content.") from error


def differences(found: Mapping[str, Sheet], signed: Mapping[str, Sheet]) -> tuple[Difference, ...]:
    """Every cell that does not show what was signed, in the order of the sheets; a formula is never what was signed.

    The rows of *Answers* are known by their statement and may stand in another order.

    Args:
        found: the sheets of a file, by title.
        signed: those of the workbook that was signed.
    """
    made: list[Difference] = []
    for title in dict.fromkeys((*signed, *found)):
        if title not in found:
            made.append(Difference(where=f"sheet {title}", signed=_A_SHEET, found=""))
        elif title not in signed:
            made.append(Difference(where=f"sheet {title}", signed="", found=_A_SHEET))
        else:
            made += _of_cells(found[title], _texts(signed[title]))
    return tuple(made)


def is_reordered(found: Mapping[str, Sheet], signed: Mapping[str, Sheet]) -> bool:
    """Whether the rows of *Answers* stand in another order than when it was signed."""
    orders = [
        [row[0] for row in _texts(one[layout.ANSWERS]) if row] for one in (found, signed) if layout.ANSWERS in one
    ]
    return len(orders) == 2 and orders[0] != orders[1]


def _texts(sheet: Sheet) -> _Rows:
    return [[as_text(value) for value in row] for row in sheet.rows]


def _of_cells(sheet: Sheet, signed: _Rows) -> Iterator[Difference]:
    found = _texts(sheet)
    for number, was in _paired(found, signed, by_id=sheet.title == layout.ANSWERS):
        now = found[number] if number < len(found) else []
        for column, (is_now, should_be) in enumerate(zip_longest(now, was, fillvalue="")):
            is_formula = (number, column) in sheet.extent.formulas
            if (sheet.title, column) == _CHECKED_BY_ITSELF and not is_formula:
                continue
            if is_now != should_be or is_formula:
                name = next((text for text in (was[:1] or now[:1]) if text), "")[:_LONGEST_NAME]
                yield Difference(
                    where=f"sheet {sheet.title}, cell {layout.column_letters(column)}{number + 1}"
                    + (f", row {name}" if name and column and sheet.title != layout.SIGNED_CONTENT else ""),
                    signed=should_be,
                    found=f"{is_now} {_A_FORMULA}" if is_formula else is_now,
                )


def _paired(found: _Rows, signed: _Rows, *, by_id: bool) -> list[tuple[int, Sequence[str]]]:
    """The number of each row with what was signed of it; a row that is gone has a number beyond the last."""
    ids = [row[0] if row else "" for row in found]
    if not by_id or len(set(ids)) < len(ids):
        rows = max(len(found), len(signed))
        return [(number, signed[number] if number < len(signed) else []) for number in range(rows)]
    was = {row[0]: row for row in signed}
    gone = [row for name, row in was.items() if name not in set(ids)]
    return [(number, was.get(name, [])) for number, name in enumerate(ids)] + list(enumerate(gone, len(found)))
