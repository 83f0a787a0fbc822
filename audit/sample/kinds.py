"""What a kind of damage is, what it is made from, and the usual ways to make one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from audit.authority.returns import Verdict
from audit.model import Audit, Criteria
from audit.sample.package import Parts, Sheet, in_sheet, rebuilt
from audit.workbook import layout, write


@dataclass(frozen=True, kw_only=True)
class Sound:
    """The return that is damaged, and what a kind of damage may need beside it.

    Attributes:
        audit: what the school meant to send.
        other: the audit of another school.
        dfe_number: the school's number in the register: authority and establishment, seven digits.
    """

    audit: Audit
    other: Audit
    dfe_number: str
    criteria: Criteria

    @cached_property
    def data(self) -> bytes:
        """The workbook as it should have come."""
        return write(self.audit, self.criteria)


@dataclass(frozen=True, kw_only=True)
class Damage:
    """One kind of damage.

    Attributes:
        what: what it is, in a few words.
        make: the bytes of the file.
        verdict: what must become of it when it is read by itself, without a register or other returns.
        mentions: a word that the problems of such a file must use; empty where there is none.
        keeps: whether every answer can still be read.
    """

    what: str
    make: Callable[[Sound], bytes]
    verdict: Verdict
    mentions: str = ""
    keeps: bool = False


Damages: TypeAlias = Mapping[str, Damage]


def letter(name: str) -> str:
    """The column of *Answers* that holds a field."""
    return "ABCDEFGHIJK"[[field.name for field in layout.ANSWER_FIELDS].index(name)]


def school_label(name: str) -> str:
    """What stands beside a field of the *School* sheet."""
    return next(label.label for label in layout.SCHOOL_LABELS if label.name == name)


def in_parts(*changes: Callable[[Parts], None]) -> Callable[[Sound], bytes]:
    """Damage that changes parts of the sound workbook."""
    return lambda sound: rebuilt(sound.data, *changes)


def in_answers(change: Callable[[Sheet], None]) -> Callable[[Sound], bytes]:
    """Damage that changes the sheet *Answers*."""
    return in_parts(in_sheet(layout.ANSWERS, change))
