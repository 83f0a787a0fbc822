"""What the tests share: a toy framework for logic, audits of it, and the shipped criteria."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from audit.authority.returns import Return, Returns, collect, pack_return
from audit.criteria.load import load
from audit.model import (
    Area,
    Audit,
    Band,
    Criteria,
    Framework,
    Phase,
    PracticeLevel,
    Question,
    Response,
    School,
    Source,
    Statement,
)
from audit.store.audits import Store
from tests.browser import chromium
from tests.office import LibreOffice, libreoffice

NEEDS = {"browser": "browser", "office": "libreoffice"}
"""The mark of what a fixture needs that not every machine has."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks each test that uses a browser or LibreOffice, and these and the cluster's as slow.

    Files with slow tests come first, so that no process is left with a long file when the others have ended.
    """
    for item in items:
        for fixture, mark in NEEDS.items():
            if fixture in getattr(item, "fixturenames", ()):
                item.add_marker(mark)
        if any(item.get_closest_marker(mark) for mark in (*NEEDS.values(), "cluster")):
            item.add_marker("slow")
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


def statement(section: str, mark: str, number: int, **changes: object) -> Statement:
    """A toy statement ``toy-SECTION-k1`` or ``-s1``; ``changes`` override any field."""
    recommended = mark == "K"
    made = Statement(
        id=f"toy-{section}-{'k' if recommended else 's'}{number}",
        statement=f"Statement {section} {mark} {number} holds.",
        recommended=recommended,
        source=Source(section=section, mark="K" if recommended else "other", ordinal=number),
        asked_of="head",
        protects="indirectly",
        evidence="A paper." if recommended else "",
        improve="Write it." if recommended else "",
        governors_ask="How do you know?" if recommended else "",
    )
    return dataclasses.replace(made, **changes)  # type: ignore[arg-type]


def framework(*areas: Area, id: str = "toy") -> Framework:
    """A toy framework of these areas."""
    return Framework(
        id=id,
        edition="1",
        title="Toy framework",
        source="Invented for the tests.",
        phases={"primary": "Primary", "secondary": "Secondary"},
        roles={"head": "Head", "network": "Network manager"},
        practice_levels=tuple(
            PracticeLevel(level=level, label=label, means=f"{label}.")  # type: ignore[arg-type]
            for level, label in enumerate(("Not in place", "Planned", "Partly in place", "In place", "Embedded"))
        ),
        bands=(
            Band(from_percent=90, label="Strong"),
            Band(from_percent=60, label="Fair"),
            Band(from_percent=0, label="Weak"),
        ),
        areas=areas,
        coverage="K coverage",
        name="the toy template",
    )


def audit_of(
    criteria: Criteria, responses: Mapping[str, Response], *, phase: Phase = "primary", **changes: object
) -> Audit:
    """An audit of an invented school with these responses."""
    made = Audit(
        school=School(urn="900001", name="Hilltop", phase=phase),
        year="2026/27",
        frameworks=criteria.refs,
        responses=responses,
    )
    return dataclasses.replace(made, **changes)  # type: ignore[arg-type]


def returned(audit: Audit, criteria: Criteria, *, file: str = "", digest: str = "") -> Return:
    """An audit as a file that was taken in without a problem."""
    file = file or f"{audit.school.urn}-{audit.year.replace('/', '-')}.xlsx"
    return pack_return(audit, criteria, file=file, digest=digest or file)


def returns_of(criteria: Criteria, *audits: Audit) -> Returns:
    """These audits as the returns that count."""
    return collect([returned(audit, criteria) for audit in audits], criteria)


def toy_criteria() -> Criteria:
    """Two areas, three questions: five recommended statements (one for secondary only) and two optional ones."""
    one = Question(
        id="1.1",
        topic="First",
        title="First?",
        introduction="Why.",
        statements=(
            statement("1.1", "K", 1),
            statement("1.1", "K", 2, protects="directly"),
            statement("1.1", "other", 1),
        ),
    )
    two = Question(
        id="1.2",
        topic="Second",
        title="Second?",
        introduction="Why.",
        statements=(statement("1.2", "K", 1, asked_of="network"), statement("1.2", "K", 2, phases=("secondary",))),
    )
    three = Question(
        id="2.1",
        topic="Third",
        title="Third?",
        introduction="Why.",
        statements=(statement("2.1", "K", 1), statement("2.1", "other", 1, asked_of="network")),
    )
    return Criteria(
        (
            framework(
                Area(id="1", title="Area one", questions=(one, two)), Area(id="2", title="Area two", questions=(three,))
            ),
        )
    )


@pytest.fixture(scope="session")
def toy() -> Criteria:
    """The toy criteria: two areas, three questions, five recommended statements and two optional ones."""
    return toy_criteria()


@pytest.fixture(scope="session")
def shipped() -> Criteria:
    """The criteria that come with the product, and that a new audit answers unless somebody chooses others."""
    criteria = load()
    return criteria.of(criteria.usual)


@pytest.fixture(scope="session")
def every_framework() -> Criteria:
    """All criteria that come with the product."""
    return load()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of a file."""
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> LibreOffice:
    """One LibreOffice for all tests of a process, since making its profile takes most of its first start."""
    return libreoffice(tmp_path_factory.mktemp("libreoffice") / "profile")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The file of a database of the test's own."""
    return tmp_path / "audits.sqlite3"


@pytest.fixture
def url(file: Path) -> str:
    """The address of that database."""
    return f"sqlite:///{file}"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """A store on that database."""
    opened = Store(url)
    yield opened
    opened.close()
