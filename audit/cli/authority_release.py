"""The release that ``python -m audit compare --release`` makes, checked and kept in the store of this computer."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from audit.authority.releasing.release import Release, prepare
from audit.authority.returns import Returns
from audit.authority_store import AuthorityStore
from audit.cli.stored import store_problem
from audit.cli.terminal import fail
from audit.store import NotSaved


def make_release(returns: Returns, year: str, successors: Mapping[str, str]) -> Release | None:
    """A release of all schools of a year; None if nothing may be shown. Exit status 1 if it cannot be kept.

    Args:
        returns: the returns that count, of every year.
        year: the academic year.
        successors: new URN by old.
    """
    try:
        store = AuthorityStore()
        try:
            return store.release(
                "",
                lambda earlier: prepare(returns, year=year, earlier=earlier, successors=successors),
                returns.criteria,
            )
        finally:
            store.close()
    except (sa.exc.SQLAlchemyError, OSError, ImportError, NotSaved) as error:
        fail([store_problem(error)])
