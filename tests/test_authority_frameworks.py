"""A comparison is of one framework: which returns count, in whose words, by what force, and what is no longer asked."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from audit.authority import question_matrix
from audit.authority.compare.comparison import Comparison, compare
from audit.authority.compare.disclosure import Figure
from audit.authority.compare.release import Release, prepare
from audit.authority.compare.release_tables import about_release, as_content, framework_of, measures
from audit.authority.feedback.letter import Feedback, feedback
from audit.authority.reconcile import settle
from audit.authority.returns import criteria_compared, framework_named, pack_return
from audit.authority.tables import PROBLEMS
from audit.cli.terminal import framework_ids
from audit.exhibits.authority import authority_exhibits, page_exhibits
from audit.exhibits.release import release_exhibits
from audit.exports import scores_csv
from audit.intake.reading import read_batch
from audit.model import (
    Area,
    Audit,
    Criteria,
    Framework,
    FrameworkMark,
    Provenance,
    Question,
    Response,
    School,
    Signature,
    Statement,
    Superseded,
)
from audit.problems import Problem
from audit.reports.comparison_report import comparison_report, release_report
from audit.school import signing
from audit.store.collections import AuthorityStore, KeptFile
from audit.tables import typed
from audit.ui.intake_job import job_of
from audit.workbook.write import write
from audit.workbook.write_comparison import write_comparison
from tests.conftest import audit_of, framework, returned, returns_of, statement
from tests.terminal import audit as at_the_terminal

MET, NEITHER, ASIDE = (
    Response(written="yes", practice=4),
    Response(written="no", practice=0),
    Response(not_applicable="We have none."),
)
SINCE = Superseded(since="2026-09-01", by=("duty-1-1",), because="The law asks more now.")
K1, K2, K3 = "toy-1.1-k1", "toy-1.1-k2", "toy-1.2-k1"
LAW, GUIDE, ALSO, GOOD = "duty-1-1", "duty-1-2", "duty-1-3", "duty-1-4"


def duty(number: int, mark: str, *, recommended: bool = True) -> Statement:
    """A statement of today's toy duties."""
    helps = {"evidence": "A paper.", "improve": "Write it.", "governors_ask": "How do we know?"} if recommended else {}
    return Statement(
        id=f"duty-1-{number}",
        statement=f"Duty {number} is met.",
        recommended=recommended,
        source=Provenance(document="An Act", edition="2020", place=f"section {number}", date="2020"),
        mark=mark,
        asked_of="head",
        protects="indirectly",
        **helps,
    )


def duties() -> Framework:
    """Four duties: two that are law, one of guidance, one good practice that does not count."""
    marks = (("law", "Law"), ("guidance", "Guidance"), ("good", "Good practice"))
    statements = (duty(1, "law"), duty(2, "guidance"), duty(3, "law"), duty(4, "good", recommended=False))
    question = Question(id="1", topic="Duties", title="Duties?", introduction="Why.", statements=statements)
    made = framework(Area(id="1", title="All duties", questions=(question,)), id="duty")
    return dataclasses.replace(
        made,
        title="Toy duties",
        name="the toy duties",
        coverage="coverage of toy duties",
        marks=tuple(FrameworkMark(id=id, title=title, means=f"{title} asks it.") for id, title in marks),
    )


def template() -> Framework:
    """Three recommended statements of an old template; law has overtaken the first."""
    first = Question(
        id="1.1",
        topic="First",
        title="First?",
        introduction="Why.",
        statements=(statement("1.1", "K", 1, superseded=SINCE), statement("1.1", "K", 2)),
    )
    second = Question(
        id="1.2", topic="Second", title="Second?", introduction="Why.", statements=(statement("1.2", "K", 1),)
    )
    made = framework(Area(id="1", title="Area one", questions=(first, second)))
    return dataclasses.replace(made, name="the toy template", coverage="K coverage", usual=True)


