"""The store of this computer, as a job of the command line opens it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from audit.cli.terminal import fail
from audit.problems import Problem

if TYPE_CHECKING:
    from audit.store import Store


def open_store() -> Store:
    """The store; exit status 1 and the reason if its database cannot be opened."""
    from audit.store import Store

    try:
        return Store()
    except (sa.exc.SQLAlchemyError, OSError, ImportError) as error:
        fail([store_problem(error)])


def store_problem(error: Exception) -> Problem:
    """That the database cannot be used, and why."""
    return Problem(
        where="Store",
        what=f"The database cannot be used: {' '.join(str(error).split())[:200]}.",
        fix="Check AUDIT_DATABASE_URL, and that the folder data/ can be written.",
    )
