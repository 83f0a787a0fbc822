"""The practice of two schools: what its files hold, where each statement comes from, and what is left out on purpose."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest
import yaml

from audit.criteria.load import CRITERIA

FOLDER = CRITERIA / "policies-2017"
WROTHAM = "School E-Safety Policy, Wrotham Road Primary School"
WESTON = "E-Safety Policy, Weston Lullingfields CE Primary School"

LEFT_OUT = {
    "a yearly change of password": r"chang\w* (?:their |the |your )?passwords?\b.*\b(?:year|term|month)",
    "an administrator password that people share": r"administrator password",
    "a disclaimer of liability": r"\bliab|\bresponsib\w+ for (?:the )?(?:loss|theft|damage)",
    "deleting an image before the police are asked": r"\b(?:school|staff|DSL) deletes?\b|\bdeletes? (?:all|any|other) copies",
}


def _framework() -> dict[str, Any]:
    """The head of the framework as its file has it."""
    head: dict[str, Any] = yaml.safe_load((FOLDER / "framework.yaml").read_text("utf-8"))
    return head


def _questions() -> list[dict[str, Any]]:
    """Every question of every area, in order, as the files have them."""
    return [
        question
        for area in _framework()["areas"]
        for question in yaml.safe_load((FOLDER / area["file"]).read_text("utf-8"))["questions"]
    ]


def _statements() -> list[dict[str, Any]]:
    """Every statement in order, as the files have them."""
    return [statement for question in _questions() for statement in question["statements"]]


def test_two_policies_yield_231_statements() -> None:
    """The 230 practices of the reading are each a statement, and one that had been merged stands by itself."""
    assert len(_statements()) == 231


def test_only_what_both_policies_ask_is_recommended() -> None:
    """A statement counts where both policies ask it; what one of them asks never counts against a school."""
    found = {s["id"]: (s["recommended"], s["mark"], [one["document"] for one in s["source"]]) for s in _statements()}
    both, either = (True, "both", [WROTHAM, WESTON]), [(False, "one", [WROTHAM]), (False, "one", [WESTON])]
    assert {key: value for key, value in found.items() if value != both and value not in either} == {}
    assert Counter(recommended for recommended, _, _ in found.values()) == {True: 57, False: 174}


def test_every_source_says_where_in_the_policy() -> None:
    """Whoever doubts a statement finds its section or heading in the policy."""
    assert [s["id"] for s in _statements() for one in s["source"] if not one["place"].strip()] == []


def test_every_statement_was_read_in_the_policy_itself() -> None:
    """Both policies could be read whole, so nothing here is second-hand or inferred."""
    assert {s["how_sure"] for s in _statements()} == {"read"}


def test_ids_number_the_statements_of_a_question() -> None:
    """An id is made of the question and a number from 1, so that a statement can be found from its id."""
    expected = [f"pol-{q['id']}-{n}" for q in _questions() for n in range(1, len(q["statements"]) + 1)]
    assert [s["id"] for s in _statements()] == expected


def test_a_question_fits_on_a_screen() -> None:
    """A question has two to eight statements, so that it can be answered in one sitting."""
    assert [q["id"] for q in _questions() if not 2 <= len(q["statements"]) <= 8] == []


def test_recommended_statements_come_with_help() -> None:
    """A statement that counts says what would show it, how to get there, and what a governor can ask."""
    help_texts = ("evidence", "improve", "governors_ask")
    assert [s["id"] for s in _statements() if s["recommended"] and not all(s.get(key) for key in help_texts)] == []


def test_every_role_that_a_statement_binds_has_a_title() -> None:
    """The view of who answers for what can name each role."""
    assert {s["asked_of"] for s in _statements()} - set(_framework()["roles"]) == set()


def test_two_statements_are_for_some_ages_only() -> None:
    """The rules for the early years and for Key Stage 2 are asked only where there may be such pupils."""
    assert {s["id"]: s["phases"] for s in _statements() if "phases" in s} == {
        "pol-6.2-3": ["nursery", "primary", "all-through", "special"],
        "pol-6.2-4": ["primary", "all-through", "special", "pru"],
    }


def test_no_sentence_of_a_statement_is_long() -> None:
    """A sentence of more than 30 words is read twice, so there is none."""
    sentences = [(s["id"], part) for s in _statements() for part in re.split(r"(?<=[.!?])\s+", s["statement"])]
    assert [key for key, sentence in sentences if len(sentence.split()) > 30] == []


@pytest.mark.parametrize("practice", LEFT_OUT)
def test_what_is_unsafe_today_is_left_out(practice: str) -> None:
    """Advice in the policies that today's rules or the police advise against is no criterion."""
    texts = {s["id"]: " ".join([s["statement"], s.get("evidence", ""), s.get("improve", "")]) for s in _statements()}
    assert [key for key, text in texts.items() if re.search(LEFT_OUT[practice], text, re.IGNORECASE)] == []


@pytest.mark.parametrize(
    ("practice", "text"),
    [
        ("a yearly change of password", "Staff change their passwords at least once a year."),
        ("an administrator password that people share", "Two people know the administrator password."),
        ("a disclaimer of liability", "The school takes no responsibility for loss of devices."),
        ("deleting an image before the police are asked", "The DSL deletes the image."),
    ],
)
def test_what_is_left_out_is_recognised(practice: str, text: str) -> None:
    """The search of the test above finds each practice in a text that holds it."""
    assert re.search(LEFT_OUT[practice], text, re.IGNORECASE)