@pytest.fixture(scope="module")
def loaded() -> Criteria:
    """Both frameworks, the template first, which is the usual one."""
    return Criteria((template(), duties()))


@pytest.fixture(scope="module")
def old(loaded: Criteria) -> Criteria:
    """The template alone."""
    return loaded.of(loaded.refs[:1])


@pytest.fixture(scope="module")
def today(loaded: Criteria) -> Criteria:
    """The duties alone."""
    return loaded.of(loaded.refs[1:])


def school(number: int) -> School:
    """An invented school."""
    return School(urn=str(900000 + number), name=f"School {number:02}", phase="primary")


def answers(criteria: Criteria, number: int, year: str = "2026/27", **responses: Response) -> Audit:
    """A school's audit, begun as audits are today; ``k1=MET`` answers the first statement of the template."""
    by_id = {name if "-" in name else {"k1": K1, "k2": K2, "k3": K3}[name]: one for name, one in responses.items()}
    return audit_of(criteria, by_id, school=school(number), year=year, as_printed=False)


# Which returns count


def test_a_collection_compares_the_usual_framework_or_the_one_that_it_names(loaded: Criteria) -> None:
    """Without a choice it is the one that a new audit answers, so a collection of an earlier release keeps it."""
    assert (
        [criteria_compared(loaded, name).refs for name in ("", "toy", "duty")]
        == [  # type: ignore[union-attr]
            loaded.refs[:1],
            loaded.refs[:1],
            loaded.refs[1:],
        ]
    )


def test_an_unknown_framework_is_said_plainly_with_those_there_are(loaded: Criteria) -> None:
    """The fact and the remedy, with id and title of each."""
    assert criteria_compared(loaded, "kent") == Problem(
        where="Framework",
        what='There is no framework "kent" here.',
        fix="Choose one of: toy (Toy framework); duty (Toy duties).",
    )


def test_a_return_of_several_frameworks_counts_with_its_part(loaded: Criteria, old: Criteria, today: Criteria) -> None:
    """Whichever of them is compared, it is accepted as if it answered this one alone."""
    both = answers(loaded, 1, k1=MET, k2=NEITHER, **{LAW: MET, GUIDE: MET})
    file = ("a.xlsx", write(both, loaded))
    for compared in (old, today):
        (found,) = read_batch([file], compared, {}, loaded=loaded)
        assert found == pack_return(both, compared, file="a.xlsx", digest=found.digest)
        assert found.verdict == "accepted"
        assert len(found.answers) == len(list(compared))


@pytest.mark.parametrize("signed", [False, True])
def test_a_return_of_another_framework_is_refused_by_name(
    loaded: Criteria, old: Criteria, today: Criteria, signed: bool
) -> None:
    """It says what the file answers, what is compared, and what to do; its school is known all the same."""
    audit = answers(today, 1, **{LAW: MET})
    if signed:
        signature = Signature(role="headteacher", on=dt.date(2026, 11, 1), statement="Not all is answered.")
        audit = signing.sign(audit, today, signature)
    (found,) = read_batch([("a.xlsx", write(audit, today))], old, {}, loaded=loaded)
    assert (found.verdict, found.urn, found.name, found.answers) == ("refused", "900001", "School 01", b"")
    assert found.problems[-1] == Problem(
        where="a.xlsx",
        what="It answers the toy duties (duty, edition 1); this collection compares the toy template (toy, edition 1).",
        fix="Send an audit of the toy template, or have this one taken into a collection that compares what it answers.",
    )


def test_a_return_of_several_frameworks_that_answers_only_the_others_is_refused(
    loaded: Criteria, old: Criteria
) -> None:
    """Its statements of the framework that is compared are all blank: that is said, and not that the form is blank."""
    (found,) = read_batch([("a.xlsx", write(answers(loaded, 1, **{LAW: MET}), loaded))], old, {}, loaded=loaded)
    assert (found.verdict, found.problems[-1].what) == (
        "refused",
        "No statement of the toy template is answered, which is what this collection compares.",
    )


