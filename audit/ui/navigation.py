"""The frame of every page: the menu, the print layout, and the warning about text in a form that is not sent.

- Menu: the pages are listed by who they are for; the home page shows the same list.
- Print: without the elements that are only for the screen, with nothing cut off, and with dark text on white.
- Warning: text in a form goes to the server only when the form's button is pressed, so a person who leaves the page
  before that is asked. The text boxes of the questionnaire save themselves (`audit/ui/saving.py`) and need no warning.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from audit.ui.components import follow_clicks
from audit.ui.server import keep_alive
from audit.ui.session import page_address

_PAGES = "audit/ui/pages"
_TITLE, _ICON = "Online safety self-audit", "audit/ui/icon.png"

_PRINT_STYLE = """<style>
@media print {
  @page { margin: 12mm; }
  [data-testid="stSidebar"], [data-testid="stExpandSidebarButton"], [data-testid="stHeader"],
  [data-testid="stToolbar"], [data-testid="stStatusWidget"], [data-testid="stDecoration"], [data-testid="stToast"],
  [data-testid="stElementToolbar"], [data-testid="stButton"], [data-testid="stFormSubmitButton"],
  [data-testid="stDownloadButton"], [data-testid="stLinkButton"], [data-testid="stPopover"],
  [data-testid="stFileUploader"], [data-testid="stFileUploaderDropzone"], [data-testid="stPagination"],
  [data-testid="stTooltipIcon"], [data-testid="stHeaderActionElements"],
  [data-testid="stMain"] [data-testid="stVerticalBlock"][class*="st-key-not-on-paper"] { display: none !important; }
  html, body, #root, .stApp, [data-testid="stAppViewContainer"], [data-testid="stMain"] {
    display: block !important; position: static !important; height: auto !important; min-height: 0 !important;
    overflow: visible !important; background: #fff !important; color-scheme: light;
  }
  [data-testid="stMainBlockContainer"] { max-width: none !important; width: 100% !important; padding: 0 !important; zoom: .8; }
  [data-testid="stMain"] [data-testid="stVerticalBlock"] { display: block !important; height: auto !important; overflow: visible !important; }
  [data-testid="stElementContainer"], [data-testid="stFullScreenFrame"], [data-testid="stLayoutWrapper"] { height: auto !important; }
  [data-testid="stVerticalBlock"] > * { margin-bottom: .8rem; width: 100% !important; max-width: 100% !important; }
  [data-testid="stVerticalBlock"] > [data-testid="stElementContainer"]:empty { margin: 0; }

  .stApp *:not(svg, svg *) { color: #14171a !important; border-color: #8a8f96; text-shadow: none !important; }
  .stApp *:not(svg, svg *, [data-testid="stProgress"] *, .audit-progress *, label:has(:checked) *), .stApp code { background: none !important; }
  .stApp [data-testid="stAlertContainer"], .stApp [data-baseweb="select"] > div, .stApp [data-baseweb="input"],
  .stApp [data-baseweb="textarea"] { border: 1px solid #8a8f96 !important; }
  [data-testid="stRadioOption"] > span + div > div:first-child, [data-testid="stCheckbox"] label > span + div {
    box-shadow: inset 0 0 0 1.5px #14171a;
  }
  .xtick text, .ytick text, .xtitle, .ytitle, .legendtext, .annotation-text { fill: #14171a !important; }
  [data-testid="stPlotlyChart"], [data-testid="stProgress"], .audit-progress, [role="radiogroup"], [role="checkbox"] {
    print-color-adjust: exact; -webkit-print-color-adjust: exact;
  }

  [data-testid="stPlotlyChart"], [data-testid="stMetric"], [data-testid="stAlert"], [data-testid="stHorizontalBlock"],
  [data-testid="stRadio"], summary, tr, li, .keep-whole { break-inside: avoid; }
  h1, h2, h3, h4, [data-testid="stElementContainer"]:has([data-testid="stHeading"]),
  [data-testid="stElementContainer"]:has(h1, h2, h3, h4),
  [data-testid="stElementContainer"]:has([data-testid="stHeading"])
    + [data-testid="stElementContainer"],
  [data-testid="stElementContainer"]:has([data-testid="stCaptionContainer"], [data-testid="stPagination"]) { break-after: avoid; }
  p, li { orphans: 3; widows: 3; }
  .audit-table, [class*="st-key-wide-"] { overflow: visible !important; }
  [data-testid="stMarkdownContainer"], pre, code { overflow: visible !important; white-space: normal; overflow-wrap: anywhere; }
  [class*="st-key-wide-"] > div { min-width: 0 !important; }
  .audit-table table, .audit-table.many table { font-size: .85rem; }
  .audit-table th, .audit-table td { padding: .2rem .4rem !important; }
  .audit-table.many th, .audit-table.many td { padding: .2rem !important; }
  .audit-table .long { min-width: 12rem; }
  thead { display: table-header-group; }
  input, textarea { overflow: visible !important; }
}
.on-paper [data-testid="stSidebar"] { display: none; }
.on-paper [data-testid="stMainBlockContainer"] { max-width: 850px !important; padding: 0 !important; }
</style>"""
"""Colours are set for everything but drawings: the white letters of the dark theme would not be seen on paper."""

_PRINT_SCRIPT = """<script>
if (!window.auditPaper) {
  const WIDTH = 850;  // pixels of a page of A4 at the zoom of the style sheet
  const HIGHEST = 700;  // a card as high as this is not kept on one page
  const fit = () => {
    for (const box of document.querySelectorAll('[data-testid="stPlotlyChart"]')) {
      const drawn = box.querySelector('.main-svg');
      if (drawn) box.style.zoom = Math.min(1, WIDTH / drawn.getBoundingClientRect().width);
    }
    for (const table of document.querySelectorAll('.audit-table table')) {
      const was = table.style.cssText;
      table.style.cssText = 'width: min-content; font-size: .85rem';
      const least = table.getBoundingClientRect().width;
      table.style.cssText = was;
      const room = WIDTH - (table.closest('details') ? 40 : 0);  // an expander has a frame around its content
      if (least) table.style.zoom = Math.min(1, room / least);
    }
    for (const box of document.querySelectorAll('[data-testid="stMain"] [data-testid="stVerticalBlock"]')) {
      box.classList.toggle('keep-whole', parseFloat(getComputedStyle(box).borderTopWidth) > 0 && box.offsetHeight < HIGHEST);
    }
    for (const area of document.querySelectorAll('textarea')) {
      area.dataset.height = area.style.height;
      area.style.height = `${area.scrollHeight + 4}px`;
    }
  };
  const undo = () => {
    document.documentElement.classList.remove('on-paper');
    for (const fitted of document.querySelectorAll('[data-testid="stPlotlyChart"], .audit-table table')) fitted.style.zoom = '';
    for (const area of document.querySelectorAll('textarea[data-height]')) area.style.height = area.dataset.height;
  };
  window.addEventListener('beforeprint', fit);
  window.addEventListener('afterprint', undo);
  window.addEventListener('keydown', (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey || event.key.toLowerCase() !== 'p') return;
    event.preventDefault();  // charts take a moment to be drawn as narrow as the paper
    document.documentElement.classList.add('on-paper');
    setTimeout(() => window.print(), 700);
  });
  window.auditPaper = true;
}
</script>"""
"""Charts and tables are as wide as the screen. Before printing, the script makes each as wide as the paper."""


def for_paper() -> None:
    """Makes the page print well. A container whose key begins with ``not-on-paper`` is not printed."""
    st.html(_PRINT_STYLE + _PRINT_SCRIPT, unsafe_allow_javascript=True)


_ASK = "What you typed in this form is not sent yet. Leave the page and lose it?"

_UNSENT_SCRIPT = """<script>
if (!window.auditUnsent) {
  const BOX = 'textarea, input[type="text"], input:not([type])', BUTTON = '[data-testid="stFormSubmitButton"] button';
  const unsent = window.auditUnsent = new Map();  // the boxes whose text differs from the text at their first focus
  const before = new WeakMap();
  const formOf = box => box.closest?.('[data-testid="stForm"]');
  const boxOf = event => event.target.matches?.(BOX) && formOf(event.target) && event.target;
  const sent = form => unsent.forEach((_, box) => { if (formOf(box) === form) unsent.delete(box), before.delete(box); });
  const isUnsent = () => {
    unsent.forEach((_, box) => { if (!box.isConnected || box.value === before.get(box)) unsent.delete(box); });
    return unsent.size > 0;
  };
  document.addEventListener('focusin', event => {
    const box = boxOf(event);
    if (box && !before.has(box)) before.set(box, box.value);
  }, true);
  document.addEventListener('input', event => {
    const box = boxOf(event);
    if (box && before.has(box) && box.getAttribute('role') !== 'combobox') unsent.set(box, true);
  }, true);
  document.addEventListener('click', event => {
    const button = event.target.closest?.(BUTTON);
    if (button) return sent(formOf(button));
    const link = event.target.closest?.('a[href]');
    if (!link || link.target || event.ctrlKey || event.metaKey || event.shiftKey || !isUnsent()) return;
    if (confirm(ASK)) return unsent.clear();
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
  document.addEventListener('keydown', event => {
    const box = boxOf(event);
    if (box && event.key === 'Enter' && (event.ctrlKey || event.metaKey)) sent(formOf(box));
  }, true);
  window.addEventListener('beforeunload', event => {
    if (!isUnsent()) return;
    event.preventDefault();
    event.returnValue = '';
  });
}
</script>"""


def warn_of_unsent_text() -> None:
    """Puts the script into the page. It stays there when another page is shown."""
    st.html(_UNSENT_SCRIPT.replace("ASK", json.dumps(_ASK)), unsafe_allow_javascript=True)


_WIDE_STYLE = """<style>
@media screen { [data-testid="stMainBlockContainer"] { padding-left: 2rem !important; padding-right: 2rem !important; } }
</style>"""
"""Tables of many schools need the space that Streamlit leaves empty at both sides of a wide page."""


@dataclass(frozen=True)
class Entry:
    """One page: its file, its title in the menu, its icon, and its purpose in one line."""

    file: str
    title: str
    icon: str
    about: str

    @property
    def path(self) -> str:
        """The path of the page for links."""
        return f"{_PAGES}/{self.file}.py"


@dataclass(frozen=True)
class Group:
    """The pages for one kind of reader, and what that reader does with them in one line."""

    title: str
    about: str
    entries: tuple[Entry, ...]


HOME = Entry("home", "Home", ":material/home:", "What this is, your audits, and examples to open.")

SCHOOL = Group(
    "For school leaders",
    "The yearly audit: answer, plan, sign off.",
    (
        Entry(
            "start",
            "Start or add an audit",
            ":material/add_circle:",
            "Begin a new audit, from last year's, or from a workbook.",
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
        Entry(
            "author", "Your own criteria", ":material/edit_document:", "Change criteria in Excel, and add them here."
        ),
    ),
)

EVERYONE = Group(
    "For everyone",
    "What is asked, and how it is counted.",
    (
        Entry(
            "criteria", "The criteria", ":material/menu_book:", "Every statement, its source, and what would show it."
        ),
        Entry("who", "Who answers for what", ":material/assignment_ind:", "What is asked of each role, to take along."),
        Entry("scores", "How the scores work", ":material/calculate:", "Two answers, four kinds of gap, one example."),
    ),
)

GROUPS = (SCHOOL, GOVERNORS, AUTHORITY, EVERYONE)


def navigation() -> StreamlitPage:
    """The page that the address names; also draws the menu.

    Streamlit's own grouped menu has headings between the items of a list, so screen readers do not see it as a list.
    """
    # Without icons: Streamlit would fetch the icon of a page from the internet.
    pages = {
        entry: st.Page(entry.path, title=entry.title, default=entry is HOME)
        for entry in (HOME, *(entry for group in GROUPS for entry in group.entries))
    }
    page = st.navigation(list(pages.values()), position="hidden")
    wide = page in [pages[entry] for entry in AUTHORITY.entries]  # pages with tables of many schools
    # Called once in a run: the browser applies two layouts of one run in any order.
    st.set_page_config(page_title=f"{page.title} · {_TITLE}", page_icon=_ICON, layout="wide" if wide else "centered")
    with st.sidebar:
        st.page_link(pages[HOME], icon=HOME.icon, query_params=page_address())
        for group in GROUPS:
            st.markdown(f"**{group.title}**")
            st.caption(group.about)
            for entry in group.entries:
                st.page_link(pages[entry], icon=entry.icon, query_params=page_address())
        for_paper()  # in the sidebar, where it takes no space on the page
        warn_of_unsent_text()
        if wide:
            st.html(_WIDE_STYLE)
        follow_clicks()
    keep_alive()
    return page


def show_pages(group: Group) -> None:
    """Shows the pages of a group as links, each with its purpose."""
    for entry in group.entries:
        st.page_link(
            entry.path, label=f"**{entry.title}**: {entry.about}", icon=entry.icon, query_params=page_address()
        )
