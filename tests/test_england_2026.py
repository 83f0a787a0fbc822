"""The criteria of today: how many there are, what they rest on, and what they may not claim."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pytest

from audit.model import Criteria, Framework, Statement

KENT = "Schools e-Safety Policy Template (Kent County Council)"
KCSIE = "Keeping children safe in education (Department for Education)"
RSHE = "Relationships, sex and health education, statutory guidance (Department for Education)"
SUPPORTED = {"74", "78", "151", "159", "160", "165"}
"""The paragraphs of Keeping children safe in education 2026 for which a text could be read."""
SCHOOL = ("primary", "secondary", "all-through", "special", "pru")
TAUGHT_TO_OLDER = ("secondary", "all-through", "special", "pru")
HELP = ("evidence", "improve", "governors_ask")


@pytest.fixture(scope="module")
def england(every_framework: Criteria) -> Criteria:
    """Today's duties and standards, without the frameworks beside them."""
    return Criteria(tuple(f for f in every_framework.frameworks if f.id == "england-2026"))


def _framework(england: Criteria) -> Framework:
    (framework,) = england.frameworks
    return framework


def _statements(england: Criteria) -> list[Statement]:
    return [criterion.statement for criterion in england]


def _sentences(text: str) -> Iterator[str]:
    yield from re.split(r"(?<=[.!?])\s+", text)


def test_there_are_129_statements_by_force(england: Criteria) -> None:
    """110 are today's, 13 are finer detail, 6 are of the Kent template; each has one force, law first."""
    assert [mark.id for mark in _framework(england).marks] == [
        "law",
        "statutory-guidance",
        "government-standard",
        "national-recommendation",
        "good-practice",
    ]
    assert Counter(s.mark for s in _statements(england)) == {
        "law": 18,
        "statutory-guidance": 69,
        "government-standard": 20,
        "national-recommendation": 14,
        "good-practice": 8,
    }


def test_only_what_somebody_asks_today_counts(england: Criteria) -> None:
    """Good practice that no law, guidance or standard asks for never counts against a school."""
    assert [s.id for s in _statements(england) if s.recommended == (s.mark == "good-practice")] == []


def test_there_are_fourteen_areas_with_questions_for_one_sitting(england: Criteria) -> None:
    """A question has two to eight statements, and its topic has at most three words."""
    areas = _framework(england).areas
    assert [area.id for area in areas] == [str(number) for number in range(1, 15)]
    questions = [question for area in areas for question in area.questions]
    assert [q.id for q in questions if not 2 <= len(q.statements) <= 8] == []
    assert [q.topic for q in questions if len(q.topic.split()) > 3] == []


def test_ids_number_the_statements_of_a_question(england: Criteria) -> None:
    """An id is made of the question and a number from 1, so that a statement can be found from its id."""
    expected = [
        f"eng-{question.id}-{number}"
        for area in _framework(england).areas
        for question in area.questions
        for number in range(1, len(question.statements) + 1)
    ]
    assert [s.id for s in _statements(england)] == expected


def test_every_document_is_named_with_edition_place_and_date(england: Criteria) -> None:
    """Whoever doubts a statement can look for it: which document, which edition, where in it, and of when."""
    documents = [(s.id, one) for s in _statements(england) for one in s.documents]
    assert {key for key, _ in documents} == {s.id for s in _statements(england)}
    assert [
        key for key, one in documents if not all(map(str.strip, (one.document, one.edition, one.place, one.date)))
    ] == []


def test_no_paragraph_is_given_that_could_not_be_read(england: Criteria) -> None:
    """Paragraphs renumber every year, so the edition of 2026 is cited by number only where a text supports it."""
    places = {s.id: one.place for s in _statements(england) for one in s.documents if one.document == KCSIE}
    today = {key: re.sub(r"\([^)]*\)", "", place) for key, place in places.items()}
    cited = {key: set(re.findall(r"\d+", place)) for key, place in today.items()}
    assert {key: found - SUPPORTED for key, found in cited.items() if found - SUPPORTED} == {}
    silent = [key for key, place in today.items() if not cited[key] and "not checked" not in place]
    assert silent == ["eng-8.1-1"]  # Part one as a whole