def test_verdicts_and_tracker_list_it_as_such(loaded: Criteria, old: Criteria) -> None:
    """The school has sent something, and why it does not count stands beside it."""
    today = loaded.of(loaded.refs[1:])
    files = [
        ("a.xlsx", write(dataclasses.replace(answers(old, 1, k2=MET), as_printed=True), old)),
        ("b.xlsx", write(answers(today, 2, **{LAW: MET}), today)),
    ]
    intake = settle(read_batch(files, old, {}, loaded=loaded), old)
    assert list(zip(intake.files["file"], intake.files["verdict"], strict=True)) == [
        ("a.xlsx", "accepted"),
        ("b.xlsx", "refused"),
    ]
    remarks = dict(zip(intake.tracker["urn"], intake.tracker["remark"], strict=True))
    assert remarks["900002"].startswith("b.xlsx cannot be used: It answers the toy duties (duty, edition 1);")
    assert list(intake.returns.table["urn"]) == ["900001"]


def test_a_comparison_of_two_frameworks_is_a_bug(loaded: Criteria) -> None:
    """Figures of two are never added up."""
    with pytest.raises(ValueError, match="one framework"):
        compare(returns_of(loaded, answers(loaded, 1, k1=MET)))


def test_another_framework_of_a_collection_reads_its_files_again(tmp_path: Path) -> None:
    """What was read by the framework before is not used."""
    store = AuthorityStore(f"sqlite:///{tmp_path / 'a.sqlite3'}")
    collection = store.start("Ours", settings={"framework": "toy"})
    store.add_files(collection, [KeptFile(file="a.xlsx", data=b"")])
    first = job_of(collection, store, urns={}, schools={}, framework="toy")
    assert job_of(collection, store, urns={}, schools={}, framework="toy") is first
    second = job_of(collection, store, urns={}, schools={}, framework="duty")
    assert (second is first, first.is_superseded) == (False, True)
    store.close()


def test_a_collection_keeps_its_framework(tmp_path: Path) -> None:
    """It is among the settings; a collection that was never asked has none, and so compares the usual one."""
    store = AuthorityStore(f"sqlite:///{tmp_path / 'a.sqlite3'}")
    asked, never = store.start("Ours", settings={"framework": "duty"}), store.start("Earlier")
    assert [found.framework if (found := store.load(one)) else None for one in (asked, never)] == ["duty", ""]
    store.close()


# In whose words


def duties_compared(today: Criteria) -> Comparison:
    """Two schools: one meets one law of two and the guidance; of the other, one law does not apply."""
    one = answers(today, 1, **{LAW: MET, ALSO: NEITHER, GUIDE: MET, GOOD: NEITHER})
    two = answers(today, 2, **{LAW: MET, ALSO: ASIDE, GUIDE: NEITHER})
    return compare(returns_of(today, one, two))


def test_coverage_has_the_name_that_the_framework_gives_it(today: Criteria) -> None:
    """No output of another framework says K coverage; headings, findings and readings say what it is called."""
    comparison = duties_compared(today)
    said = " ".join(f"{one.title} {one.caption} {one.finding} {one.means}" for one in authority_exhibits(comparison))
    headings = {str(heading) for one in authority_exhibits(comparison) for heading in one.table.columns}
    html = comparison_report(comparison)
    assert "In half of the 2 schools, coverage of toy duties is 58% or more" in said
    assert "Coverage of toy duties %" in headings
    assert [text for text in (said, *headings, html) if "K coverage" in text] == []
    assert "by the toy duties (duty, edition 1)" in html
    assert measures(today)["coverage"] == "Coverage of toy duties"


def test_a_letter_names_coverage_and_force_by_the_framework(today: Criteria) -> None:
    """The share met, and how many of each force, the weightiest first."""
    letter = letter_to(today, answers(today, 1, **{LAW: MET, ALSO: NEITHER, GUIDE: MET}))
    assert section(letter, "Your outcome") == (
        "2 of the 3 recommended statements that apply are met (67%), which leaves 1 gap.",
        "Coverage of toy duties is the share of these statements that are met: written in the policy, and done.",
        "Met by what stands behind them: law, 1 of 2; guidance, 1 of 1.",
    )


