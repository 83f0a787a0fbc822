"""The pages by who they are for: what the menu and the home page list."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from audit.ui.connection import keep_alive
from audit.ui.printing import for_paper
from audit.ui.session import address
from audit.ui.unsent import warn_of_unsent_text
from audit.ui.ways import follow_clicks

_PAGES = "audit/ui/pages"
_WIDE = """<style>
@media screen { [data-testid="stMainBlockContainer"] { padding-left: 2rem !important; padding-right: 2rem !important; } }
</style>"""
"""Many schools side by side need the room that Streamlit leaves empty beside a wide page."""
_TITLE, _ICON = "Online safety self-audit", "audit/ui/icon.png"


@dataclass(frozen=True)
class Entry:
    """One page: its file, its title in the menu, an icon, and what it is for in one line."""

    file: str
    title: str
    icon: str
    about: str

    @property
    def path(self) -> str:
        """Where the page is, as links name it."""
        return f"{_PAGES}/{self.file}.py"


@dataclass(frozen=True)
class Group:
    """The pages of one kind of reader, and what that reader does here in one line."""

    title: str
    about: str
    entries: tuple[Entry, ...]


HOME = Entry("home", "Home", ":material/home:", "What this is, your audits, and examples to open.")
SCHOOL = Group(
    "For school leaders",
    "The yearly audit: answer, plan, sign off.",
    (
        Entry(
            "start", "Start or add an audit", ":material/add_circle:", "Begin anew, from last year, or from a workbook."
        ),
        Entry("answer", "Answer the questions", ":material/edit_note:", "One question a page; every answer is saved."),
        Entry("details", "School details", ":material/badge:", "Put right the school's name, URN, phase or authority."),
        Entry(
            "check", "Check answers", ":material/checklist:", "What is unanswered, unknown or still to be confirmed."
        ),
        Entry("report", "Gap report", ":material/bar_chart:", "The outcome, charts, and the gaps, most urgent first."),
        Entry("plan", "Action plan", ":material/task_alt:", "Who does what by when, and what it would bring."),
        Entry(
            "history",
            "What changed",
            ":material/history:",
            "This year against others, and every change of every answer.",
        ),
        Entry(
            "sign", "Check and sign", ":material/verified:", "A reviewer's checks, the sign-off, and the proof of it."
        ),
        Entry(
            "colleagues", "Colleagues and workbook", ":material/group:", "Hand out parts, take them back, work offline."
        ),
    ),
)
GOVERNORS = Group(
    "For governors",
    "Where the school stands, and what to ask.",
    (
        Entry(
            "governors",
            "The page for governors",
            ":material/groups_2:",
            "One page in plain words, and the pack for the meeting.",
        ),
    ),
)
AUTHORITY = Group(
    "For the local authority",
    "The returns of many schools, side by side.",
    (
        Entry("collect", "Take in returns", ":material/move_to_inbox:", "Drop in workbooks; each gets a verdict."),
        Entry("tracker", "Who has sent", ":material/fact_check:", "Who has sent, who is missing, whom to chase."),
        Entry(
            "overview",
            "All schools together",
            ":material/bar_chart:",
            "The outcome of all schools, and against last year.",
        ),
        Entry("schools", "Schools and questions", ":material/grid_on:", "The heat map of schools and questions."),
        Entry("school", "One school", ":material/school:", "One school's report and its place among its peers."),
        Entry(
            "common_gaps",
            "Common gaps and training",
            ":material/groups:",
            "What many lack, and the training that follows.",
        ),
        Entry(
            "belief", "Belief and visits", ":material/travel_explore:", "What to ask about a return, and whom to visit."
        ),
        Entry("moderation", "Moderation", ":material/balance:", "Your reading beside the school's after a visit."),
        Entry("write_back", "Write back", ":material/outgoing_mail:", "Letters, figures to share, and the comparison."),
    ),
)
EVERYONE = Group(
    "For everyone",
    "What is asked, and how it is counted.",
    (
        Entry(
            "criteria", "The criteria", ":material/menu_book:", "Every statement, its source, and what would show it."
        ),
        Entry("scores", "How the scores work", ":material/calculate:", "Two answers, four kinds of gap, one example."),
    ),
)
GROUPS = (SCHOOL, GOVERNORS, AUTHORITY, EVERYONE)


def navigation() -> StreamlitPage:
    """The page that the address names; draws the menu beside it.

    Streamlit's own grouped menu is a list with headings between its items, which no screen reader takes for one.
    """
    pages = {
        entry: st.Page(entry.path, title=entry.title, default=entry is HOME)  # a page's icon is fetched from elsewhere
        for entry in (HOME, *(entry for group in GROUPS for entry in group.entries))
    }
    page = st.navigation(list(pages.values()), position="hidden")
    wide = page in [pages[entry] for entry in AUTHORITY.entries]  # many schools side by side
    # Once a run: the browser takes two layouts of one run in either order.
    st.set_page_config(page_title=f"{page.title} · {_TITLE}", page_icon=_ICON, layout="wide" if wide else "centered")
    with st.sidebar:
        st.page_link(pages[HOME], icon=HOME.icon, query_params=address())
        for group in GROUPS:
            st.markdown(f"**{group.title}**")
            st.caption(group.about)
            for entry in group.entries:
                st.page_link(pages[entry], icon=entry.icon, query_params=address())
        for_paper()  # here it takes no room on the page
        warn_of_unsent_text()
        if wide:
            st.html(_WIDE)
        follow_clicks()
    keep_alive()
    return page


def show_pages(group: Group) -> None:
    """The pages of a group as links, each with what it is for."""
    for entry in group.entries:
        st.page_link(entry.path, label=f"**{entry.title}**: {entry.about}", icon=entry.icon, query_params=address())
