"""Which figures over schools may be shown, so that nobody learns what fewer than five of them answered.

The rule is one of *blocks*. The schools of a year are divided once into blocks of at least `FEWEST` schools,
by phase and within a phase by type, and a figure is shown only if it is over whole blocks. Adding and
subtracting figures over whole blocks only ever gives whole blocks, whatever filters they were made with: so
nothing over one to four schools can be worked out, from one output or from several of the same returns.

- A group of at least `FEWEST` schools is a block. Smaller ones together are one block; if they are too few
  even together, the smallest of the others joins them.
- Each statement has blocks of its own, made in the same way from the schools to which it applies.
- Statements add up to a whole as well: what a hidden one says could be worked out from the sum over all
  statements less those that are shown. So one more statement is hidden wherever any is: see `by_statement`.

How many returns there are of each phase is no secret, and a school's own row is shown to the adviser, who
holds its return.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

Flags = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.intp]

FEWEST = 5
"""The fewest schools over which a figure is shown."""
RULE = (
    f"No figure over fewer than {FEWEST} schools is shown, nor one from which such a figure could be worked out. "
    f"If the groups that are too small hold fewer than {FEWEST} schools between them, the smallest other group is "
    "hidden with them. The same holds for the schools that a filter leaves out, and for each statement by the "
    "schools to which it applies."
)
"""The rule for people."""


def put_together(sizes: Sequence[int]) -> list[int]:
    """Groups that add up to a whole, as blocks: by group the place of the first group of its block.

    The shared block holds fewer than `FEWEST` only if all groups together do. A group of none is a block of its
    own, and gives nothing away.
    """
    shared = [place for place, size in enumerate(sizes) if 0 < size < FEWEST]
    others = [place for place, size in enumerate(sizes) if size >= FEWEST]
    if 0 < sum(sizes[place] for place in shared) < FEWEST and others:
        shared.append(min(others, key=lambda place: sizes[place]))
    return [min(shared) if place in shared else place for place in range(len(sizes))]


@dataclass(frozen=True, kw_only=True)
class Blocks:
    """The schools of several figures by phase and type, and the blocks that they are divided into.

    Attributes:
        sizes: number of schools, by figure, phase and type.
        phases: by figure and phase, the place of the first phase of its block.
        types: by figure, phase and type, the place of the first type of its block within the block of its phase.
        hidden: by figure, whether it is shown over no schools at all.
    """

    sizes: Counts
    phases: Counts
    types: Counts
    hidden: Flags

    @property
    def cells(self) -> Counts:
        """By figure, phase and type: the number of the block."""
        return np.asarray(self.phases[:, :, None] * self.types.shape[2] + self.types, dtype=np.intp)

    def inside(self, chosen: Flags) -> Flags:
        """By figure, phase and type: whether its whole block is among the chosen phases and types."""
        figures, phases, types = self.sizes.shape
        numbers = self.cells + (np.arange(figures) * phases * types)[:, None, None]
        cut = np.bincount(numbers[~chosen & (self.sizes > 0)], minlength=numbers.size) > 0
        return np.asarray(chosen & ~cut[numbers], dtype=bool)

    def shows(self, chosen: Flags) -> Flags:
        """By figure: whether it may be shown over the chosen phases and types: enough schools, in whole blocks."""
        counted = chosen & (self.sizes > 0)
        whole = (self.inside(chosen) | ~counted).all(axis=(1, 2))
        enough = np.where(chosen, self.sizes, 0).sum(axis=(1, 2)) >= FEWEST
        return np.asarray(whole & enough & ~self.hidden, dtype=bool)


def blocks(sizes: Counts) -> Blocks:
    """The blocks of the schools of several figures: phases first, and types within each block of phases.

    Args:
        sizes: number of schools, by figure, phase and type.
    """
    phases = [put_together(one) for one in sizes.sum(axis=2).tolist()]
    return Blocks(
        sizes=sizes,
        phases=np.array(phases, dtype=np.intp).reshape(sizes.shape[:2]),
        types=np.array([_types(*one) for one in zip(sizes, phases, strict=True)], dtype=np.intp).reshape(sizes.shape),
        hidden=np.zeros(len(sizes), dtype=bool),
    )


def _types(sizes: Counts, phases: Sequence[int]) -> list[list[int]]:
    """By phase and type of one figure: the place of the first type of its block."""
    places = np.array(phases)
    within = {block: put_together(sizes[places == block].sum(axis=0).tolist()) for block in set(phases)}
    return [within[block] for block in phases]


def by_statement(sizes: Counts, whole: Blocks) -> Blocks:
    """The blocks of each statement, such that none can be worked out from the sums over all statements.

    Such a sum less the statements that are shown tells of those that are not. So where the blocks of a statement
    reach over several blocks of the sums, one further statement takes on the widest blocks, which hold those of
    every statement whole; and where a statement applies to fewer than `FEWEST` schools in all, the further one
    is not shown at all. It is one that applies to enough schools in each block of the sums that is concerned.

    That is enough. Whatever is worked out adds up sums and statements, each with a weight of its own. With any part
    of the further statement left in it, it is over enough schools. With none, the sums have one weight all over each
    of the widest blocks, for nothing else cancels the further statement there (and no weight where that is not
    shown). Of any other statement, then, whole blocks are left, or nothing.

    Args:
        sizes: by recommended statement, phase and type, the schools to which it applies.
        whole: the blocks of the schools that the sums over all statements are made of.
    """
    own = blocks(sizes)
    few = (sizes.sum(axis=(1, 2)) < FEWEST)[:, None, None] & (sizes > 0)
    phases, types = _widest(whole, own)
    base, widest = whole.cells[0], phases[:, None] * sizes.shape[2] + types
    joined = {block for wide in np.unique(widest) for block in _several(base[(widest == wide) & (whole.sizes[0] > 0)])}
    affected = joined | set(base[few.any(axis=0)].tolist())
    if not affected:
        return own
    least = np.min([sizes[:, base == block].sum(axis=1) for block in affected], axis=0)
    if least.max() < FEWEST:
        return replace(own, hidden=np.ones(len(sizes), dtype=bool))
    further = min(np.flatnonzero(least >= FEWEST), key=lambda place: (sizes[place].sum(), -place))
    own.phases[further], own.types[further], own.hidden[further] = phases, types, few.any()
    return own


def _several(numbers: Counts) -> list[int]:
    """The different numbers, if there is more than one."""
    found: list[int] = np.unique(numbers).tolist()
    return found if len(found) > 1 else []


def _widest(*several: Blocks) -> tuple[Counts, Counts]:
    """The smallest blocks of phases, and of phases and types, that hold each block of any figure whole."""
    phases = _joined(division for one in several for division in one.phases.tolist())
    by_phase = np.concatenate([one.types for one in several]).swapaxes(0, 1).tolist()
    within = {
        block: _joined(division for phase, own in enumerate(phases) if own == block for division in by_phase[phase])
        for block in set(phases)
    }
    return np.array(phases, dtype=np.intp), np.array([within[block] for block in phases], dtype=np.intp)


def _joined(divisions: Iterable[Sequence[int]]) -> list[int]:
    """The finest division of which each block of each of these lies within one block."""
    joined: list[int] = []
    for division in divisions:
        joined = joined or list(range(len(division)))
        for place, first in enumerate(division):
            one, other = sorted((joined[place], joined[first]))
            if one != other:
                joined = [one if block == other else block for block in joined]
    return joined