# By force


def test_what_is_met_is_counted_by_force(today: Criteria) -> None:
    """Law first; what does not apply, and what only good practice asks, is not counted."""
    comparison = duties_compared(today)
    forces = question_matrix.forces(comparison)
    assert forces[["title", "applicable", "met", "neither"]].to_numpy().tolist() == [
        ["Law", 3, 2, 1],
        ["Guidance", 2, 1, 1],
    ]
    (exhibit,) = (one for one in page_exhibits(comparison, "overview") if one.key == "forces")
    assert exhibit.finding == "Met by force: 67% of law and 50% of guidance"
    assert exhibit.means == "Law: Law asks it. Guidance: Guidance asks it."
    assert exhibit.texts.to_numpy().tolist() == [
        ["Law", "3", "2", "0", "0", "1", "0", "67%"],
        ["Guidance", "2", "1", "0", "0", "1", "0", "50%"],
    ]
    assert exhibit.figure is not None
    assert next(bar.x for bar in exhibit.figure().data) == (200 / 3, 50)


def test_common_gaps_say_their_force(today: Criteria) -> None:
    """A column more, where there are forces."""
    (gaps,) = (one for one in authority_exhibits(duties_compared(today)) if one.key == "common_gaps")
    assert list(gaps.table["Force"])[:2] == ["Law", "Guidance"]


def test_a_template_without_forces_has_no_such_view(old: Criteria) -> None:
    """Its mark says no more than that a statement counts."""
    comparison = compare(returns_of(old, answers(old, 1, k2=MET)))
    assert question_matrix.forces(comparison).empty
    assert "forces" not in {one.key for one in authority_exhibits(comparison)}
    assert "Force" not in {heading for one in authority_exhibits(comparison) for heading in one.table.columns}


# What is no longer asked


def dated(old: Criteria, *, printed: bool) -> Comparison:
    """Two schools with both years: K1 was neither and is asked no more, K2 was neither and is met, K3 is met in both.

    Args:
        old: the template.
        printed: whether the second school's audit of this year was begun as printed.
    """
    audits = []
    for number in (1, 2):
        audits.append(answers(old, number, "2025/26", k1=MET, k2=NEITHER, k3=MET))
        now = answers(old, number, k1=NEITHER, k2=MET, k3=MET)
        audits.append(dataclasses.replace(now, as_printed=printed and number == 2))
    return compare(returns_of(old, *audits))


def test_what_is_overtaken_is_listed_apart_with_since_when_by_what_and_why(old: Criteria) -> None:
    """It is in no figure of the year, and one exhibit lists it on the page and in every document."""
    comparison = dated(old, printed=False)
    for exhibits in (page_exhibits(comparison, "overview"), authority_exhibits(comparison)):
        (exhibit,) = (one for one in exhibits if one.key == "overtaken")
        assert exhibit.finding == "1 recommended statement is no longer asked in 2026/27"
        assert exhibit.texts.to_numpy().tolist() == [
            ["1.1 K1", "Statement 1.1 K 1 holds.", "1 September 2026", "duty-1-1", "The law asks more now."]
        ]
    assert "1 recommended statement is no longer asked in 2026/27" in comparison_report(comparison)
    assert (int(comparison.overall["applicable"]), int(comparison.overall["met"])) == (4, 4)


def test_the_workbook_lists_it_too(old: Criteria, tmp_path: Path) -> None:
    """On a sheet of its own, and the sheet Read me says what changed between the years."""
    path = tmp_path / "comparison.xlsx"
    path.write_bytes(write_comparison(dated(old, printed=False)))
    book = openpyxl.load_workbook(path)
    said = [str(row[1].value) for row in book["Read me"].iter_rows()]
    assert "No longer asked" in book.sheetnames
    assert "The toy template (toy, edition 1). Figures of two are never added up." in said
    assert any(text.startswith("Between 2025/26 and 2026/27 what is asked changes:") for text in said)


