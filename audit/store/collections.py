"""Keeps a local authority's collections in the database: the returned files as they came, and the adviser's decisions.

The files are the source of truth: every comparison reads them again. So closing the browser or installing a new version
loses nothing, and everybody can look at a returned file as the school sent it.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Literal

import sqlalchemy as sa

from audit.problems import Problem
from audit.store import schema
from audit.store.connection import Database, opened

if TYPE_CHECKING:
    from audit.authority.compare.disclosure import Figure
    from audit.authority.compare.release import Release
    from audit.model import Criteria

Document = Literal["register", "successors", "visits"]


@dataclass(frozen=True, kw_only=True)
class Collection:
    """What a local authority gathers for one year.

    Attributes:
        year: the academic year asked for; empty for the one that most returns have.
        settings: what the adviser set, by name: the framework, the authority's name and code, and the texts of the letters.
        key: makes the codes of an anonymised comparison; never leaves this computer.
        documents: file name and bytes of the register and the other documents, by kind.
        chosen: digests of the returns that the adviser chose to count.
        touched_at: when the collection last changed (UTC).
    """

    id: str
    title: str
    year: str
    settings: Mapping[str, str] = field(default_factory=dict)
    key: str
    documents: Mapping[str, tuple[str, bytes]] = field(default_factory=dict)
    chosen: frozenset[str] = frozenset()
    touched_at: dt.datetime

    @property
    def framework(self) -> str:
        """The id of the one framework by which its returns are compared; empty for the one that a new audit answers."""
        return self.settings.get("framework", "")


@dataclass(frozen=True, kw_only=True)
class KeptFile:
    """One file as it came; if it could not be taken at all, the problem instead of its bytes."""

    file: str
    data: bytes
    problem: Problem | None = None


FileChange = Literal["taken out", "replaced", "put back"]


@dataclass(frozen=True, kw_only=True)
class FileEvent:
    """What somebody did with a file of a collection.

    Attributes:
        at: when (UTC).
        role: who, as a role; empty if nobody said.
        file: the file that was taken out, replaced or put back.
        by: the file that replaced it, or the one that was taken out when it was put back; empty if there is none.
    """

    at: dt.datetime
    role: str
    kind: FileChange
    file: str
    by: str = ""


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What the adviser found about one statement at one school."""

    urn: str
    year: str
    statement: str
    written: str | None = None
    practice: str | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class KeptRelease:
    """A release that was made.

    Attributes:
        collection: the collection that it was made from; empty if it was made on the command line.
        made_at: when (UTC).
        release: what it shows, under its number.
    """

    collection: str
    made_at: dt.datetime
    release: Release


