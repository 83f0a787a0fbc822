"""One database, opened: transactions that write, and connections that read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from audit import database
from audit.store.errors import NotSaved
from audit.store.old_events import bring_over


class Database:
    """The engine behind a store and its rooms."""

    def __init__(self, url: str | None) -> None:
        self.engine = database.connect(url)
        bring_over(self.engine)

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A transaction that writes; SQLite takes its write lock at once, so that what is read stays true."""
        try:
            with self.engine.connect() as connection:
                if self.engine.dialect.name == "sqlite":
                    connection.exec_driver_sql("BEGIN IMMEDIATE")
                yield connection
                connection.commit()
        except sa.exc.OperationalError as error:
            raise NotSaved("The database did not take the answer.") from error

    def reading(self) -> sa.Connection:
        """A connection that only reads; to be closed, as a context."""
        return self.engine.connect()
