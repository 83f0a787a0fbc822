"""A table of schools under codes, so that it can be shared: no name, no URN, and no phase that tells which it is."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from audit.authority.comparing.disclosure import Blocks, Counts, Flags, blocks
from audit.authority.comparing.selection import Selection

_TELLING = ("phase", "rank", "peers", "quartile", "type")
"""What tells the phase of a school, and its type."""


def kept(selection: Selection) -> Flags:
    """By return of the year: whether it is chosen, and can be shown under a code.

    A reader may know which schools there are of each phase and type, and which filter was used. So the schools are
    divided into blocks as for figures (see `audit.authority.comparing.disclosure`), and those of a block that the filter cuts
    are left out. So are desk reviews, which anybody can find again by the published policy that they read.
    """
    own = _blocks(selection)
    cells = own.inside(selection.chosen)[0] & own.shows(np.ones_like(selection.chosen))
    return np.asarray(cells.ravel()[selection.cells] & selection.self_audits, dtype=bool)


def masked(table: pd.DataFrame, selection: Selection, names: Mapping[str, str]) -> pd.DataFrame:
    """The rows of a table of schools that are `kept`, under codes and ordered by code.

    A row keeps its phase only if its block is of that phase alone, and its type only if it is of that type alone:
    each row looks like at least four others.

    Args:
        table: COMPARISON, QUESTIONS or CHANGES of the selection.
        selection: the schools.
        names: the code by URN.
    """
    rows = pd.Index(selection.whole.returns.table["urn"]).get_indexer(pd.Index(table["urn"]))
    cells = selection.cells[rows]
    phase, kind = (pd.Series(flags.ravel()[cells], index=table.index) for flags in _told(_blocks(selection)))
    codes = table["urn"].map(names)
    columns = {name: table[name].where(kind if name == "type" else phase) for name in _TELLING if name in table}
    hidden: pd.DataFrame = table.assign(urn=codes, school=codes, **columns).loc[kept(selection)[rows]]
    return hidden.sort_values("urn", kind="stable", ignore_index=True)


def _blocks(selection: Selection) -> Blocks:
    """The blocks of all self-audits of the year."""
    return blocks(selection.sums(np.ones((1, len(selection.cells)), dtype=bool)))


def _told(own: Blocks) -> tuple[Flags, Flags]:
    """By phase and type: whether the block of the phase is of it alone, and the block within it of the type alone."""
    sizes = own.sizes[0]
    phases = _alone(own.phases[0], sizes.sum(axis=1) > 0)
    types = _alone(own.cells.ravel(), sizes.ravel() > 0).reshape(sizes.shape)
    told = np.repeat(phases, sizes.shape[1]).reshape(sizes.shape)
    return told, types


def _alone(numbers: Counts, some: Flags) -> Flags:
    """By group: whether it is the only one of its block that has schools."""
    return np.asarray(np.bincount(numbers, weights=some)[numbers] == 1, dtype=bool)
