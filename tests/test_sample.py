"""The sample: invented returns that are believable, a register to go with them, and damage of every kind."""

from __future__ import annotations

import datetime as dt
import io
import re
import shlex
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import pandas as pd
import pytest

from audit.authority.register import read_register, read_successors
from audit.authority.returns import pack_return
from audit.model import NO_RESPONSE, Audit, Criteria, Response
from audit.sample.believable import DOUBTS, returns
from audit.sample.damage import Sound
from audit.sample.folder import DAMAGES, write_sample
from audit.sample.schools import invented, register, successors
from audit.school.scoring import asked, kind_of
from audit.workbook.read import read
from audit.workbook.write import write
from sample_data.build import HERE, LAST_YEAR, PRIMARY, SECONDARY, build_returns
from tests.terminal import audit as terminal

pytestmark = pytest.mark.slow
RETURNS = HERE / "returns"
SCHOOLS = 400


@pytest.fixture(scope="module")
def sample(shipped: Criteria) -> list[Audit]:
    """Two years of many schools."""
    return list(returns(shipped, schools=SCHOOLS, years=2, seed=1))


@pytest.fixture(scope="module")
def newest(sample: list[Audit]) -> list[Audit]:
    """Their returns of the newest year, by place."""
    return [audit for audit in sample if audit.year == "2025/26"]


def met(audit: Audit, criteria: Criteria) -> list[bool]:
    """For each recommended statement that applies, whether it is met."""
    kinds = [kind_of(audit.response(c.id)) for c in asked(audit, criteria) if c.statement.recommended]
    return [kind == "met" for kind in kinds if kind != "not_applicable"]


def coverage(audit: Audit, criteria: Criteria) -> float:
    """Met as a share of the recommended statements that apply."""
    answers = met(audit, criteria)
    return sum(answers) / len(answers)


def test_the_same_arguments_give_the_same_audits(shipped: Criteria) -> None:
    """A sample can be made again from its seed, and another seed gives another one."""
    first, again, other = (list(returns(shipped, schools=12, years=2, seed=seed)) for seed in (5, 5, 6))
    assert first == again
    assert first != other


def test_a_larger_sample_begins_with_the_smaller_one(shipped: Criteria) -> None:
    """A school's audit does not depend on how many schools and years are made with it."""
    small = list(returns(shipped, schools=5, years=1, seed=5))
    large = list(returns(shipped, schools=9, years=3, seed=5))
    assert small == [audit for audit in large if audit.year == "2025/26"][:5]


def test_every_school_sends_the_newest_year_and_most_of_them_the_one_before(sample: list[Audit]) -> None:
    """As many returns as schools are asked for, and about six in seven of the year before."""
    sent = Counter(audit.year for audit in sample)
    assert (sent["2025/26"], set(sent)) == (SCHOOLS, {"2024/25", "2025/26"})
    assert 0.8 * SCHOOLS < sent["2024/25"] < 0.9 * SCHOOLS


def test_phases_are_in_proportion(newest: list[Audit]) -> None:
    """Most schools are primary, as in England, and no phase is without its schools."""
    assert Counter(audit.school.phase for audit in newest) == {
        "primary": 290, "secondary": 58, "special": 20, "nursery": 10, "pru": 8, "sixteen-plus": 8, "all-through": 6,
    }  # fmt: skip


def test_filtering_and_policy_are_strong_and_training_community_and_review_weak(
    newest: list[Audit], shipped: Criteria
) -> None:
    """The picture is the one that national findings draw: no weak topic comes near a strong one."""
    answers: dict[str, list[bool]] = {}
    for audit in newest:
        for criterion in asked(audit, shipped):
            kind = kind_of(audit.response(criterion.id))
            if kind != "not_applicable":
                for topic in (criterion.question.id, criterion.id):
                    answers.setdefault(topic, []).append(kind == "met")
    share = {topic: sum(given) / len(given) for topic, given in answers.items()}
    weak = ("2.4.4", "2.5.2", "2.5.3", "kcc-2.1-k2", "kcc-2.4.2-k2", "kcc-2.4.6-k1", "kcc-2.5.1-k2")
    assert max(share[topic] for topic in weak) < 0.5 < 0.6 < min(share["2.1"], share["2.3.6"])
    assert share["2.3.6"] == max(share[question] for question in share if not question.startswith("kcc"))


