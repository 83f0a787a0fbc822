"""Reading of a collection's files on a background thread, and the register that the collection is read with.

The files are read on another thread than the page's script, so no page and no other person waits for the reading.
There is one job for each collection; a new register or another framework makes a new job.
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
from audit.ui.session import authority_criteria, authority_store, loaded_criteria

if TYPE_CHECKING:
    from audit.authority.returns import Return
    from audit.model import Criteria, KnownSchool
    from audit.store.collections import AuthorityStore, Collection

_MOST_COLLECTIONS = 4
"""How many collections keep their returns in memory. Others are read again from their files when they are opened."""


@dataclass(frozen=True)
class AllRead:
    """The returns of a collection of which all files are read.

    Attributes:
        collection: id of the collection.
        job: the number of the job that read the files.
        state: the state of the collection when its files were listed: see `AuthorityStore.state`.
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
        collection: id of the collection.
        wanted: the names of the files in the collection.
        urns: the URN by DfE number, from the register.
        schools: what the register says of each school, by its URN.
        framework: the id of the framework by which the returns are compared; empty for the usual one.
        read: the returns read so far, by file; they stay when the reading is cancelled or a file is taken out.
        failed: why the reading itself failed; empty if it did not.
        number: the number of this job; no other job has it.
        is_superseded: whether a newer job has replaced this one.
        state: the state of the collection when its files were last listed: see `AuthorityStore.state`.
    """

    collection: str
    wanted: frozenset[str]
    urns: Mapping[str, str]
    schools: Mapping[str, KnownSchool]
    framework: str = ""
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
        """Whether it was cancelled or has failed, so that it goes on only when somebody starts it again."""
        return self._stop.is_set() or bool(self.failed)

    @property
    def is_complete(self) -> bool:
        """Whether every file has its verdict."""
        return self.wanted <= self.read.keys()

    @property
    def all_read(self) -> AllRead | None:
        """The returns of all files; None while a file is still to be read."""
        with self._starting:  # another tab may list more files meanwhile
            if not self.is_complete:
                return None
            returns = tuple(self.read[file] for file in sorted(self.wanted))
            return AllRead(self.collection, self.number, self.state, returns)

    @property
    def left(self) -> str:
        """The time left, in words; empty until enough files are read to estimate it."""
        done = self.done - self._before
        if done < 5 or not self.is_running:
            return ""
        seconds = (time.monotonic() - self._began) / done * (self.of - self.done)
        return f"{time_left(seconds)} left"

    def start(self, store: AuthorityStore, criteria: Criteria, loaded: Criteria) -> None:
        """Reads the files that have no verdict yet on another thread. If the job runs already, it reads new files too.

        Args:
            store: the store that keeps the collection.
            criteria: the criteria that are compared.
            loaded: all criteria of this installation.
        """
        with self._starting:
            self.failed = ""
            self._stop.clear()
            if not self.is_running:
                self._began, self._before = time.monotonic(), self.done
                self._thread = Thread(target=self._run, args=(store, criteria, loaded), daemon=True)
                self._thread.start()

    def list_files(self, store: AuthorityStore) -> None:
        """Lists the files that are in the collection now. An older list never replaces a newer one."""
        state = store.state(self.collection)
        if state > self.state:
            wanted = frozenset(store.names(self.collection))
            with self._starting:
                if state > self.state:
                    self.wanted, self.state = wanted, state

    def cancel(self) -> None:
        """Stops the reading. The returns read so far stay."""
        self._stop.set()

    def _run(self, store: AuthorityStore, criteria: Criteria, loaded: Criteria) -> None:
        try:
            with executor(None, None) as workers:
                before = -1
                while before < len(self.read) and not (self.is_complete or self._stop.is_set()):
                    before = len(self.read)
                    self._read(store, criteria, loaded, workers)
        except Exception as error:  # no caller would see an exception of a thread
            self.failed = f"{type(error).__name__}: {error}"

    def _read(self, store: AuthorityStore, criteria: Criteria, loaded: Criteria, workers: Executor) -> None:
        files = self._unread(store)
        reading = read_all(files, criteria, executor=workers, loaded=loaded, urns=self.urns, schools=self.schools)
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


def job_for(collection: Collection) -> IntakeJob:
    """The job of a collection; starts it if files are left to read, unless it was cancelled or has failed."""
    register = papers_of(collection).register
    urns, schools = ({}, {}) if register is None else (register.urns, register.known)
    job = job_of(collection.id, authority_store(), urns=urns, schools=schools, framework=collection.framework)
    if not (job.is_complete or job.is_stopped):
        start_reading(job, collection)
    return job


def start_reading(job: IntakeJob, collection: Collection) -> None:
    """Reads the files of a collection that have no verdict yet."""
    job.start(authority_store(), authority_criteria(collection), loaded_criteria())


def job_of(
    collection: str,
    store: AuthorityStore,
    *,
    urns: Mapping[str, str],
    schools: Mapping[str, KnownSchool],
    framework: str = "",
) -> IntakeJob:
    """The job of a collection; a new one if there is none, or if the register or the framework has changed since.

    Args:
        collection: id of the collection.
        store: the store that keeps the collection.
        urns: the URN by DfE number, from its register.
        schools: what the register says of each school, by its URN.
        framework: the id of the framework by which the returns are compared; empty for the usual one.
    """
    jobs = _jobs()
    job = jobs.pop(collection, None)
    if job is None or (job.urns, job.schools, job.framework) != (urns, schools, framework):
        if job is not None:
            job.is_superseded = True
            job.cancel()
        job = IntakeJob(collection=collection, wanted=frozenset(), urns=urns, schools=schools, framework=framework)
    job.list_files(store)
    jobs[collection] = job
    for old in list(jobs)[:-_MOST_COLLECTIONS]:
        dropped = jobs.pop(old)
        dropped.is_superseded = True
        dropped.cancel()
    return job


def is_current(job: IntakeJob, store: AuthorityStore) -> bool:
    """Whether a job is still the job of its collection and has read every file that the collection holds now."""
    kept = _jobs().get(job.collection)
    return (kept is None or kept is job) and job.is_complete and store.state(job.collection) == job.state


def forget(collection: str) -> None:
    """Stops the reading of a collection that is being removed."""
    job = _jobs().pop(collection, None)
    if job is not None:
        job.cancel()


@st.cache_resource(show_spinner=False)
def _jobs() -> dict[str, IntakeJob]:
    """The jobs of this process by collection, the one used last at the end."""
    return {}


@dataclass(frozen=True, kw_only=True)
class Papers:
    """The lists that the adviser gave with the files: the register and the changed URNs.

    Attributes:
        register: the register, limited to the schools of the collection's authority if it has any; None without one.
        authorities: the name by code of every authority that has a school in the register.
        names: the name by code of those authorities that this program does not know.
        successors: the new URN by the old one.
        problems: the problems in both lists.
    """

    register: Register | None
    authorities: Mapping[str, str]
    names: Mapping[str, str]
    successors: Mapping[str, str]
    problems: tuple[Problem, ...]


def papers_of(collection: Collection) -> Papers:
    """The register and the changed URNs of a collection."""
    none = ("", b"")
    documents = collection.documents
    authority = collection.settings.get("authority", "")
    return _papers(documents.get("register", none), documents.get("successors", none), authority, asked_of(collection))


# No spinner: one that appears while the progress bar is drawn can make Streamlit's page go white.
@st.cache_resource(max_entries=8, show_spinner=False)
def _papers(
    register: tuple[str, bytes], successors: tuple[str, bytes], authority: str, asked: tuple[str, ...]
) -> Papers:
    listed, problems = read_register(register[1], register[0]) if register[1] else (None, ())
    new_urns, more_problems = read_successors(successors[1], successors[0]) if successors[1] else ({}, ())
    authorities = {} if listed is None else listed.authorities
    names = {} if listed is None else listed.names
    if listed is not None:
        problems = (*problems, *_no_school_of(authority, authorities, register[0]))
        listed = (listed.of(authority) if authority in authorities else listed).asking(asked)
    return Papers(
        register=listed,
        authorities=authorities,
        names=names,
        successors=new_urns,
        problems=(*problems, *more_problems),
    )


def _no_school_of(authority: str, authorities: Mapping[str, str], file: str) -> tuple[Problem, ...]:
    """A warning if the register names authorities but has no school of the collection's authority."""
    if not authority or not authorities or authority in authorities:
        return ()
    doubt = doubt_about_authority(authority)
    what = f"It has no school of {authority_title(authority)}, so every school in it is expected."
    fix = "Choose another register, or below it the authority whose schools are expected."
    return (Problem(where=file, what=f"{what} {doubt.what}" if doubt else what, fix=fix, severity="warning"),)


def asked_of(collection: Collection) -> tuple[str, ...]:
    """The kinds of place that the adviser chose to ask, in the order of `PLACES`."""
    setting = collection.settings.get("asked")
    asked = ASKED_BY_DEFAULT if setting is None else set(setting.split())
    return tuple(place for place in PLACES if place in asked)


def full_name(collection: Collection) -> str:
    """The full name of the authority: the one that the adviser typed, else the register's, else the national list's.

    Empty for a trust whose name nobody typed.
    """
    code = collection.settings.get("authority", "")
    return collection.settings.get("authority_name") or authority_name(code, papers_of(collection).names).removeprefix(
        code
    )
