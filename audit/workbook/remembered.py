"""What is worked out from a small part of a workbook, remembered: thousands of forms are written by the same program."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_LARGEST = 16 * 1024
"""Bytes of a part whose outcome is remembered; those of a form have a quarter of it."""
_MOST = 64


def remembered(function: Callable[P, T]) -> Callable[P, T]:
    """A function of small parts and texts that gives its last outcomes at once; what it raises is never remembered.

    Its outcome must be one that nobody changes.
    """
    cached = lru_cache(maxsize=_MOST)(function)

    @wraps(function)
    def small_or_not(*args: P.args, **named: P.kwargs) -> T:
        is_small = sum(len(one) for one in args if isinstance(one, (bytes, str))) <= _LARGEST
        return cached(*args, **named) if is_small else function(*args, **named)  # type: ignore[arg-type]

    return small_or_not