@pytest.fixture(scope="module")
def today(every_framework: Criteria) -> Criteria:
    """The framework of today's duties, which tells statements apart by their force."""
    return every_framework.of([ref for ref in every_framework.refs if ref.id == "england-2026"])


@pytest.fixture(scope="module")
def of_today(today: Criteria) -> list[Audit]:
    """Returns of today's duties."""
    return list(returns(today, schools=120, years=1, seed=1, last="2026/27"))


def shares_met(audits: list[Audit], criteria: Criteria) -> dict[str, float]:
    """The share that is met of what applies, by area and mark, and by phase and question."""
    answers: dict[str, list[bool]] = {}
    for audit in audits:
        for criterion in asked(audit, criteria):
            kind = kind_of(audit.response(criterion.id))
            if kind != "not_applicable":
                topic = f"{audit.school.phase}: {criterion.question.topic}"
                for name in (criterion.area.title, criterion.statement.marked, topic):
                    answers.setdefault(name, []).append(kind == "met")
    return {name: sum(given) / len(given) for name, given in answers.items()}


def test_returns_of_another_framework_differ_by_area_force_and_phase(of_today: list[Audit], today: Criteria) -> None:
    """Filtering is strong, AI and parents are weak; law is kept better than a recommendation, and phones by the youngest."""
    share = shares_met(of_today, today)
    assert share["Artificial intelligence"] < share["Parents and visitors"] < 0.5 < 0.6 < share["Filtering"]
    assert share["law"] > share["national-recommendation"] + 0.1
    assert share["primary: Phones"] > share["secondary: Phones"]
    assert share["secondary: Using AI"] > share["primary: Using AI"]


def test_returns_of_another_framework_answer_nothing_else(of_today: list[Audit], today: Criteria) -> None:
    """They answer only what that framework asks of their phase, with reasons where it does not apply, and name its roles."""
    for audit in of_today:
        assert audit.frameworks == today.refs
        assert set(audit.responses) <= {c.id for c in asked(audit, today)}
    assert any(response.not_applicable for audit in of_today for response in audit.responses.values())
    assert any(action.role == today.roles["slt-digital-lead"] for audit in of_today for action in audit.actions)


def test_evidence_names_documents_of_its_subject(of_today: list[Audit]) -> None:
    """What a school shows for data protection is not what it shows for its lessons."""
    shown = {
        area: " ".join(
            response.evidence
            for audit in of_today
            for statement, response in audit.responses.items()
            if statement.startswith(f"eng-{area}.")
        )
        for area in (6, 7)
    }
    assert ("Record of processing" in shown[6], "Curriculum map" in shown[6]) == (True, False)
    assert ("Record of processing" in shown[7], "Curriculum map" in shown[7]) == (False, True)


@pytest.mark.parametrize(("year", "asks"), [("2025/26", True), ("2026/27", False)])
def test_what_is_overtaken_is_asked_only_before_2026(shipped: Criteria, year: str, asks: bool) -> None:
    """Returns of earlier years answer the template as printed; those of 2026/27 leave out what has been overtaken."""
    overtaken = {c.id for c in shipped if c.statement.superseded}
    audits = list(returns(shipped, schools=8, years=1, seed=1, last=year))
    assert {audit.as_printed for audit in audits} == {asks}
    assert any(overtaken & set(audit.responses) for audit in audits) == asks


def test_several_frameworks_are_answered_in_one_return(every_framework: Criteria) -> None:
    """A return of all frameworks reads back to its audit, and a school is strong or weak in all of them alike."""
    audits = list(returns(every_framework, schools=40, years=1, seed=1, last="2026/27"))
    reading = read(write(audits[1], every_framework), "return.xlsx", every_framework)
    assert (reading.audit, reading.problems) == (audits[1], ())
    done = [audit for place, audit in enumerate(audits) if audit.completed_on and place not in DOUBTS]
    one, other = ([coverage(audit, every_framework.of([ref])) for audit in done] for ref in every_framework.refs[:2])
    assert pd.Series(one).corr(pd.Series(other)) > 0.5


