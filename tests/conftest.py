"""What the tests share: a toy framework for logic, audits of it, and the shipped criteria."""

from __future__ import annotations

import dataclasses
from collections import Counter
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
    FrameworkMark,
    Phase,
    PracticeLevel,
    Provenance,
    Question,
    Response,
    School,
    Source,
    Statement,
    Superseded,
    Today,
)
from audit.store.audits import Store
from tests.browser import chromium
from tests.office import LibreOffice, libreoffice

NEEDS = {"browser": "browser", "office": "libreoffice"}
"""The mark of what a fixture needs that not every machine has."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks each test that uses a browser or LibreOffice, and these and the cluster's as slow.

    Files with slow tests come first, those with most of them before the others, so that no process is left with a long
    file when the others have ended.
    """
    for item in items:
        for fixture, mark in NEEDS.items():
            if fixture in getattr(item, "fixturenames", ()):
                item.add_marker(mark)
        if any(item.get_closest_marker(mark) for mark in (*NEEDS.values(), "cluster")):
            item.add_marker("slow")
    slow = Counter(item.path for item in items if item.get_closest_marker("slow"))
    items.sort(key=lambda item: -slow[item.path])


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


def template_and_duties() -> Criteria:
    """Two frameworks: a template of four statements, of which today has overtaken one, and four duties of two forces.

    - Template: ``toy-1.1-k1`` to ``k3`` are recommended; ``k3`` is overtaken from 2026/27; ``k2`` has dated wording.
    - Duties: ``duty-1.1-1`` and ``-2`` are guidance, ``-3`` and ``-4`` are law; all protect a child indirectly.
    """
    today = Today(
        what="It changed.",
        reference="An Act",
        status="law",
        checked="2026-11-22",
        read_today="Read this as a laptop.",
    )
    overtaken = Superseded(since="2026-09-01", by=("duty-1.1-1",), because="The law asks something else now.")
    template = Question(
        id="1.1",
        topic="First",
        title="First?",
        introduction="Why.",
        statements=(
            statement("1.1", "K", 1),
            statement("1.1", "K", 2, today=today),
            statement("1.1", "K", 3, superseded=overtaken),
            statement("1.1", "other", 1),
        ),
    )
    duties = Question(
        id="1.1",
        topic="Duties",
        title="Duties?",
        introduction="Why.",
        statements=tuple(
            dataclasses.replace(
                statement("1.1", "K", number),
                id=f"duty-1.1-{number}",
                statement=f"Duty {number} is done.",
                mark="guidance" if number < 3 else "law",
                source=Provenance(document="An Act", edition="2026", place="section 1", date="2026"),
            )
            for number in range(1, 5)
        ),
    )
    return Criteria(
        (
            framework(Area(id="1", title="Area one", questions=(template,))),
            dataclasses.replace(
                framework(Area(id="1", title="Area one", questions=(duties,)), id="duty"),
                title="Toy duties",
                name="the toy duties",
                coverage="coverage of the toy duties",
                marks=(
                    FrameworkMark(id="law", title="Law", means="An Act says it."),
                    FrameworkMark(id="guidance", title="Guidance", means="Guidance says it."),
                ),
            ),
        )
    )


@pytest.fixture(scope="session")
def two() -> Criteria:
    """The toy template and the toy duties, as `template_and_duties` describes them."""
    return template_and_duties()


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