def test_nothing_is_said_where_nothing_is_overtaken(old: Criteria, today: Criteria) -> None:
    """Not of a year that began before, nor of a framework without such statements."""
    before = compare(returns_of(old, answers(old, 1, "2025/26", k1=MET)))
    for comparison in (before, duties_compared(today)):
        assert (comparison.overtaken, comparison.notes) == ((), ())
        assert "overtaken" not in {one.key for one in authority_exhibits(comparison)}


@pytest.mark.parametrize(
    ("printed", "said"),
    [
        (False, "No return counts it."),
        (True, "1 of 2 returns was begun as printed, and counts it all the same."),
    ],
)
def test_how_many_returns_still_count_it_is_said(old: Criteria, printed: bool, said: str) -> None:
    """A return that was begun as printed keeps its rules; whoever reads the figures is told."""
    assert dated(old, printed=printed).notes[1] == (
        f"1 recommended statement is no longer asked in 2026/27: law or guidance has overtaken it. {said}"
    )


def test_figures_of_both_years_count_only_what_both_ask(old: Criteria) -> None:
    """K1, met before and asked no more, is in neither: 1 of 2 then, 2 of 2 now, and the break has its words."""
    comparison = dated(old, printed=False)
    school = comparison.schools.iloc[0]
    assert [float(school[name]) for name in ("coverage_before", "coverage_percent", "change")] == [50, 100, 50]
    assert (float(comparison.overall["coverage_before"]), float(comparison.overall["change"])) == (50, 50)
    assert comparison.break_note == (
        "Between 2025/26 and 2026/27 what is asked changes: only one of the two years asks 1 recommended statement, since "
        "law or guidance has overtaken it. Every change counts only what both years ask of a school."
    )
    assert comparison.break_note in comparison.notes
    for one in authority_exhibits(comparison):
        assert (comparison.break_note in one.means) == (
            one.key in ("overview", "kinds", "schools", "movement", "change_by_statement")
        )


def test_a_school_that_goes_on_as_printed_has_no_break(old: Criteria) -> None:
    """It is asked the same in both years, so all three statements count in both."""
    comparison = dated(old, printed=True)
    school = comparison.schools.iloc[1]
    assert [round(float(school[name]), 1) for name in ("coverage_before", "coverage_percent", "change")] == [
        66.7,
        66.7,
        0,
    ]
    assert (comparison.asked_once_of("900001"), comparison.asked_once_of("900002")) == (1, 0)


def test_what_is_not_for_the_phase_makes_no_break(old: Criteria) -> None:
    """A secondary school was never asked what is for primary schools, so both of its years ask the same."""
    (framework,) = old.frameworks
    (area,) = framework.areas
    first, second = area.questions
    of_primaries = dataclasses.replace(first.statements[0], phases=("primary",))
    first = dataclasses.replace(first, statements=(of_primaries, *first.statements[1:]))
    area = dataclasses.replace(area, questions=(first, second))
    criteria = Criteria((dataclasses.replace(framework, areas=(area,)),))
    audits = []
    for number, phase in ((1, "primary"), (2, "secondary")):
        for year in ("2025/26", "2026/27"):
            audit = answers(criteria, number, year, k1=MET, k2=MET, k3=MET)
            audits.append(dataclasses.replace(audit, school=dataclasses.replace(audit.school, phase=phase)))  # type: ignore[arg-type]
    comparison = compare(returns_of(criteria, *audits))
    assert (comparison.asked_once_of("900001"), comparison.asked_once_of("900002")) == (1, 0)
    secondary = compare(returns_of(criteria, *audits), phases=["secondary"])
    assert (secondary.overtaken_title, secondary.break_note) == ("", "")