def test_schools_differ_and_stay_what_they_are(sample: list[Audit], shipped: Criteria) -> None:
    """Coverage spreads widely, next year's is close to this year's, and it rises slowly."""
    by_name: dict[str, dict[str, float]] = {}
    for audit in sample:
        by_name.setdefault(audit.school.name, {})[audit.year] = coverage(audit, shipped)
    both = [(years["2024/25"], years["2025/26"]) for years in by_name.values() if len(years) == 2]
    before, after = sorted(both)[len(both) // 4], sorted(both)[3 * len(both) // 4]
    assert after[0] - before[0] > 0.2
    rises = sorted(now - then for then, now in both)
    assert 0 < sum(rises) / len(rises) < 0.1
    assert max(abs(rises[len(rises) // 10]), rises[-len(rises) // 10]) < 0.3
    assert rises[0] < 0


def test_every_state_of_an_answer_and_of_an_audit_occurs(newest: list[Audit], shipped: Criteria) -> None:
    """Unknown, unanswered and not applicable occur, and so do open audits, both scopes and plans; none is the rule."""
    answers = [audit.response(c.id) for audit in newest for c in asked(audit, shipped)]
    shares = {
        "written unknown": sum(answer.written == "unknown" for answer in answers) / len(answers),
        "practice unknown": sum(answer.practice == "unknown" for answer in answers) / len(answers),
        "unanswered": sum(answer == NO_RESPONSE for answer in answers) / len(answers),
        "not applicable": sum(bool(answer.not_applicable) for answer in answers) / len(answers),
        "comment": sum(bool(answer.comment) for answer in answers) / len(answers),
        "evidence": sum(bool(answer.evidence) for answer in answers) / len(answers),
        "open": sum(audit.completed_on is None for audit in newest) / len(newest),
        "all statements": sum(audit.scope == "all" for audit in newest) / len(newest),
        "plan": sum(bool(audit.actions) for audit in newest) / len(newest),
    }
    assert {name: share for name, share in shares.items() if not 0.003 < share < 0.6} == {}
    assert {answer.practice for answer in answers} == {None, 0, 1, 2, 3, 4, "unknown"}
    assert all(isinstance(answer.practice, int | str | None) for answer in answers)


def test_answers_were_given_before_the_audit_was_completed(newest: list[Audit]) -> None:
    """First answer, last answer and completion follow each other within the academic year."""
    for audit in newest:
        if audit.first_answer_at and audit.last_answer_at:
            done = audit.completed_on or audit.last_answer_at.date()
            assert dt.date(2025, 9, 1) < audit.first_answer_at.date() <= audit.last_answer_at.date() <= done
            assert audit.first_answer_at < audit.last_answer_at
            assert done < dt.date(2026, 8, 1)


def test_texts_name_documents_and_roles_and_nobody(newest: list[Audit]) -> None:
    """No evidence or comment has a title before a name, an address, or a word that the template left open."""
    texts = {text for audit in newest for given in audit.responses.values() for text in (given.evidence, given.comment)}
    assert len(texts) > 5_000
    assert [text for text in texts if re.search(r"\b(Mr|Mrs|Ms|Miss|Dr|Sir)\b|@|[{}]", text)] == []


def test_schools_do_not_share_their_evidence_by_chance(newest: list[Audit]) -> None:
    """Apart from those that copied, two schools hardly ever write the same, so a check for copies finds copies."""
    written = [{given.evidence for given in audit.responses.values()} - {""} for audit in newest]
    honest = [texts for place, texts in enumerate(written) if len(texts) > 5 and place % 60 not in (19, 42, 43)]
    everywhere = Counter(text for texts in honest for text in texts)
    shared = [sum(everywhere[text] > 1 for text in texts) / len(texts) for texts in honest]
    assert sum(shared) / len(shared) < 0.2


def test_one_school_met_everything_in_minutes_and_shows_nothing(newest: list[Audit]) -> None:
    """The eighth school has every statement written and embedded, without evidence, within six minutes."""
    hasty = newest[7]
    answered = {given for given in hasty.responses.values() if not given.not_applicable}
    assert answered == {Response(written="yes", practice=4)}
    assert hasty.first_answer_at is not None
    assert hasty.last_answer_at == hasty.first_answer_at + dt.timedelta(minutes=6)


def test_other_schools_are_doubtful_in_other_ways(newest: list[Audit]) -> None:
    """One gives the same evidence throughout, one the same answer, one another's evidence, one boasts unwritten."""
    answered = [[given for given in audit.responses.values() if not given.not_applicable] for audit in newest]
    assert {given.evidence for given in answered[19]} == {"See our policy."}
    assert len({(given.written, given.practice) for given in answered[31]}) == 1
    theirs = {given.evidence for given in answered[42]}
    assert {given.evidence for given in answered[43]} <= theirs | {""}
    assert [
        given for given in answered[52] if given.written != "yes" and (given.written, given.practice) != ("no", 4)
    ] == []


def test_invented_schools_cannot_be_taken_for_real_ones() -> None:
    """Every name says that it is an example, every URN lies beyond the register's, and no two schools share either."""
    schools = [one.school for one in islice(invented("886"), 3_000)]
    assert [school for school in schools if "Example" not in school.name] == []
    assert [school.urn for school in schools[:2]] == ["900101", "900102"]
    assert len({school.urn for school in schools}) == len({school.name for school in schools}) == 3_000


@pytest.mark.parametrize("place", [0, 2, 7, 10, 11, 13])
def test_a_workbook_of_the_sample_reads_back_to_its_audit(sample: list[Audit], shipped: Criteria, place: int) -> None:
    """What is written into the files is what was invented."""
    reading = read(write(sample[place], shipped), "return.xlsx", shipped)
    assert (reading.audit, reading.problems) == (sample[place], ())


def test_the_register_has_phase_and_type_of_every_school_and_knows_the_closed_ones() -> None:
    """It reads as the national one does: special schools by their type, and closed schools are not expected."""
    schools = list(islice(invented("886"), 40))
    found, problems = read_register(register(schools[:38], closed=schools[38:]), "register.csv")
    assert (problems, found is None) == ((), False)
    assert found is not None
    assert {urn: one.phase for urn, one in found.schools.items() if one.expected} == {
        one.school.urn: one.school.phase for one in schools[:38]
    }
    assert {urn for urn, one in found.schools.items() if not one.expected} == {"900139", "900140", "970111"}
    assert {one.name for one in found.schools.values()} == {one.school.name for one in schools}
    assert found.urns["8860007"] == "900107"
    assert found.types["900107"] == "Special"


def test_the_register_is_in_windows_1252_and_has_columns_that_nobody_needs() -> None:
    """A reader that expects UTF-8, or no more than its own columns, would stumble here and not on the real one."""
    data = register(islice(invented("886"), 20))
    assert "Souffléham" in data.decode("cp1252")
    with pytest.raises(UnicodeDecodeError):
        data.decode("utf-8")
    assert b",Boarders (name),SchoolCapacity,Town" in data.splitlines()[0]


def test_a_school_that_changed_its_urn_sent_its_earlier_return_under_the_old_one(sample: list[Audit]) -> None:
    """Old and new URN are in the file of successors, and both years bear the same name."""
    renewed, problems = read_successors(successors(islice(invented("886"), SCHOOLS)), "successors.csv")
    assert (renewed, problems) == ({"970111": "900111", "970311": "900311"}, ())
    names = {audit.school.urn: audit.school.name for audit in sample}
    assert {old: names[old] for old in renewed} == {old: names[new] for old, new in renewed.items()}
    assert {audit.year for audit in sample if audit.school.urn in renewed} == {"2024/25"}


@pytest.fixture(scope="module")
def sound(newest: list[Audit], shipped: Criteria) -> Sound:
    """A return to damage, and another school's."""
    return Sound(audit=newest[1], other=newest[2], dfe_number="8860002", criteria=shipped)


@pytest.fixture(scope="module")
def damaged(sound: Sound) -> Mapping[str, bytes]:
    """That return with each kind of damage."""
    return {kind: damage.make(sound) for kind, damage in DAMAGES.items()}


@pytest.mark.parametrize("kind", DAMAGES)
def test_every_kind_of_damage_gets_its_verdict(
    damaged: Mapping[str, bytes], sound: Sound, shipped: Criteria, kind: str
) -> None:
    """Whatever a school sends is read or refused as it should be, and the problem names what is wrong."""
    damage = DAMAGES[kind]
    reading = read(damaged[kind], "return.xlsx", shipped)
    found = pack_return(reading.audit, shipped, file="return.xlsx", digest="", problems=reading.problems)
    told = [f"{problem.what} {problem.fix}" for problem in reading.problems if damage.mentions in problem.what]
    assert (found.verdict, bool(told)) == (damage.verdict, damage.verdict != "accepted"), reading.problems
    if damage.keeps:
        assert reading.audit is not None
        assert reading.audit.responses == sound.audit.responses


def test_no_damaged_file_is_large(damaged: Mapping[str, bytes]) -> None:
    """A folder of damaged files costs no more than one of sound ones."""
    sizes = {kind: len(data) for kind, data in damaged.items()}
    assert {kind: size for kind, size in sizes.items() if size > 250_000} == {}


def test_every_kind_of_damage_can_be_had() -> None:
    """What an authority meets or must fear: odd files, faulty ones and hostile ones."""
    assert sorted(DAMAGES) == [
        "answers-in-other-case", "answers-in-words", "answers-with-spaces", "blank", "columns-hidden",
        "columns-inserted", "copied", "csv", "dates-as-text", "dfe-number", "empty", "external-links", "far-cells",
        "formulas", "html", "large-cell", "last-year", "lines-above", "macros", "markup", "million-rows",
        "newer-format", "no-answer-words", "no-date", "no-headings", "no-name", "no-phase", "no-reason",
        "old-excel", "older-format", "opendocument", "other-edition", "other-zip", "outside-entity", "password",
        "path-traversal", "pdf", "rows-contradicting", "rows-deleted", "rows-filtered", "rows-repeated",
        "rows-sorted", "saved-by-google", "saved-by-libreoffice", "saved-by-numbers", "sheets-added",
        "sheets-renamed", "sheets-reordered", "truncated", "unanswered", "unknown-statement", "urn-as-typed",
        "urn-mistyped", "urn-not-expected", "urn-of-nobody", "xml-entities", "zip-bomb",
    ]  # fmt: skip


def files_of(folder: Path) -> Mapping[str, bytes]:
    """Every file of a folder, by its path in it."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_sample_is_a_folder_of_returns_with_register_successors_and_list_of_damage(tmp_path: Path) -> None:
    """Each file is where it is said to be, its progress is told, and the same arguments give the same bytes."""
    told: list[tuple[int, int]] = []
    with ThreadPoolExecutor(2) as pool:
        first = write_sample(
            tmp_path / "1", schools=4, years=2, seed=3, damaged=1, executor=pool, progress=lambda *at: told.append(at)
        )
    write_sample(tmp_path / "2", schools=4, years=2, seed=3, damaged=1)
    files = files_of(tmp_path / "1")
    assert files_of(tmp_path / "2") == files
    assert {path.relative_to(tmp_path / "1").as_posix() for path in first} == {
        name for name in files if name.startswith("returns/")
    }
    assert set(files) - {path.relative_to(tmp_path / "1").as_posix() for path in first} == {
        "register.csv", "successors.csv", "damaged.csv",
    }  # fmt: skip
    assert sum(name.startswith("returns/2025-26/9001") for name in files) == 4
    assert told[-1] == (len(first), len(first))
    found, _ = read_register(files["register.csv"], "register.csv")
    assert found is not None
    assert sum(school.expected for school in found.schools.values()) == 5


def test_damaged_files_are_listed_with_their_kind(tmp_path: Path, shipped: Criteria) -> None:
    """Each damaged return is of another kind, its list says which, and the others are sound."""
    written = write_sample(tmp_path, schools=9, years=1, seed=2, damaged=8)
    listed = pd.read_csv(io.BytesIO((tmp_path / "damaged.csv").read_bytes()), dtype="str")
    assert list(listed.columns) == ["file", "kind", "what"]
    assert (len(listed), listed["kind"].nunique(), set(listed["kind"]) <= set(DAMAGES)) == (8, 8, True)
    verdicts = {}
    for path in written:
        reading = read(path.read_bytes(), path.name, shipped)
        one = pack_return(reading.audit, shipped, file=path.name, digest="", problems=reading.problems)
        verdicts[path.relative_to(tmp_path).as_posix()] = one.verdict
    as_listed = {row.file: DAMAGES[str(row.kind)].verdict for row in listed.itertuples()}
    assert verdicts == dict.fromkeys(verdicts, "accepted") | as_listed


@pytest.mark.parametrize(("schools", "years", "damaged"), [(0, 1, 0), (1, 0, 0), (1, 21, 0), (3, 1, 3), (3, 1, -1)])
def test_a_sample_that_cannot_be_is_refused(tmp_path: Path, schools: int, years: int, damaged: int) -> None:
    """A sample has a school, a year and at least one sound return."""
    with pytest.raises(ValueError, match="fewer damaged returns than schools"):
        write_sample(tmp_path, schools=schools, years=years, seed=1, damaged=damaged)


def test_a_sample_of_named_frameworks_answers_these(tmp_path: Path, every_framework: Criteria) -> None:
    """The returns of the year and frameworks that are asked for, whatever the usual ones are."""
    wanted = ("policies-2017", "england-2026")
    [path] = write_sample(tmp_path, schools=1, years=1, seed=3, frameworks=wanted, last="2026/27")
    audit = read(path.read_bytes(), path.name, every_framework).audit
    assert audit is not None
    assert (audit.year, [ref.id for ref in audit.frameworks]) == ("2026/27", ["england-2026", "policies-2017"])


def test_a_sample_of_another_framework_can_be_compared_by_it(tmp_path: Path) -> None:
    """What the command says compares the returns by what they answer, and every one of them counts."""
    out = tmp_path / "out"
    made = terminal("sample", "--schools", 12, "--framework", "england-2026", "--year", "2026/27", "--out", out)
    assert made.status == 0
    words = shlex.split(made.out[-1].removeprefix("Compare them: python -m audit "))
    done = terminal(*words[:-1], tmp_path / "comparison")
    assert (done.status, done.out[0]) == (0, "12 files: 12 accepted, 0 accepted with warnings, 0 refused.")
    assert "Compared by today's duties (england-2026, edition 2026)." in done.out


def test_a_sample_of_a_framework_that_there_is_not_is_refused(tmp_path: Path) -> None:
    """A misspelt framework is named."""
    with pytest.raises(ValueError, match="not among the frameworks: kcc-2011"):
        write_sample(tmp_path, schools=1, years=1, seed=3, frameworks=["kcc-2011"])


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (("--framework", "kcc-2011"), "kcc-2011 is not one of kcc-2010, england-2026, policies-2017."),
        (("--year", "26"), "such as 2026/27"),
    ],
)
def test_a_framework_or_year_that_there_is_not_is_said_at_a_terminal(
    tmp_path: Path, option: tuple[str, str], said: str
) -> None:
    """The option is named, with what it may be, and nothing is written."""
    done = terminal("sample", "--schools", 1, *option, "--out", tmp_path / "out")
    told = " ".join(done.err)
    assert (done.status, option[0] in told, said in told) == (2, True, True)
    assert not (tmp_path / "out").exists()


def test_the_build_gives_the_shipped_returns_every_time(tmp_path: Path) -> None:
    """The returns in the repository are those that the build writes, to the byte."""
    built = build_returns(tmp_path)
    assert files_of(tmp_path) == files_of(RETURNS)
    assert len(built) == len(files_of(RETURNS))


def test_the_shipped_returns_show_what_an_authority_meets(every_framework: Criteria) -> None:
    """Of thirteen returns of the year one has a fault and one cannot be opened; desk reviews and last year's are there."""
    verdicts = {}
    for path in sorted(RETURNS.rglob("*.xlsx")):
        reading = read(path.read_bytes(), path.name, every_framework)
        one = pack_return(reading.audit, every_framework, file=path.name, digest="", problems=reading.problems)
        verdicts[path.parent.name, path.name.split(" ")[0]] = (one.verdict, one.head.basis if reading.audit else "")
    sound = ("accepted", "self-audit")
    assert verdicts == {
        **{("2025-26", urn): sound for urn in (*PRIMARY, *SECONDARY)},
        ("2025-26", "900106"): ("accepted with warnings", "self-audit"),
        ("2025-26", "900112"): ("refused", ""),
        **{("2024-25", urn): sound for urn in LAST_YEAR},
        ("2016-17", "weston-lullingfields.xlsx"): ("accepted", "desk review"),
        ("2016-17", "wrotham-road-2017.xlsx"): ("accepted", "desk review"),
    }
