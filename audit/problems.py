"""Faults that a person can mend, worded as place, fact and remedy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One fault in something that a person wrote or sent.

    Attributes:
        where: the place, as exact as it is known: file, sheet, cell, or file, line, key.
        what: the fact, as one sentence.
        fix: the remedy, as one sentence in the imperative.
        severity: ``error`` where something could not be used; ``warning`` where it could, and
            the person should still know.
    """

    where: str
    what: str
    fix: str
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        return f"{self.where}: {self.what} {self.fix}"


class UnusableFile(Exception):
    """A file from which nothing could be used; carries every problem found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def errors(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems because of which something could not be used."""
    return tuple(problem for problem in problems if problem.severity == "error")