class AuthorityStore:
    """The collections of one database."""

    def __init__(self, database: Database | str | None = None) -> None:
        self._db = opened(database)

    def close(self) -> None:
        """Closes every connection."""
        self._db.engine.dispose()

    def collections(self) -> tuple[Collection, ...]:
        """Every collection without its documents, the most recently changed first."""
        with self._db.reading() as connection:
            rows = connection.execute(sa.select(schema.collections).order_by(schema.collections.c.touched_at.desc()))
            return tuple(Collection(**row) for row in rows.mappings())

    def start(self, title: str, *, year: str = "", settings: Mapping[str, str] | None = None) -> str:
        """Starts a new, empty collection; returns its id."""
        from audit.authority.compare.release import new_key

        collection = uuid.uuid4().hex[:12]
        row = {"id": collection, "title": title, "year": year, "settings": dict(settings or {}), "key": new_key()}
        with self._writing() as connection:
            connection.execute(schema.collections.insert().values(**row, touched_at=_now()))
        return collection

    def load(self, collection: str) -> Collection | None:
        """A collection with its documents and the chosen returns; None if there is no such collection."""
        with self._db.reading() as connection:
            row = (
                connection.execute(sa.select(schema.collections).where(schema.collections.c.id == collection))
                .mappings()
                .first()
            )
            if row is None:
                return None
            documents = connection.execute(
                sa.select(schema.documents).where(schema.documents.c.collection == collection)
            )
            chosen = connection.scalars(
                sa.select(schema.chosen_returns.c.digest).where(schema.chosen_returns.c.collection == collection)
            )
            return Collection(
                **row,
                documents={document["kind"]: (document["file"], document["data"]) for document in documents.mappings()},
                chosen=frozenset(chosen),
            )

    def describe(self, collection: str, *, settings: Mapping[str, str]) -> None:
        """Saves the settings."""
        with self._writing(collection) as connection:
            changed = schema.collections.update().where(schema.collections.c.id == collection)
            connection.execute(changed.values(settings=dict(settings)))

    def rename(self, collection: str, title: str, *, year: str) -> None:
        """Saves another title, and the year asked for."""
        with self._writing(collection) as connection:
            changed = schema.collections.update().where(schema.collections.c.id == collection)
            connection.execute(changed.values(title=title, year=year))

    def add_files(self, collection: str, files: Iterable[KeptFile]) -> int:
        """Adds files to a collection; returns how many files it has now.

        A file whose name is taken gets a number after its name.
        """
        with self._writing(collection) as connection:
            _add(connection, collection, files)
        return self.count(collection)

    def take_out(self, collection: str, file: str, *, role: str) -> None:
        """Takes a file out, so that it does not count; it is kept, and can be put back."""
        with self._writing(collection) as connection:
            if _set_out(connection, collection, file, out=True):
                _log(connection, collection, role=role, kind="taken out", file=file)

    def replace(self, collection: str, file: str, new: KeptFile, *, role: str) -> str:
        """Takes a file out and keeps a new one instead; returns the name of the new one."""
        with self._writing(collection) as connection:
            (name,) = _add(connection, collection, [new])
            _set_out(connection, collection, file, out=True)
            _log(connection, collection, role=role, kind="replaced", file=file, by=name)
        return name

    def put_back(self, collection: str, file: str, *, role: str) -> None:
        """Puts back a file that was taken out; if another file replaced it, that one is taken out."""
        with self._writing(collection) as connection:
            if not _set_out(connection, collection, file, out=False):
                return
            of_file = (schema.collection_events.c.collection == collection) & (schema.collection_events.c.file == file)
            query = (
                sa.select(schema.collection_events.c.kind, schema.collection_events.c.by)
                .where(of_file)
                .order_by(schema.collection_events.c.number.desc())
                .limit(1)
            )
            last = connection.execute(query).first()
            by = last.by if last is not None and last.kind == "replaced" else ""
            if by and not _set_out(connection, collection, by, out=True):
                by = ""
            _log(connection, collection, role=role, kind="put back", file=file, by=by)

    def out(self, collection: str) -> tuple[str, ...]:
        """The files that were taken out or replaced, in the order in which they came."""
        return self._named(collection, out=True)

    def names(self, collection: str) -> tuple[str, ...]:
        """The files that are in the collection, in the order in which they came."""
        return self._named(collection, out=False)

    def _named(self, collection: str, *, out: bool) -> tuple[str, ...]:
        query = sa.select(schema.returned_files.c.file).where(
            (schema.returned_files.c.collection == collection) & (schema.returned_files.c.out == out)
        )
        with self._db.reading() as connection:
            return tuple(connection.scalars(query.order_by(schema.returned_files.c.number)))

    def log(self, collection: str) -> tuple[FileEvent, ...]:
        """What was done with files of the collection, the last first."""
        columns = [schema.collection_events.c[name] for name in ("at", "role", "kind", "file", "by")]
        query = (
            sa.select(*columns)
            .where(schema.collection_events.c.collection == collection)
            .order_by(schema.collection_events.c.number.desc())
        )
        with self._db.reading() as connection:
            return tuple(FileEvent(**row) for row in connection.execute(query).mappings())

    def files(self, collection: str) -> Iterator[KeptFile]:
        """The files in the order in which they came, without those taken out; only a few are in memory at a time."""
        query = sa.select(schema.returned_files).where(_in(collection)).order_by(schema.returned_files.c.number)
        with self._db.reading() as connection:
            for row in connection.execute(query.execution_options(yield_per=50)).mappings():
                problem = None if row["problem"] is None else Problem(**row["problem"])
                yield KeptFile(file=row["file"], data=row["data"], problem=problem)

    def file(self, collection: str, name: str) -> bytes:
        """The bytes of one file as it came; empty if there is no file of that name."""
        query = sa.select(schema.returned_files.c.data).where(
            schema.returned_files.c.collection == collection, schema.returned_files.c.file == name
        )
        with self._db.reading() as connection:
            return connection.scalar(query) or b""

    def count(self, collection: str) -> int:
        """How many files are in a collection."""
        query = sa.select(sa.func.count()).select_from(schema.returned_files).where(_in(collection))
        with self._db.reading() as connection:
            return int(connection.scalar(query) or 0)

    def counts(self) -> Mapping[str, int]:
        """How many files are in each collection, by its id; an empty collection has no entry."""
        query = (
            sa.select(schema.returned_files.c.collection, sa.func.count().label("files"))
            .where(~schema.returned_files.c.out)
            .group_by(schema.returned_files.c.collection)
        )
        with self._db.reading() as connection:
            return {row.collection: row.files for row in connection.execute(query)}

    def state(self, collection: str) -> int:
        """A number that grows with every file that comes, is taken out or is put back."""
        files = (
            sa.select(sa.func.count())
            .select_from(schema.returned_files)
            .where(schema.returned_files.c.collection == collection)
        )
        events = (
            sa.select(sa.func.count())
            .select_from(schema.collection_events)
            .where(schema.collection_events.c.collection == collection)
        )
        with self._db.reading() as connection:
            return sum(connection.execute(sa.select(files.scalar_subquery(), events.scalar_subquery())).one())

    def put_document(self, collection: str, kind: Document, *, file: str, data: bytes) -> None:
        """Saves the register or another document in place of an earlier one; no bytes remove it."""
        with self._writing(collection) as connection:
            where = (schema.documents.c.collection == collection) & (schema.documents.c.kind == kind)
            connection.execute(schema.documents.delete().where(where))
            if data:
                connection.execute(
                    schema.documents.insert().values(collection=collection, kind=kind, file=file, data=data)
                )

    def choose(self, collection: str, digest: str, *, rivals: Iterable[str]) -> None:
        """Chooses the return that counts for its school and year, in place of the others."""
        with self._writing(collection) as connection:
            where = (schema.chosen_returns.c.collection == collection) & schema.chosen_returns.c.digest.in_(
                [digest, *rivals]
            )
            connection.execute(schema.chosen_returns.delete().where(where))
            connection.execute(schema.chosen_returns.insert().values(collection=collection, digest=digest))

    def put_readings(self, collection: str, readings: Iterable[Judgement]) -> None:
        """Saves the adviser's readings in place of earlier ones; an empty reading removes the earlier one."""
        with self._writing(collection) as connection:
            for reading in readings:
                where = (schema.readings.c.collection == collection) & (schema.readings.c.urn == reading.urn)
                where &= (schema.readings.c.year == reading.year) & (schema.readings.c.statement == reading.statement)
                connection.execute(schema.readings.delete().where(where))
                if reading.written or reading.practice or reading.note:
                    connection.execute(schema.readings.insert().values(collection=collection, **asdict(reading)))

    def readings(self, collection: str) -> tuple[Judgement, ...]:
        """The adviser's readings, in the order of school, year and statement."""
        columns = [column for column in schema.readings.c if column.name != "collection"]
        query = sa.select(*columns).where(schema.readings.c.collection == collection)
        with self._db.reading() as connection:
            rows = connection.execute(
                query.order_by(schema.readings.c.urn, schema.readings.c.year, schema.readings.c.statement)
            )
            return tuple(Judgement(**row) for row in rows.mappings())

    def release(
        self, collection: str, prepare: Callable[[Sequence[Figure]], Release], criteria: Criteria
    ) -> Release | None:
        """Makes a release and keeps what it shows; if an earlier release shows the same, returns that one instead.

        One transaction reads the earlier releases and keeps the new one, so that two releases made at the same time
        know of each other.

        Args:
            collection: the collection that it is made from; empty for none.
            prepare: makes the release from the figures of every earlier release of the same framework.
            criteria: the criteria that are compared, of one framework. Figures of another are of other answers, so they
                cannot be set against these.

        Returns:
            The release under its number; None if nothing may be shown.
        """
        from audit.authority.compare.release_tables import as_content

        with self._writing() as connection:
            if self._db.engine.dialect.name == "postgresql":
                connection.exec_driver_sql("LOCK TABLE releases IN EXCLUSIVE MODE")
            kept = _kept(connection, criteria)
            made = prepare([figure for earlier in kept for figure in earlier.release.figures])
            if not made.figures:
                return None
            for earlier in reversed(kept):
                if earlier.release.year == made.year and set(earlier.release.figures) == set(made.figures):
                    return earlier.release
            row = {"collection": collection, "year": made.year, "made_at": _now(), "content": as_content(made)}
            number = connection.execute(schema.releases.insert().values(**row)).inserted_primary_key
        assert number is not None
        return made.numbered(int(number[0]))

    def releases(self, criteria: Criteria) -> tuple[KeptRelease, ...]:
        """Every release of a framework, the oldest first.

        Args:
            criteria: its criteria, with which the releases are shown.
        """
        with self._db.reading() as connection:
            return _kept(connection, criteria)

    def remove(self, collection: str) -> None:
        """Removes a collection with everything in it; its releases are kept."""
        with self._writing() as connection:
            for table in (
                schema.readings,
                schema.chosen_returns,
                schema.documents,
                schema.collection_events,
                schema.returned_files,
            ):
                connection.execute(table.delete().where(table.c.collection == collection))
            connection.execute(schema.collections.delete().where(schema.collections.c.id == collection))

    @contextmanager
    def _writing(self, touched: str = "") -> Iterator[sa.Connection]:
        """One transaction that writes, all or nothing; it notes that a collection was changed."""
        with self._db.writing() as connection:
            yield connection
            if touched:
                changed = schema.collections.update().where(schema.collections.c.id == touched)
                connection.execute(changed.values(touched_at=_now()))


