"""Invented schools: names that nobody can take for real ones, phases in proportion, types as the register has them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count

from audit.model import Phase, School

FIRST_URN = 900_101
"""Real URNs end far below 900001, and those up to 900100 are for the examples."""
_FORMER = 70_000
"""A former URN is the present one and this."""

SHARES: Mapping[Phase, float] = {
    "primary": 0.725,
    "secondary": 0.145,
    "special": 0.05,
    "nursery": 0.025,
    "pru": 0.02,
    "sixteen-plus": 0.02,
    "all-through": 0.015,
}
"""The phases about as England has them; see the national register."""

_KINDS: Mapping[Phase, str] = {
    "primary": "Primary School",
    "secondary": "High School",
    "special": "Special School",
    "nursery": "Nursery School",
    "pru": "Alternative Provision",
    "sixteen-plus": "Sixth Form College",
    "all-through": "All-through School",
}
_FIRST_HALVES = (
    "Acorn", "Biscuit", "Button", "Crumpet", "Custard", "Feather", "Gherkin", "Lantern", "Marzipan", "Muffin",
    "Pancake", "Pebble", "Pickle", "Pocket", "Porridge", "Puddle", "Pumpkin", "Ribbon", "Rhubarb", "Ripple",
    "Slipper", "Soufflé", "Teapot", "Thistle", "Trumpet", "Tumble", "Turnip", "Twinkle", "Umbrella", "Waffle",
    "Whisker", "Whistle", "Wobble",
)  # fmt: skip
_SECOND_HALVES = ("bourne", "by", "combe", "croft", "dale", "field", "ford", "gate", "ham", "holt", "hurst", "leigh",
                  "marsh", "mere", "minster", "moor", "stead", "thorpe", "wick", "worth")  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A type of establishment as the register codes and groups it."""

    code: str
    name: str
    group: str


_ACADEMY = Kind(code="34", name="Academy converter", group="Academies")
_MAINTAINED = (
    Kind(code="01", name="Community school", group="Local authority maintained schools"),
    _ACADEMY,
    Kind(code="03", name="Voluntary controlled school", group="Local authority maintained schools"),
    Kind(code="02", name="Voluntary aided school", group="Local authority maintained schools"),
)
KINDS: Mapping[Phase, tuple[Kind, ...]] = {
    "primary": _MAINTAINED,
    "secondary": (_ACADEMY, Kind(code="28", name="Academy sponsor led", group="Academies"), _MAINTAINED[0]),
    "special": (
        Kind(code="07", name="Community special school", group="Special schools"),
        Kind(code="44", name="Academy special converter", group="Academies"),
    ),
    "nursery": (
        Kind(code="15", name="Local authority nursery school", group="Local authority maintained schools"),
    ),
    "pru": (
        Kind(code="14", name="Pupil referral unit", group="Local authority maintained schools"),
        Kind(code="42", name="Academy alternative provision converter", group="Academies"),
    ),
    "sixteen-plus": (Kind(code="18", name="Further education", group="Colleges"),),
    "all-through": (_ACADEMY,),
}  # fmt: skip
"""The types that an invented school of a phase can have; which one follows from its place."""


@dataclass(frozen=True, kw_only=True)
class Invented:
    """An invented school and what a register says of it.

    Attributes:
        place: counted from 0, in the order of the URNs.
        former_urn: the URN under which it sent its returns until a year ago; empty if it never changed.
        dfe_number: seven digits; empty where the authority has used up its four.
    """

    place: int
    school: School
    kind: Kind
    former_urn: str
    dfe_number: str


def invented(local_authority: str) -> Iterator[Invented]:
    """Schools without end; the first ones are the same however many are taken."""
    for place, phase in enumerate(_phases()):
        urn = FIRST_URN + place
        yield Invented(
            place=place,
            school=School(urn=str(urn), name=_name(place, phase), phase=phase, local_authority=local_authority),
            kind=KINDS[phase][place % len(KINDS[phase])],
            former_urn=str(urn + _FORMER) if place % 200 == 10 else "",
            dfe_number=f"{local_authority}{place + 1:04d}" if place < 9_999 else "",
        )


def _phases() -> Iterator[Phase]:
    """The phases, each time the one that lags most behind its share, so that every beginning is in proportion."""
    so_far: Counter[Phase] = Counter()
    for number in count(1):
        phase = max(SHARES, key=lambda phase: SHARES[phase] * number - so_far[phase])
        so_far[phase] += 1
        yield phase


def _name(place: int, phase: Phase) -> str:
    """A name that says that it is an example; no two places share one."""
    names = len(_FIRST_HALVES) * len(_SECOND_HALVES)
    turn, at = divmod(place, names)
    first, second = divmod(at * 301 % names, len(_SECOND_HALVES))  # 301 shares no factor with their number
    town = _FIRST_HALVES[first] + _SECOND_HALVES[second]
    return f"{town} Example {_KINDS[phase]}{f' {turn + 1}' if turn else ''}"
