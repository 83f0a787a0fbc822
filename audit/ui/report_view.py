"""The gap report of one audit on a page, for the school and for its authority, and what the authority sees with it.

- Report: the outcome, the downloads, the charts, and the gaps in the order in which to close them, with filters.
- Benchmark: the file with figures of other schools that an authority gives out. It is kept with the school's audit.
- For the authority: a school's place among its peers, its answers to one question, and the checks on its return.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Literal, TypeAlias

import pandas as pd
import streamlit as st

from audit import theme
from audit.authority import comparison_in_words
from audit.authority.compare.counts import topic_of
from audit.authority.feedback.benchmark import Benchmark, middle_half, middle_half_in_words, read_benchmark
from audit.authority.question_matrix import answers_to
from audit.english import plural, texts_of, whole_percent
from audit.exhibits import school
from audit.exhibits.exhibit import MiddleHalf
from audit.exhibits.school import school_exhibits
from audit.exports import table_csv
from audit.reports.html import gap_report
from audit.school.governors_view import whose_word
from audit.school.outcome import Outcome, both_answers, meaning_first, outcome, outcomes
from audit.tables import COUNTED, GAP_KINDS
from audit.ui.components import (
    MOST_MEGABYTES,
    Ways,
    also,
    download,
    fragment,
    keep_and_rerun,
    markdown_text,
    notes_on,
    show_exhibit,
    show_long_table,
    show_problems,
    show_table,
    today_line,
    way_to,
)
from audit.ui.session import loaded_criteria, session, store
from audit.workbook.write import write

if TYPE_CHECKING:
    from audit.authority.compare.comparison import Comparison
    from audit.model import Audit, Criteria, Criterion, Phase

UnderGap: TypeAlias = Callable[[Outcome, pd.Series], None]
"""Draws something below a gap, from the outcome of the audit and the gap's row of GAPS."""
_FIRST_QUESTION = 3
"""The column of the first question in the table of a heat map."""


def show_report(
    audit: Audit, criteria: Criteria, *, benchmark: Benchmark | None = None, under_gap: UnderGap | None = None
) -> None:
    """Shows the gap report: the outcome, downloads, charts with their tables, and the gaps.

    Args:
        audit: the audit.
        criteria: the criteria that it answers.
        benchmark: the figures of other schools, if a benchmark is loaded.
        under_gap: draws something below each gap; None for nothing.
    """
    result = choose_outcome(audit, criteria)
    _show_outcome(result)
    _offer_downloads(result, criteria)
    if not result.unwritten.empty and audit.basis == "desk review":
        st.subheader(f"What the text does not fully say: {len(result.unwritten)} recommended statements")
        show_table(school.unwritten(result), "What the text does not fully say")
    phase = audit.school.phase
    of_same = benchmark if benchmark is not None and benchmark.framework == result.framework.ref else None
    half = middle_half_of(of_same, phase, result.criteria.phases[phase], "question")
    for exhibit in school_exhibits(result, half):
        if exhibit.means:
            st.write(markdown_text(exhibit.means))
        show_exhibit(exhibit)
    gap_list(result, under_gap)
    if not result.set_aside.empty:
        st.subheader(f"Set aside as not applicable: {len(result.set_aside)}")
        show_table(school.set_aside(result), "Set aside as not applicable, with the reason")


def choose_outcome(audit: Audit, criteria: Criteria) -> Outcome:
    """The outcome for one framework; where the audit answers several, the reader chooses, and the choice holds on all pages.

    Args:
        audit: the audit.
        criteria: the criteria that it answers.
    """
    tab, answered = session(), criteria.of(audit.frameworks).frameworks
    if len(answered) < 2:
        return outcome(audit, criteria)
    titles = {framework.id: framework.title for framework in answered}
    chosen = st.radio(
        "Criteria",
        list(titles),
        index=list(titles).index(tab.framework) if tab.framework in titles else 0,
        format_func=titles.__getitem__,
        help="The audit answers several sets of criteria. Their figures are never added up.",
    )
    tab.framework = chosen
    return outcome(audit, criteria, next(framework.ref for framework in answered if framework.id == chosen))


def _show_outcome(result: Outcome) -> None:
    audit = result.audit
    st.markdown(f"### {markdown_text(result.headline)}")
    st.write(f"{school.coverage_sentence(result)} {result.range_note}")
    st.caption(markdown_text(whose_word(audit)))
    for column, kind in zip(st.columns(len(COUNTED)), COUNTED, strict=True):
        with column:
            st.metric(theme.words(kind), int(result.overall[kind]), help=theme.STATES[kind].means)


def _offer_downloads(result: Outcome, criteria: Criteria) -> None:
    """Shows the downloads: of the framework chosen the gaps, of the whole audit the workbook and the report."""
    audit = result.audit
    signed = audit.signed.content if audit.signed else ""
    name = f"{audit.school.urn}-{audit.year.replace('/', '-')}"
    downloads = (
        ("Workbook", lambda: write(audit, criteria), f"audit-{name}.xlsx"),
        ("Gaps as CSV", lambda: table_csv(result.gaps, signed=signed), f"gaps-{name}.csv"),
        ("Report to print", lambda: gap_report(*outcomes(audit, criteria)).encode(), f"gap-report-{name}.html"),
    )
    for column, (label, make, file) in zip(st.columns(len(downloads)), downloads, strict=True):
        with column:
            download(label, make, file, wide=True)


