"""Faults that a person can mend: the place, the fact and the remedy of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One fault in something that a person wrote or sent.

    Attributes:
        where: the place, as exactly as it is known: file, sheet and cell, or file, line and key.
        what: the fact, as one sentence.
        fix: the remedy, as one sentence in the imperative.
        severity: ``error`` if something could not be used; ``warning`` if it could, but the person should know.
    """

    where: str
    what: str
    fix: str
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        return f"{self.where}: {self.what} {self.fix}"


class UnusableFile(Exception):
    """No part of a file could be used; the exception carries every problem that was found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def errors(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems that kept something from being used; warnings are left out."""
    return tuple(problem for problem in problems if problem.severity == "error")
