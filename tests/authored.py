"""A workbook of criteria in the hands of an adviser, for the tests of criteria that others write."""

from __future__ import annotations

import io

import openpyxl
import pytest

from audit.criteria.authoring import DOCUMENTS, FRAMEWORK
from audit.criteria.editions import Edition, edition_of
from audit.criteria.load import load
from audit.model import Framework
from audit.problems import UnusableFile
from audit.workbook.criteria_sheets import SHEETS, read_criteria_workbook, write_criteria_workbook

NAME = "mine-2027"


class Excel:
    """A workbook of criteria in the hands of an adviser."""

    def __init__(self, framework: Framework) -> None:
        self.book = openpyxl.load_workbook(io.BytesIO(write_criteria_workbook(framework)))

    def column(self, sheet: str, name: str) -> int:
        """The column of a field, from 1."""
        return [field.name for field in SHEETS[sheet]].index(name) + 1

    def row(self, sheet: str, key: str) -> int:
        """The row of a thing; the first empty one for an empty key."""
        keys = {DOCUMENTS: "statement", FRAMEWORK: "label", "Bands": "from_percent"}
        column = self.column(sheet, keys.get(sheet, "id"))
        rows = range(2, self.book[sheet].max_row + 2)
        return next(row for row in rows if (self.book[sheet].cell(row, column).value or "") == key)

    def set(self, sheet: str, key: str, **texts: object) -> str:
        """Types texts into the row of a thing; returns the address of the first cell."""
        row, cells = self.row(sheet, key), []
        for name, text in texts.items():
            cell = self.book[sheet].cell(row, self.column(sheet, name))
            cell.value = text  # type: ignore[assignment]
            cells.append(f"{cell.coordinate}")
        return f"{sheet}, cell {cells[0]}"

    def remove(self, sheet: str, key: str) -> None:
        """Deletes a row."""
        self.book[sheet].delete_rows(self.row(sheet, key))

    def saved(self) -> bytes:
        """The file."""
        file = io.BytesIO()
        self.book.save(file)
        return file.getvalue()

    def edition(self, name: str = NAME) -> Edition:
        """What comes of importing it."""
        return edition_of(read_criteria_workbook(self.saved(), "criteria.xlsx"), name, load())

    def faults(self, name: str = NAME) -> dict[str, str]:
        """Each fault of importing it, by its place without the file."""
        with pytest.raises(UnusableFile) as caught:
            self.edition(name)
        found = [problem for problem in caught.value.problems if problem.severity == "error"]
        assert all(problem.what and problem.fix for problem in found)
        return {problem.where.removeprefix("criteria.xlsx, sheet "): problem.what for problem in found}

    def notes(self) -> list[str]:
        """What importing it tells besides."""
        return [f"{note.where}: {note.what}" for note in self.edition().notes]
