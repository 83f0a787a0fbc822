"""One YAML file of criteria: its data, the line of each part, and its faults in plain words."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from functools import cache, reduce
from pathlib import Path
from typing import Any, TypeVar, cast

import yaml
from pydantic import TypeAdapter, ValidationError

from audit.problems import Problem, UnusableFile

T = TypeVar("T")


class _Loader(yaml.CSafeLoader):
    """Reads a date as text, so that ``checked: 2026-11-22`` needs no quotes."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


class YamlFile:
    """One YAML file: its data, and the line of each part."""

    def __init__(self, path: Path, root: Path) -> None:
        self.name = path.relative_to(root).as_posix()
        try:
            text = path.read_text(encoding="utf-8")
            loader = _Loader(text)
            self.node: yaml.Node | None = loader.get_single_node()
            self.data: Any = None if self.node is None else loader.construct_document(self.node)
        except (OSError, UnicodeDecodeError) as error:
            raise UnusableFile(
                [
                    Problem(
                        where=self.name,
                        what=f"The file cannot be read: {error}.",
                        fix="Restore it as UTF-8 text.",
                    )
                ]
            ) from error
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            where = f"{self.name}, line {mark.line + 1}" if mark else self.name
            what = f"This is not valid YAML: {getattr(error, 'problem', None) or error}."
            raise UnusableFile(
                [Problem(where=where, what=what, fix="Mend the indentation, quotes or colon near this line.")]
            ) from error

    def where(self, *path: str | int) -> str:
        """The place of a part as ``file, line, keys``, as near as it can be found."""
        node, named = self.node, []
        line = node.start_mark.line + 1 if node else 1
        for step in path:
            child: yaml.Node | None = None
            if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
                child = node.value[step]
            elif isinstance(node, yaml.MappingNode):
                for key, value in node.value:
                    if key.value == step:
                        line, child = key.start_mark.line + 1, value
                        break
            named.append(_name_of(child, step))
            if child is not None and isinstance(step, int):
                line = child.start_mark.line + 1
            node = child
        return ", ".join([f"{self.name}, line {line}", *filter(None, named)])

    def duplicate_keys(self) -> Iterator[Problem]:
        """Keys that occur twice in one mapping: YAML would silently keep the last."""

        def visit(node: yaml.Node | None) -> Iterator[Problem]:
            if isinstance(node, yaml.SequenceNode):
                for child in node.value:
                    yield from visit(child)
            elif isinstance(node, yaml.MappingNode):
                seen: set[str] = set()
                for key, value in node.value:
                    if isinstance(key.value, str) and key.value in seen:
                        yield Problem(
                            where=f"{self.name}, line {key.start_mark.line + 1}",
                            what=f'The key "{key.value}" stands twice.',
                            fix="Keep one of the two.",
                        )
                    seen.add(str(key.value))
                    yield from visit(value)

        yield from visit(self.node)


def _name_of(node: yaml.Node | None, step: str | int) -> str:
    """A step of a path in words: an entry by its id, a key by its name."""
    if isinstance(step, str):
        return f"key {step}"
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == "id":
                return str(value.value)
    return f"entry {step + 1}"


def _told(error: ValidationError, data: object) -> Iterator[Mapping[str, Any]]:
    """The validation errors that people are told: of a source, only those of the form in which it is written."""
    for finding in error.errors():
        place = finding["loc"]
        form = place.index("source") + 1 if "source" in place else len(place)
        if form < len(place):  # pydantic tries every form, and names it here
            if place[form] != _form_of(reduce(lambda part, step: part[step], place[:form], cast("Any", data))):
                continue
            place = (*place[:form], *place[form + 1 :])
        yield {**finding, "loc": place}


def _form_of(source: object) -> str:
    """How pydantic names the form in which the source of a statement is written."""
    if isinstance(source, list):
        return "tuple[Provenance, ...]"
    names_document = isinstance(source, dict) and {"document", "edition", "place", "date"} & set(source)
    return "Provenance" if names_document else "Source"


def _explain(error: Mapping[str, Any], file: YamlFile) -> Problem:
    """One validation error as a problem in plain words."""
    place, value = error["loc"], error["input"]
    where = file.where(*place)
    key = place[-1] if place else "file"
    if error["type"] == "missing":
        fix = f'Add "{key}"; criteria/README.md says what belongs there.'
        return Problem(where=where, what=f'The key "{key}" is missing.', fix=fix)
    if error["type"] in ("unexpected_keyword_argument", "extra_forbidden"):
        fix = "Correct its spelling or remove it; criteria/README.md lists every key."
        return Problem(where=where, what=f'The key "{key}" is unknown.', fix=fix)
    if error["type"] == "string_type" and isinstance(value, bool):
        fix = f'Put quotes around it, as in "{"Yes" if value else "No"}".'
        return Problem(where=where, what="A bare Yes or No is read as true or false, not as text.", fix=fix)
    if error["type"] == "string_type" and isinstance(value, (int, float)):
        return Problem(where=where, what=f"{value} is a number, not text.", fix=f'Put quotes around it: "{value}".')
    if error["type"] == "literal_error":
        what = f'"{value}" is not one of {error["ctx"]["expected"]}.'
        return Problem(where=where, what=what, fix="Use one of these, spelt exactly so.")
    shown = "nothing" if value is None else repr(value)[:60]
    return Problem(where=where, what=f"{error['msg']}; found {shown}.", fix="Write it as criteria/README.md shows.")


def fit(schema: type[T], data: object) -> T:
    """Data of a YAML file as a type. The check is strict: text is not read as a truth value or a number.

    Raises:
        ValidationError: the data does not fit.
    """
    # Only from JSON does pydantic make dataclasses of mappings and still check values strictly.
    adapter: TypeAdapter[T] = _adapter(cast("Any", schema))
    return adapter.validate_json(json.dumps(data), strict=True)


@cache
def _adapter(schema: Any) -> TypeAdapter[Any]:
    """What checks data against a type: made once, since it is slow to make."""
    return TypeAdapter(schema)


def parse_criteria(schema: type[T], file: YamlFile, problems: list[Problem]) -> T | None:
    """The file's data as a type. If it does not fit, None; the problems are added to the list."""
    problems.extend(file.duplicate_keys())
    if not isinstance(file.data, dict):
        problems.append(
            Problem(where=file.name, what="The file holds no keys.", fix="Write it as criteria/README.md shows.")
        )
        return None
    try:
        return fit(schema, file.data)
    except ValidationError as error:
        problems.extend(_explain(finding, file) for finding in _told(error, file.data))
        return None


def blank_texts(value: object, file: YamlFile, path: tuple[str | int, ...] = ()) -> Iterator[Problem]:
    """Texts that are empty, which is no better than missing."""
    if isinstance(value, dict):
        for key, child in value.items():
            yield from blank_texts(child, file, (*path, key))
    elif isinstance(value, list):
        for number, child in enumerate(value):
            yield from blank_texts(child, file, (*path, number))
    elif isinstance(value, str) and not value.strip():
        yield Problem(where=file.where(*path), what="The text is empty.", fix="Write it, or remove the key.")


def day_problem(text: str, key: str, where: str) -> Iterator[Problem]:
    """The problem with a day that is not a date of the calendar, or is written in another way."""
    try:
        is_day = dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        is_day = False
    if not is_day:
        yield Problem(
            where=where,
            what=f'"{text}" under {key} is not a date.',
            fix="Write year, month and day, such as 2026-11-22.",
        )
