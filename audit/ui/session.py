"""The state of one browser tab as one typed object, and the stores of the process.

The store holds the truth; the widgets only show it.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import streamlit as st

from audit.authority.returns import criteria_compared
from audit.criteria.load import load
from audit.problems import Problem
from audit.school.signing import NotIntact
from audit.store.audits import Store
from audit.store.collections import AuthorityStore
from audit.store.connection import Database

if TYPE_CHECKING:
    from audit.model import Audit, Criteria, Response
    from audit.school.merge import Conflict
    from audit.store.collections import Collection

_KEY = "session"
_VIEW_NAMES = frozenset({"year", "phase", "type", "names", "answers"})
"""The names of the parts of a view in an address."""


@dataclass(frozen=True, kw_only=True)
class View:
    """The filters of a comparison. Empty means all; an empty year means the year that the collection asks for.

    Attributes:
        year: the academic year.
        phases: the phases in view.
        types: the types of school in view.
        anonymised: whether codes are shown instead of the schools' names.
        moderated: whether the adviser's readings are used instead of the schools' answers.
    """

    year: str = ""
    phases: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    anonymised: bool = False
    moderated: bool = False


@dataclass
class Session:
    """One browser tab.

    Attributes:
        audit_id: id of the open audit.
        page: the open question, as the address names it.
        role: the role of the person who answers in this tab; kept in the history.
        shown: by statement, the stored response that this person saw last: the base of the next save.
        viewed: by statement, the response that its widgets were last set to: the stored one, or last year's answer
            that is to be confirmed or changed.
        notes: by statement, whether it is saved, and the message on its card.
        conflicts: by statement, two answers of which the person has to choose one.
        set_aside: by statement, the answers from before *not applicable* was ticked.
        cleared: by statement, the answers that were cleared in this tab and can be put back.
        moved: whether an answer was stored since the progress was shown.
        drawn: how often the progress was shown.
        undrawn: the statements whose answers changed since their cards were drawn.
        number: the id of this session; no other session has it.
        collection: id of the authority's collection that is open.
        view: the filters of that collection.
        school: the URN of the school that was looked at last in that collection.
        framework: the id of the framework whose figures were looked at last.
    """

    audit_id: str = ""
    page: str = ""
    role: str = ""
    shown: dict[str, Response] = field(default_factory=dict)
    viewed: dict[str, Response] = field(default_factory=dict)
    notes: dict[str, tuple[bool, str]] = field(default_factory=dict)
    conflicts: dict[str, Conflict] = field(default_factory=dict)
    set_aside: dict[str, Response] = field(default_factory=dict)
    cleared: dict[str, Response] = field(default_factory=dict)
    moved: bool = False
    drawn: int = 0
    undrawn: set[str] = field(default_factory=set)
    number: str = field(default_factory=lambda: uuid.uuid4().hex)
    collection: str = ""
    view: View = View()
    school: str = ""
    framework: str = ""


@st.cache_resource(show_spinner=False)
def database() -> Database:
    """The database of this process, which both stores share."""
    return Database(None)


@st.cache_resource(show_spinner=False)
def store() -> Store:
    """The store of audits of this process. It keeps the wording of the loaded criteria."""
    opened = Store(database())
    opened.keep(loaded_criteria())
    return opened


@st.cache_resource(show_spinner=False)
def authority_store() -> AuthorityStore:
    """The store of collections of this process."""
    return AuthorityStore(database())


@st.cache_resource(show_spinner=False)
def loaded_criteria() -> Criteria:
    """The criteria that come with the product or were added, loaded once."""
    return load()


def forget_criteria() -> None:
    """Has the criteria loaded again, after some were added, and keeps their wording in the store."""
    loaded_criteria.clear()
    _criteria_compared.clear()
    store().keep(loaded_criteria())


def authority_criteria(collection: Collection) -> Criteria:
    """The criteria by which a collection compares returns: those of its one framework; stops the page if it is not loaded."""
    criteria = _criteria_compared(collection.framework)
    if isinstance(criteria, Problem):
        st.error(
            f"{criteria.what} Choose another for this collection, on the page Take in returns under Other collections and Change."
        )
        st.stop()
    return criteria


@st.cache_resource(show_spinner=False)
def _criteria_compared(framework: str) -> Criteria | Problem:
    return criteria_compared(loaded_criteria(), framework)


def session() -> Session:
    """The session of this tab."""
    if _KEY not in st.session_state:
        st.session_state[_KEY] = Session()
    current: Session = st.session_state[_KEY]
    return current


def opened_audit() -> tuple[Session, Audit]:
    """The audit that the address names, else the one that is open in this tab; stops the page if there is none.

    A refresh begins a new session, and a page of the navigation drops the address. In either case the other of the
    two still names the audit, and both are set to it.
    """
    tab = session()
    wanted = st.query_params.get("audit", tab.audit_id)
    try:
        audit = store().load(wanted) if wanted else None
    except NotIntact as fault:
        st.title("This audit is not as it was signed")
        st.error(
            f"{fault} Somebody changed the database by hand. Restore its backup, or add the signed workbook again."
        )
        st.stop()
    if audit is None:
        tab.audit_id = ""
        st.title("No audit is open")
        lost = any(not saved for saved, _ in tab.notes.values())
        tab.notes.clear()
        if lost:
            st.warning("Your last answer was not saved: the audit is not there any more.")
        st.write(
            "This address names an audit that is not here." if wanted else "Open one on the home page, or start one."
        )
        st.page_link("audit/ui/pages/home.py", label="Go to the home page", icon=":material/home:")
        st.stop()
    if wanted != tab.audit_id:
        open_audit(wanted)
    st.query_params["audit"] = wanted
    if not criteria_of_audit(audit).frameworks:
        st.error(f"The criteria of this audit are not here: {', '.join(map(str, audit.frameworks))}.")
        st.stop()
    return tab, audit


def criteria_of_audit(audit: Audit) -> Criteria:
    """The criteria of the open audit: those it was signed with, else the loaded ones, else its edition from the store."""
    return store().criteria_of(session().audit_id, audit, loaded_criteria())


def open_audit(audit_id: str, page: str = "") -> None:
    """Makes another audit the open one, and forgets the state of the last one."""
    role = session().role
    tab = session()
    tab.audit_id, tab.page = audit_id, page
    tab.shown, tab.viewed, tab.notes, tab.conflicts, tab.set_aside = {}, {}, {}, {}, {}
    tab.cleared, tab.undrawn = {}, set()
    tab.role = role
    for key in [key for key in st.session_state if isinstance(key, str) and key.startswith("answer.")]:
        del st.session_state[key]


def page_address() -> dict[str, str | list[str]]:
    """The parameters that every address carries: the open audit, the open collection, and its filters."""
    tab = session()
    opened = {"audit": tab.audit_id, "collection": tab.collection}
    address = {name: value for name in opened if (value := st.query_params.get(name, opened[name]))}
    if "collection" not in address:
        return {**address}
    known = address["collection"] == tab.collection  # else this session is new, and only the address has the filters
    return {**address, **_in_address(tab.view if known else view_in_address())}


def _in_address(view: View) -> dict[str, str | list[str]]:
    address: dict[str, str | list[str]] = {
        "year": view.year,
        "phase": list(view.phases),
        "type": list(view.types),
        "names": "codes" * view.anonymised,
        "answers": "adviser" * view.moderated,
    }
    return {name: value for name, value in address.items() if value}


def view_in_address() -> View:
    """The filters in the address, so that a refresh and a link show the same."""
    address = st.query_params
    return View(
        year=address.get("year", ""),
        phases=tuple(address.get_all("phase")),
        types=tuple(address.get_all("type")),
        anonymised=address.get("names") == "codes",
        moderated=address.get("answers") == "adviser",
    )


def show_view(view: View) -> None:
    """Sets the filters of this tab and puts them into the address."""
    session().view = view
    kept = {name: st.query_params.get_all(name) for name in st.query_params if name not in _VIEW_NAMES}
    st.query_params.from_dict({**kept, **_in_address(view)})


def go_to(page_file: str, **params: str) -> None:
    """Opens another page with the open audit in its address."""
    tab = session()
    st.switch_page(f"audit/ui/pages/{page_file}.py", query_params={"audit": tab.audit_id, **params})


def clock() -> str:
    """The time of day for the note that an answer is saved."""
    return dt.datetime.now().strftime("%H:%M:%S")