def _in(collection: str) -> sa.ColumnElement[bool]:
    return (schema.returned_files.c.collection == collection) & ~schema.returned_files.c.out


def _add(connection: sa.Connection, collection: str, files: Iterable[KeptFile]) -> list[str]:
    """Adds files, each under a name that no other file has; returns these names."""
    names = set(
        connection.scalars(
            sa.select(schema.returned_files.c.file).where(schema.returned_files.c.collection == collection)
        )
    )
    kept = []
    for file in files:
        number, name = len(names), _unused(file.file, names)
        problem = None if file.problem is None else asdict(file.problem)
        row = {"number": number, "file": name, "data": file.data, "problem": problem}
        connection.execute(schema.returned_files.insert().values(collection=collection, **row))
        names.add(name)
        kept.append(name)
    return kept


def _set_out(connection: sa.Connection, collection: str, file: str, *, out: bool) -> bool:
    """Takes a file out or puts it back; returns whether that changed anything."""
    where = (
        (schema.returned_files.c.collection == collection)
        & (schema.returned_files.c.file == file)
        & (schema.returned_files.c.out != out)
    )
    return connection.execute(schema.returned_files.update().where(where).values(out=out)).rowcount > 0


def _log(connection: sa.Connection, collection: str, *, role: str, kind: FileChange, file: str, by: str = "") -> None:
    row = {"at": _now(), "role": role, "kind": kind, "file": file, "by": by}
    connection.execute(schema.collection_events.insert().values(collection=collection, **row))


def _kept(connection: sa.Connection, criteria: Criteria) -> tuple[KeptRelease, ...]:
    from audit.authority.compare.release_tables import framework_of, from_content

    ours = {"", *(framework.id for framework in criteria.frameworks)}
    rows = connection.execute(sa.select(schema.releases).order_by(schema.releases.c.number)).mappings()
    return tuple(
        KeptRelease(
            collection=row["collection"],
            made_at=row["made_at"],
            release=from_content(row["content"], criteria, year=row["year"], number=row["number"]),
        )
        for row in rows
        if framework_of(row["content"]) in ours
    )


def _unused(name: str, names: set[str]) -> str:
    numbered = (f"{name} ({number})" for number in count(2))
    return name if name not in names else next(candidate for candidate in numbered if candidate not in names)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)