def test_two_years_after_the_change_there_is_no_break(old: Criteria) -> None:
    """Neither year asks it, so there is nothing to say of a change."""
    audits = [answers(old, 1, year, k1=MET, k2=MET) for year in ("2026/27", "2027/28")]
    comparison = compare(returns_of(old, *audits))
    assert (comparison.asked_once, comparison.break_note) == (0, "")
    assert comparison.overtaken_title == "1 recommended statement is no longer asked in 2027/28"


def test_a_letter_says_what_is_no_longer_asked_and_compares_like_with_like(old: Criteria) -> None:
    """The school reads the list with the reasons, and its change over what both years ask."""
    letter = letter_to(
        old,
        answers(old, 1, k1=NEITHER, k2=MET, k3=MET),
        answers(old, 1, "2025/26", k1=MET, k2=NEITHER, k3=MET),
    )
    assert section(letter, "Where you stand") == (
        "Law or guidance has overtaken 1 statement, which only one of the two years asks. So what follows counts only what "
        "both years ask. Your K coverage was 50% in 2025/26 and is 100% now. Of the statements that apply in both years, more "
        "are met than before. 1 gap is closed.",
    )
    assert section(letter, "No longer asked") == (
        "1 recommended statement of the toy template is no longer asked, and not counted here: law or guidance has overtaken "
        "it.",
    )
    (table,) = (one.table for one in letter.sections if one.title == "No longer asked")
    assert table is not None
    assert table.rows == (
        ("Statement 1.1 K 1 holds. (1.1\u00a0K1)", "1 September 2026", "duty-1-1", "The law asks more now."),
    )


def test_a_letter_to_a_school_that_answers_as_printed_does_not(old: Criteria) -> None:
    """Nothing is left out of its return."""
    audit = dataclasses.replace(answers(old, 1, k1=MET, k2=MET, k3=MET), as_printed=True)
    assert "No longer asked" not in [one.title for one in letter_to(old, audit).sections]


def letter_to(criteria: Criteria, audit: Audit, *others: Audit) -> Feedback:
    """The letter to the school of an audit."""
    nothing = typed({name: [] for name in PROBLEMS}, PROBLEMS)
    return feedback(returned(audit, criteria), compare(returns_of(criteria, audit, *others)), problems=nothing)


def section(letter: Feedback, title: str) -> tuple[str, ...]:
    """The paragraphs of a section."""
    (found,) = (one for one in letter.sections if one.title == title)
    return found.paragraphs


# Releases


def twelve(criteria: Criteria, one: str, year: str = "2026/27", **changes: object) -> Release:
    """The release of twelve schools, of which every second misses a statement."""
    audits = [
        dataclasses.replace(
            audit_of(
                criteria,
                {c.id: MET for c in criteria} | {one: NEITHER} if number % 2 else {c.id: MET for c in criteria},
            ),
            school=school(number),
            year=year,
            as_printed=False,
            **changes,
        )
        for number in range(1, 13)
    ]
    return prepare(returns_of(criteria, *audits), year=year)


def test_a_release_shows_nothing_of_what_is_no_longer_asked(old: Criteria) -> None:
    """Neither as a figure nor as one that is held back: nobody is asked."""
    release = twelve(old, K2)
    named = {figure.of for figure in release.figures} | {held.of for held in release.held}
    assert (K2 in named, K1 in named) == (True, False)


def test_a_release_lists_what_is_no_longer_asked_with_the_reason(old: Criteria) -> None:
    """Its readers compare it with last year's: workbook and report say what is gone since, and why."""
    release = twelve(old, K2).numbered(1)
    (exhibit,) = (one for one in release_exhibits(release) if one.title == "No longer asked")
    assert exhibit.table.to_numpy().tolist() == [
        ["1.1 K1", "Statement 1.1 K 1 holds.", "1 September 2026", "duty-1-1", "The law asks more now."]
    ]
    said = (
        "1 recommended statement is no longer asked in 2026/27: law or guidance has overtaken it. Only a school that began "
        "its audit as printed still counts it in its coverage."
    )
    assert said in about_release(release)
    assert said in release_report(release)
    before = twelve(old, K2, "2025/26")
    assert "No longer asked" not in [one.title for one in release_exhibits(before)]
    assert [text for text in about_release(before) if "no longer asked" in text] == []


