"""Reading a collection's files off the script's thread, so that no page and no other person waits for it.

The collection that is open, what came of its files, and the comparison that its adviser wants to see.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from itertools import count
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING

import streamlit as st

from audit.authority.register import Register, read_register, read_successors
from audit.authority.register_columns import ASKED_BY_DEFAULT, PLACES
from audit.english import time_left
from audit.identifiers import authority_name, authority_title, doubt_about_authority
from audit.intake.reading import executor, read_all
from audit.intake.sources import FoundFile
from audit.problems import Problem
from audit.ui.session import authority_store, loaded_criteria

if TYPE_CHECKING:
    from audit.authority.returns import Return
    from audit.model import Criteria, KnownSchool
    from audit.store.collections import AuthorityStore, Collection

_MOST_COLLECTIONS = 4
"""Collections whose returns are kept in memory; an older one is read again from its files when it is opened."""


@dataclass(frozen=True)
class AllRead:
    """What every file of a collection says, once all of them are read.

    Attributes:
        collection: which collection.
        job: the number of the job that read them.
        state: of the collection when its files were listed.
        returns: one return for each file.
    """

    collection: str
    job: int
    state: int
    returns: tuple[Return, ...]


@dataclass
class IntakeJob:
    """The reading of one collection's files.

    Attributes:
        collection: which collection.
        wanted: the names of the files in the collection.
        urns: the URN by DfE number, from the register.
        schools: what the register tells of each school, by its URN.
        read: the returns read so far, by file; they stay when the rest is cancelled, or when a file is taken out.
        failed: what went wrong, if the reading itself broke off.
        number: tells this job from every other.
        is_superseded: whether another job reads the files, so that this one is over.
        state: of the collection when its files were last listed: see `AuthorityStore.state`.
    """

    collection: str
    wanted: frozenset[str]
    urns: Mapping[str, str]
    schools: Mapping[str, KnownSchool]
    read: dict[str, Return] = field(default_factory=dict)
    failed: str = ""
    number: int = field(default_factory=count().__next__)
    state: int = -1
    is_superseded: bool = False
    _began: float = 0.0
    _before: int = 0
    _stop: Event = field(default_factory=Event)
    _starting: Lock = field(default_factory=Lock)
    _thread: Thread | None = None

    @property
    def of(self) -> int:
        """How many files there are to read."""
        return len(self.wanted)

    @property
    def done(self) -> int:
        """How many of the files are read."""
        return len(self.wanted.intersection(tuple(self.read)))

    @property
    def is_running(self) -> bool:
        """Whether files are being read."""
        return self._thread is not None and self._thread.is_alive()

    @property
    def is_stopped(self) -> bool:
        """Whether it was cancelled or broke off, so that it goes on only when somebody wants it to."""
        return self._stop.is_set() or bool(self.failed)

    @property
    def is_complete(self) -> bool:
        """Whether every file has its verdict."""
        return self.wanted <= self.read.keys()

    @property
    def all_read(self) -> AllRead | None:
        """What all the files say; None while one is still to be read."""
        with self._starting:  # another tab may list more files meanwhile
            if not self.is_complete:
                return None
            returns = tuple(self.read[file] for file in sorted(self.wanted))
            return AllRead(self.collection, self.number, self.state, returns)

    @property
    def left(self) -> str:
        """The time left, in words; empty until there is something to judge it by."""
        done = self.done - self._before
        if done < 5 or not self.is_running:
            return ""
        seconds = (time.monotonic() - self._began) / done * (self.of - self.done)
        return f"{time_left(seconds)} left"

    def start(self, store: AuthorityStore, criteria: Criteria) -> None:
        """Reads the files that have no verdict yet, on a thread of its own; one that runs takes in new files too."""
        with self._starting:
            self.failed = ""
            self._stop.clear()
            if not self.is_running:
                self._began, self._before = time.monotonic(), self.done
                self._thread = Thread(target=self._run, args=(store, criteria), daemon=True)
                self._thread.start()

    def list_files(self, store: AuthorityStore) -> None:
        """Takes note of the files that are in the collection now; a page that looked earlier never brings back its list."""
        state = store.state(self.collection)
        if state > self.state:
            wanted = frozenset(store.names(self.collection))
            with self._starting:
                if state > self.state:
                    self.wanted, self.state = wanted, state

    def cancel(self) -> None:
        """Stops; what was read stays."""
        self._stop.set()

    def _run(self, store: AuthorityStore, criteria: Criteria) -> None:
        try:
            with executor(None, None) as workers:
                before = -1
                while before < len(self.read) and not (self.is_complete or self._stop.is_set()):
                    before = len(self.read)
                    self._read(store, criteria, workers)
        except Exception as error:  # a thread has nobody above it to tell
            self.failed = f"{type(error).__name__}: {error}"

    def _read(self, store: AuthorityStore, criteria: Criteria, workers: Executor) -> None:
        reading = read_all(self._unread(store), criteria, executor=workers, urns=self.urns, schools=self.schools)
        for school_return in reading:
            self.read[school_return.file] = school_return
            if self._stop.is_set():
                break
        reading.close()

    def _unread(self, store: AuthorityStore) -> Iterator[FoundFile]:
        read = set(self.read)
        for kept in store.files(self.collection):
            if kept.file not in read:
                yield FoundFile(file=kept.file, data=kept.data, problem=kept.problem)


@st.cache_resource(show_spinner=False)
def _jobs() -> dict[str, IntakeJob]:
    """The jobs of this process by collection, the one last used at the end."""
    return {}


def forget(collection: str) -> None:
    """Ends the reading of a collection that is being removed."""
    job = _jobs().pop(collection, None)
    if job is not None:
        job.cancel()


def is_current(job: IntakeJob, store: AuthorityStore) -> bool:
    """Whether a job is still the one of its collection, and has every file that the collection holds now."""
    kept = _jobs().get(job.collection)
    return (kept is None or kept is job) and job.is_complete and store.state(job.collection) == job.state


def job_of(
    collection: str, store: AuthorityStore, *, urns: Mapping[str, str], schools: Mapping[str, KnownSchool]
) -> IntakeJob:
    """The job of a collection; a new one if there is none, or if the register it was read with is another.

    Args:
        collection: id of the collection.
        store: where it is kept.
        urns: the URN by DfE number, from its register.
        schools: what that tells of each school, by its URN.
    """
    jobs = _jobs()
    job = jobs.pop(collection, None)
    if job is None or (job.urns, job.schools) != (urns, schools):
        if job is not None:
            job.is_superseded = True
            job.cancel()
        job = IntakeJob(collection=collection, wanted=frozenset(), urns=urns, schools=schools)
    job.list_files(store)
    jobs[collection] = job
    for old in list(jobs)[:-_MOST_COLLECTIONS]:
        dropped = jobs.pop(old)
        dropped.is_superseded = True
        dropped.cancel()
    return job


@dataclass(frozen=True, kw_only=True)
class Papers:
    """What the adviser gave beside the files.

    Attributes:
        register: narrowed to the authority, if it has schools of it.
        authorities: name by code of all that have a school in the register.
        names: name by code of those among them that this program does not know.
        successors: new URN by old.
        problems: what was found in both.
    """

    register: Register | None
    authorities: Mapping[str, str]
    names: Mapping[str, str]
    successors: Mapping[str, str]
    problems: tuple[Problem, ...]


# Without spinners: one that comes while the bar of the reading is drawn can make Streamlit's page go white.
@st.cache_resource(max_entries=8, show_spinner=False)
def _papers(
    register: tuple[str, bytes], successors: tuple[str, bytes], authority: str, asked: tuple[str, ...]
) -> Papers:
    listed, problems = read_register(register[1], register[0]) if register[1] else (None, ())
    new_urns, more_problems = read_successors(successors[1], successors[0]) if successors[1] else ({}, ())
    authorities = {} if listed is None else listed.authorities
    names = {} if listed is None else listed.names
    if listed is not None:
        problems = (*problems, *_not_in(authority, authorities, register[0]))
        listed = (listed.of(authority) if authority in authorities else listed).asking(asked)
    return Papers(
        register=listed,
        authorities=authorities,
        names=names,
        successors=new_urns,
        problems=(*problems, *more_problems),
    )


def _not_in(authority: str, authorities: Mapping[str, str], file: str) -> tuple[Problem, ...]:
    """A warning where a list that names authorities has no school of the collection's own."""
    if not authority or not authorities or authority in authorities:
        return ()
    doubt = doubt_about_authority(authority)
    what = f"It has no school of {authority_title(authority)}, so every school in it is expected."
    fix = "Choose another register, or below it the authority whose schools are expected."
    return (Problem(where=file, what=f"{what} {doubt.what}" if doubt else what, fix=fix, severity="warning"),)