def test_only_the_edition_in_force_is_cited(england: Criteria) -> None:
    """Earlier editions of the guidance are history, and stand only in brackets beside the one in force."""
    assert {one.edition for s in _statements(england) for one in s.documents if one.document == KCSIE} == {"2026"}


def test_six_statements_of_the_kent_template_live_on_as_good_practice(
    england: Criteria, every_framework: Criteria
) -> None:
    """Each names its place in the template, and the template has a recommended statement there."""
    alone = [s for s in _statements(england) if s.documents[0].document == KENT]
    assert {s.mark for s in alone} == {"good-practice"}
    kent = {c.statement.reference for c in every_framework if c.framework.id == "kcc-2010" and c.statement.recommended}
    places = [s.documents[0].place.removeprefix("section ").replace(",", "") for s in alone]
    assert len(set(places)) == 6
    assert set(places) <= kent


def test_what_is_taught_is_asked_where_the_guidance_on_it_binds(england: Criteria) -> None:
    """The guidance on relationships, sex and health education binds neither nurseries nor colleges."""
    phases = {s.id: s.phases for s in _statements(england) if any(one.document == RSHE for one in s.documents)}
    assert phases
    assert [key for key, found in phases.items() if set(found) - set(SCHOOL)] == []


def test_what_only_older_pupils_are_taught_is_not_asked_of_a_primary_school(england: Criteria) -> None:
    """A statement about secondary pupils is for the phases that may have such pupils, one about primary pupils too."""
    older = {s.id: s.phases for s in _statements(england) if s.statement.startswith("Secondary pupils")}
    assert len(older) == 6
    assert set(older.values()) == {TAUGHT_TO_OLDER}
    younger = [s.phases for s in _statements(england) if s.statement.startswith("Primary pupils")]
    assert younger == [("primary", "all-through", "special", "pru")]


def test_the_phone_duty_is_not_asked_of_colleges(england: Criteria) -> None:
    """The duty to have regard to the phone guidance binds schools, maintained nurseries among them."""
    (question,) = [q for area in _framework(england).areas for q in area.questions if q.topic == "Phones"]
    assert {s.phases for s in question.statements} == {("nursery", *SCHOOL)}


def test_the_careful_words_of_a_source_are_kept(england: Criteria) -> None:
    """What guidance only asks schools to consider, or to have regard to, says so in the statement itself."""
    text = {s.id: s.statement for s in _statements(england)}
    assert [key for key in ("eng-2.2-1", "eng-2.2-2") if "should consider" not in text[key]] == []
    assert [key for key in ("eng-8.2-2", "eng-12.3-2") if "due regard" not in text[key]] == []
    assert "critical or high-risk" in text["eng-5.3-3"]
    assert [key for key in ("eng-4.3-2", "eng-6.1-3", "eng-10.1-3") if "likely" not in text[key]] == []


def test_every_statement_comes_with_help(england: Criteria) -> None:
    """Each says what would show it, how to get there, and what a governor can ask."""
    assert [s.id for s in _statements(england) if not (s.evidence and s.improve and s.governors_ask)] == []


@pytest.mark.parametrize("key", HELP)
def test_no_help_is_given_twice(england: Criteria, key: str) -> None:
    """Help is written for its own statement, so no two statements share a text."""
    assert [text for text, count in Counter(getattr(s, key) for s in _statements(england)).items() if count > 1] == []


def test_governors_ask_one_question(england: Criteria) -> None:
    """What a governor can put to leaders is a single question."""
    assert [s.id for s in _statements(england) if s.governors_ask.count("?") != 1] == []


def test_no_sentence_is_long(england: Criteria) -> None:
    """A sentence of more than 30 words is read twice, so there is none."""
    texts = [(s.id, getattr(s, key)) for s in _statements(england) for key in ("statement", *HELP)]
    texts += [(q.id, q.introduction) for area in _framework(england).areas for q in area.questions]
    assert [(key, one) for key, text in texts for one in _sentences(text) if len(one.split()) > 30] == []


def test_the_roles_that_today_asks_for_have_statements(england: Criteria) -> None:
    """The SLT digital lead, the digital link governor and the safeguarding lead are each asked something."""
    asked = Counter(criterion.statement.asked_of for criterion in england)
    assert set(asked) == set(_framework(england).roles)
    assert asked.most_common(1)[0][0] == "dsl"