@fragment()
def gap_list(result: Outcome, under_gap: UnderGap | None = None) -> None:
    """Shows the gaps in the order in which to close them, with filters.

    Args:
        result: the outcome of the audit.
        under_gap: draws something below each gap; None for nothing.
    """
    st.subheader(f"The gaps, most urgent first: {len(result.gaps)}")
    areas = dict(zip(result.areas["area"], result.areas["title"], strict=True))
    roles = dict(result.criteria.roles)
    first, second, third = st.columns(3)
    area = first.multiselect("Area", list(areas), format_func=lambda value: str(areas[value]))
    kind = second.multiselect("Kind of gap", GAP_KINDS, format_func=theme.words)
    role = third.multiselect("Who is likely to know", list(roles), format_func=lambda value: str(roles[value]))
    shown = school.filtered(result.gaps, area=area, kind=kind, asked_of=role)
    if len(shown) < len(result.gaps):
        st.caption(f"{len(shown)} of {len(result.gaps)} shown.")
    for _, gap in shown.iterrows():
        _show_gap(gap, result, under_gap)


def _show_gap(gap: pd.Series, result: Outcome, under_gap: UnderGap | None) -> None:
    """Shows one gap: statement, reference, answers, kind, what closes it, and the evidence to look for."""
    state = theme.STATES[gap["kind"]]
    criterion = result.criteria[gap["statement"]]
    today, notes = criterion.statement.today, notes_on(criterion)
    read_today = f". {notes[0]}" if criterion.statement.read_today else ""
    with st.expander(
        f"{gap['priority']}. {markdown_text(gap['statement_text'])} — {state.symbol} {state.word}{read_today}"
    ):
        protects = " · protects a child directly" if gap["protects"] == "directly" else ""
        force = f" · {criterion.mark_title}" if result.framework.has_forces else ""
        st.caption(f"{gap['reference']}{force} · {result.criteria.roles[gap['asked_of']]}{protects}")
        for note in notes[1:] if read_today else notes:
            st.markdown(note)
        written, practice = both_answers(gap, result.criteria)
        st.markdown(f"**Answered.** Written: {written}. Done: {practice}.")
        st.markdown(f"**What closes it.** {gap['closes']} {gap['improve']}")
        st.markdown(f"**Evidence to look for.** {gap['evidence_to_look_for']}")
        if gap["evidence"] or gap["comment"]:
            st.markdown("**What the school noted.**")
            st.text("\n".join(filter(None, (gap["evidence"], gap["comment"]))))
        if today is not None:
            st.markdown(today_line(today))
        if under_gap is not None:
            under_gap(result, gap)


def choose_benchmark(audit_id: str, answered: Criteria) -> Benchmark | None:
    """Shows where a benchmark file is loaded or removed, and returns the benchmark in use; None if there is none.

    Args:
        audit_id: the id of the audit.
        answered: the criteria that it answers: figures of any other would stand beside nothing.
    """
    kept = store().benchmark(audit_id)
    benchmark = benchmark_of(audit_id)
    with st.expander("Beside other schools: the benchmark file of your local authority", icon=":material/group_work:"):
        if benchmark is not None and kept:
            st.write(f"In use: {markdown_text(kept[0])}")
            show_problems(benchmark.notes, "What we found in the file")
            if st.button("Take it away"):
                _keep_file(audit_id)
        _choose_file(audit_id, answered)
    return benchmark


def benchmark_of(audit_id: str) -> Benchmark | None:
    """The benchmark that is kept with an audit; None if there is none, or if it cannot be used."""
    kept = store().benchmark(audit_id)
    benchmark = read_benchmark(kept[1], kept[0], loaded_criteria()) if kept else None
    return benchmark if isinstance(benchmark, Benchmark) else None


def middle_half_of(
    benchmark: Benchmark | None, phase: Phase, title: str, measure: Literal["area", "question"]
) -> MiddleHalf | None:
    """The middle half of the schools of a phase, from a benchmark; None without a benchmark.

    Args:
        benchmark: the benchmark in use; None if there is none.
        phase: the phase of the school.
        title: the title of that phase.
        measure: whether areas or questions are compared.
    """
    if benchmark is None:
        return None
    rows = middle_half(benchmark, phase, measure)
    words = middle_half_in_words(benchmark, rows, title)
    return MiddleHalf(rows=rows, label=f"Middle half of schools, {benchmark.year}", words=words)


def _choose_file(audit_id: str, answered: Criteria) -> None:
    """Shows where a benchmark file is chosen. It is kept only if it can be used."""
    with st.form("benchmark", clear_on_submit=True, border=False):
        upload = st.file_uploader("Benchmark file (.json)", type=["json"], max_upload_size=MOST_MEGABYTES)
        if not st.form_submit_button("Use this file") or upload is None:
            return
    benchmark = read_benchmark(upload.getvalue(), upload.name, answered)
    if isinstance(benchmark, Benchmark):
        _keep_file(audit_id, upload.name, upload.getvalue())
        return
    show_problems(benchmark, "The file cannot be used; nothing was changed")