def papers_of(collection: Collection) -> Papers:
    """The register and the old URNs of a collection."""
    none = ("", b"")
    documents = collection.documents
    authority = collection.settings.get("authority", "")
    return _papers(documents.get("register", none), documents.get("successors", none), authority, asked_of(collection))


def asked_of(collection: Collection) -> tuple[str, ...]:
    """The kinds of place that the adviser chose to ask, in the order of `PLACES`."""
    setting = collection.settings.get("asked")
    asked = ASKED_BY_DEFAULT if setting is None else set(setting.split())
    return tuple(place for place in PLACES if place in asked)


def full_name(collection: Collection) -> str:
    """The full name of the authority: as the adviser typed it, else the register's, else the national list's.

    Empty for a trust of which nobody typed the name.
    """
    code = collection.settings.get("authority", "")
    return collection.settings.get("authority_name") or authority_name(code, papers_of(collection).names).removeprefix(
        code
    )


def job_for(collection: Collection) -> IntakeJob:
    """The reading of a collection's files; it goes on if some are left, unless it was cancelled or broke off."""
    register = papers_of(collection).register
    urns, schools = ({}, {}) if register is None else (register.urns, register.known)
    job = job_of(collection.id, authority_store(), urns=urns, schools=schools)
    if not (job.is_complete or job.is_stopped):
        job.start(authority_store(), loaded_criteria())
    return job