def test_releases_of_two_frameworks_do_not_stand_against_each_other(
    old: Criteria, today: Criteria, tmp_path: Path
) -> None:
    """They are of other answers: each sees the earlier ones of its own framework alone."""
    store = AuthorityStore(f"sqlite:///{tmp_path / 'a.sqlite3'}")
    seen: list[int] = []

    def of(release: Release, earlier: list[Figure]) -> Release:
        seen.append(len(earlier))
        return release

    template, duty_ = twelve(old, K2), twelve(today, LAW)
    for release in (template, duty_, template):
        store.release("", lambda earlier, release=release: of(release, list(earlier)), release.criteria)
    assert seen == [0, 0, len(template.figures)]
    assert [len(store.releases(criteria)) for criteria in (old, today)] == [1, 1]
    store.close()


def test_a_release_of_an_earlier_version_tells_its_framework_by_its_areas(today: Criteria) -> None:
    """It was kept without the name."""
    content = as_content(twelve(today, LAW))
    assert content.pop("framework") == "duty"
    assert framework_of(content) == "duty"


# At the terminal


@pytest.fixture(scope="module")
def folder(every_framework: Criteria, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A return of today's duties, and one of the template too."""
    place = tmp_path_factory.mktemp("returns")
    template, duty_, _ = every_framework.refs
    for number, refs in ((1, [duty_]), (2, [template, duty_])):
        criteria = every_framework.of(refs)
        audit = dataclasses.replace(
            audit_of(criteria, {c.id: MET for c in criteria if c.statement.recommended}),
            school=school(number),
            as_printed=False,
        )
        (place / f"{number}.xlsx").write_bytes(write(audit, criteria))
    return place


def test_the_terminal_compares_the_framework_that_is_named(
    folder: Path, every_framework: Criteria, tmp_path: Path
) -> None:
    """By default the usual one: the file of another is refused by name. Named, both files count with their part."""
    usual, duty_, _ = every_framework.frameworks
    out = at_the_terminal("compare", folder, "--out", tmp_path / "usual", "--workers", "1")
    assert out.status == 1
    assert f"Compared by {framework_named(usual)}." in out.out
    assert any(
        f"It answers {framework_named(duty_)}; this collection compares {framework_named(usual)}." in line
        for line in out.out
    )
    named = at_the_terminal("compare", folder, "--framework", duty_.id, "--out", tmp_path / "duties", "--workers", "1")
    assert named.status == 0
    assert named.out[0] == "2 files: 2 accepted, 0 accepted with warnings, 0 refused."
    assert f"Compared by {framework_named(duty_)}." in named.out


def test_an_unknown_framework_and_the_help_list_those_there_are(
    folder: Path, every_framework: Criteria, tmp_path: Path
) -> None:
    """Nothing is read before, and nothing is written."""
    done = at_the_terminal("compare", folder, "--framework", "kent", "--out", tmp_path / "out")
    assert done.status == 2
    assert "There are no criteria of the id kent. Choose from these: " in " ".join(done.err)
    assert not (tmp_path / "out").exists()
    assert framework_ids() == sorted(one.id for one in every_framework.frameworks)
    said = " ".join(" ".join(at_the_terminal("compare", "--help").out).split())
    assert ", ".join(framework_ids()) in said


def test_every_answer_of_the_framework_and_no_other_is_exported(loaded: Criteria, today: Criteria) -> None:
    """One row per recommended statement that applies of the framework that is compared."""
    returns = returns_of(today, answers(loaded, 1, k1=MET, **{LAW: MET, GUIDE: MET, ALSO: MET}))
    lines = scores_csv(returns).decode("utf-8-sig").splitlines()
    assert [line.count("toy-") for line in lines] == [0] * len(lines)