def _keep_file(audit_id: str, file: str = "", data: bytes = b"") -> None:
    """Replaces the benchmark file of an audit, or removes it if no file is given, and runs the page again."""
    keep_and_rerun(lambda: store().set_benchmark(audit_id, file=file, data=data))


def choose_school(schools: pd.DataFrame, label: str) -> str:
    """Asks for one school and returns its URN. The choice is in the address and holds on all pages about one school.

    Args:
        schools: a table with the columns ``urn`` and ``school``; not empty.
        label: the label of the widget.
    """
    names = dict(zip(schools["urn"], schools["school"], strict=True))
    tab = session()
    candidates = (st.session_state.get("school"), st.query_params.get("school"), tab.school, *names)
    st.session_state["school"] = next(urn for urn in candidates if urn in names)
    urn: str = st.selectbox(label, list(names), format_func=lambda urn: f"{names[urn]} ({urn})", key="school")
    st.query_params["school"] = tab.school = urn
    return urn


def ways_to_schools(urns: Iterable[str], comparison: Comparison, **more: str) -> list[str]:
    """By school, the address of its page; empty if codes are shown instead of names.

    Args:
        urns: the URNs of the schools.
        comparison: the comparison in view.
        more: further parameters of the address.
    """
    return [] if comparison.names is not None else [way_to("school", school=urn, **more) for urn in urns]


def ways_to_cells(schools: pd.DataFrame, questions: Mapping[str, Criterion], comparison: Comparison) -> Ways:
    """The links of a heat map: from each cell to that school and question.

    Args:
        schools: COMPARISON, or some of its rows.
        questions: the questions by their page, in source order.
        comparison: the comparison in view.
    """
    columns = [also(question=page) for page in questions]
    return Ways(rows=ways_to_schools(schools["urn"], comparison), columns=columns, first=_FIRST_QUESTION)


def show_question(audit: Audit, criteria: Criteria, questions: Mapping[str, Criterion]) -> None:
    """Shows what a school answers to the question in the address; only the choice if the address names none.

    Args:
        audit: the school's audit.
        criteria: the criteria of the comparison.
        questions: the questions by their page, in source order.
    """
    in_address = st.query_params.get("question", "")
    if "question" not in st.session_state:
        st.session_state["question"] = in_address if in_address in questions else ""
    page: str = st.selectbox(
        "Question",
        ["", *questions],
        format_func=lambda page: meaning_first(topic_of(questions[page])) if page else "The whole report",
        key="question",
    )
    if not page:
        st.query_params.pop("question", None)
        return
    st.query_params["question"] = page
    answers = answers_to(audit, criteria, page)
    title = meaning_first(topic_of(questions[page]))
    if answers.empty:
        st.subheader(markdown_text(f"{title}: none of its recommended statements is put to this school"))
        return
    met = int((answers["State"] == theme.words("met")).sum())
    st.subheader(markdown_text(f"{title}: {met} of {plural(len(answers), 'recommended statement')} met"))
    show_table(answers, f"Answers to {title}")


def show_place(comparison: Comparison, urn: str) -> None:
    """Shows a school's coverage, its place among the schools of its phase, and its change since the year compared."""
    row = comparison.schools[comparison.schools["urn"] == urn].iloc[0]
    phase = comparison_in_words.group_title(str(row["phase"]), comparison.criteria)
    st.caption(f"URN {urn} · {phase} · {comparison.year} · {row['basis']}")
    if pd.isna(row["rank"]):
        st.write("No place among its peers is shown: it is a desk review, or nothing applies.")
    else:
        st.write(
            f"{comparison.coverage_title} {whole_percent(row['coverage_percent'])}: place {row['rank']} of {row['peers']} schools of its "
            f"phase, in the {comparison_in_words.QUARTERS[int(row['quartile'])]} quarter."
        )
    if not pd.isna(row["change"]):
        same = " in what both years ask" if comparison.asked_once_of(urn) else ""
        st.write(f"{row['change']:+.1f} percentage points since {comparison.before}{same}; it {row['moved']}.")


def show_doubts(doubts: pd.DataFrame, urn: str) -> None:
    """Shows what the checks found that need no visit."""
    of_school = doubts[doubts["urn"] == urn]
    with st.expander(
        f"Can it be believed? {len(of_school)} of the checks found something"
        if len(of_school)
        else "Can it be believed? The checks found nothing"
    ):
        for _, doubt in of_school.iterrows():
            st.markdown(f"**{doubt['title']}.** {markdown_text(doubt['finding'])}")


def show_problems_of(problems: pd.DataFrame, file: str) -> None:
    """Shows the problems of the file that a school sent."""
    of_file = problems[problems["file"] == file]
    if not of_file.empty:
        with st.expander(f"What is to be mended in its file: {len(of_file)}"):
            show_long_table(
                texts_of(comparison_in_words.problems(of_file)), "What is to be mended in its file", key="own"
            )
