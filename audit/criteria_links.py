"""What statements of a framework say of one another, and every fault in it: which others they rest on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from audit.criteria_file import YamlFile
from audit.problems import Problem

_KEY = "rests_on"


def check_links(files: Mapping[str, YamlFile]) -> Iterator[Problem]:
    """Every link that leads nowhere, to the statement itself, twice to one, or round in a circle.

    Args:
        files: the area files of one framework, whose data fit the schema.
    """
    links, places = {}, {}
    for file in files.values():
        for statement, path in _statements(file.data):
            links[statement["id"]] = tuple(statement.get(_KEY, ()))
            places[statement["id"]] = file.where(*path, _KEY)
    for statement_id, others in links.items():
        for other, count in Counter(others).items():
            if other not in links:
                yield Problem(
                    where=places[statement_id],
                    what=f'No statement of this framework has the id "{other}".',
                    fix="Correct the id, or remove it from the list.",
                )
            if count > 1:
                yield Problem(
                    where=places[statement_id], what=f'The id "{other}" stands {count} times.', fix="Keep one of them."
                )
        if statement_id in _reached(statement_id, links):
            yield Problem(
                where=places[statement_id],
                what="By way of what it rests on, the statement rests on itself.",
                fix="Keep the one direction in which the narrower statement holds up the wider.",
            )


def _statements(data: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], tuple[str | int, ...]]]:
    for number, question in enumerate(data["questions"]):
        for count, statement in enumerate(question["statements"]):
            yield statement, ("questions", number, "statements", count)


def _reached(start: str, links: Mapping[str, tuple[str, ...]]) -> set[str]:
    """Every statement that one rests on, directly or by way of others."""
    found: set[str] = set()
    ahead = list(links[start])
    while ahead:
        one = ahead.pop()
        if one not in found:
            found.add(one)
            ahead.extend(links.get(one, ()))
    return found
