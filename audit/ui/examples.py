"""The example audits that come with the product, opened from their workbooks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from audit.database import Card
from audit.store import AlreadyThere
from audit.ui.session import criteria, open_audit, store
from audit.workbook import read

FOLDER = Path(__file__).parents[2] / "sample_data"


@dataclass(frozen=True)
class Example:
    """One example: its workbook in ``sample_data/``, and how it is offered."""

    file: str
    title: str
    about: str


EXAMPLES = (
    Example("example-primary-2025-26.xlsx", "Example Primary School", "invented, 2025/26"),
    Example("example-primary-2024-25.xlsx", "Example Primary School", "invented, 2024/25"),
    Example("example-secondary-2025-26.xlsx", "Example Secondary School", "invented, 2025/26, all statements"),
    Example("example-secondary-2024-25.xlsx", "Example Secondary School", "invented, 2024/25, all statements"),
    Example("wrotham-road-2017.xlsx", "Wrotham Road Primary School", "desk review of its 2017 policy"),
    Example("weston-lullingfields.xlsx", "Weston Lullingfields CE Primary School", "desk review of its policy"),
)


def is_example(card: Card) -> bool:
    """Whether an audit is of a school of the examples: an invented one, or a reading of a published policy."""
    named = card.school.name in {one.title for one in EXAMPLES}
    return named and (card.basis == "desk review" or card.school.urn >= "900001")


def open_example(example: Example) -> None:
    """Opens an example, with the school's other years at hand; each is put into the store the first time only."""
    opened = ""
    for one in (each for each in EXAMPLES if each.title == example.title):
        reading = read((FOLDER / one.file).read_bytes(), one.file, criteria())
        assert reading.audit is not None, "the shipped examples are readable"
        try:
            audit_id = store().add(reading.audit, criteria=criteria())
        except AlreadyThere as there:
            audit_id = there.audit_id
            if there.in_bin:
                store().bin.put_back(audit_id)
        if one == example:
            opened = audit_id
    open_audit(opened)
