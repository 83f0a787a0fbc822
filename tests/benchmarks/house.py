"""How much there is to know about the code: its modules, their imports of each other, and names that two modules define.

Run: python -m tests.benchmarks.house

The graph holds `audit` and `app.py`. Its edges are their import statements, also those inside functions, but not those
for types alone.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
Graph = dict[str, set[str]]


def modules() -> dict[str, Path]:
    """The file of each module by its dotted name."""
    files = [*sorted((ROOT / "audit").rglob("*.py")), ROOT / "app.py"]
    return {".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): file for file in files}


def imports(known: dict[str, Path]) -> Graph:
    """The modules that each module imports, and the packages above them, which Python loads first.

    A name that a package passes on counts as an import of the package. The packages above the importing module are loaded
    already.
    """
    return {
        name: {
            loaded
            for other in _imported(file, known)
            for loaded in (other, *({*_above(other)} & known.keys() - {*_above(name)}))
            if loaded != name
        }
        for name, file in known.items()
    }


def _above(module: str) -> Iterator[str]:
    """The packages that a module lies in."""
    parts = module.split(".")
    yield from (".".join(parts[:depth]) for depth in range(1, len(parts)))


def _imported(file: Path, known: dict[str, Path]) -> Iterator[str]:
    for node in _without_types(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                module = inner if inner in known else node.module
                if module in known:
                    yield module


def _without_types(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node but those below ``if TYPE_CHECKING``."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            continue
        yield node
        yield from _without_types(node)


def circles(graph: Graph) -> list[str]:
    """The modules that import themselves through others."""
    return [name for name in graph if name in _reached(graph, name)]


def _reached(graph: Graph, start: str) -> set[str]:
    reached: set[str] = set()
    left = list(graph[start])
    while left:
        module = left.pop()
        if module not in reached:
            reached.add(module)
            left.extend(graph[module])
    return reached


def longest_chain(graph: Graph) -> int:
    """The length of the longest chain of modules in which each imports the next; modules in circles are left out."""
    left_out = set(circles(graph))

    @cache
    def depth(name: str) -> int:
        return 1 + max((depth(other) for other in graph[name] if other not in left_out), default=0)

    return max(depth(name) for name in graph if name not in left_out)


def homonyms(known: dict[str, Path]) -> list[str]:
    """The public functions and classes that have the same name in two modules."""
    defined = Counter(
        node.name
        for file in known.values()
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_")
    )
    return sorted(name for name, number in defined.items() if number > 1)


def main() -> None:
    """Measures the code and prints the figures."""
    known = modules()
    graph = imports(known)
    lines = sum(len(file.read_text(encoding="utf-8").splitlines()) for file in known.values())
    edges = sum(map(len, graph.values()))
    twice = homonyms(known)
    print(f"modules: {len(known)}")
    print(f"lines: {lines:,}")
    print(f"import edges: {edges:,}, {edges / lines * 1000:.1f} per 1,000 lines")
    print(f"longest chain: {longest_chain(graph)}")
    print(f"modules in circles: {', '.join(circles(graph)) or 'none'}")
    print(f"public names defined twice: {len(twice)}: {', '.join(twice)}")


if __name__ == "__main__":
    main()
