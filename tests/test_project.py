"""The rules of the code: which module may import which, one name for one thing, and a README that tells the truth."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.benchmarks.house import circles, homonyms, imports, modules
from tests.terminal import audit

ROOT = Path(__file__).parent.parent
FLOORS = (
    {"audit", "problems", "text", "english", "version", "archive"},
    {"model"},
    {"tables", "theme", "identifiers", "criteria"},
    {"school"},
    {"authority"},
    {"charts", "exhibits"},
    {"workbook", "reports", "exports", "verify", "verify_other_version"},
    {"intake", "sample", "store"},
    {"cli", "ui"},
    {"__main__", "app"},
)
"""The packages and modules of ``audit``, layer by layer: none imports from a layer below it in this list."""


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{name.name}" for name in node.names)


def _modules() -> list[Path]:
    return [path for path in sorted((ROOT / "audit").rglob("*.py")) if path != ROOT / "audit" / "__init__.py"]


def _floor(module: str) -> int:
    room = module.removeprefix("audit.").split(".")[0]
    return next(number for number, rooms in enumerate(FLOORS) if room in rooms)


def test_nothing_imports_upward_and_nothing_in_a_circle() -> None:
    """A module imports only from its own layer and the more basic ones, and never itself through others.

    So any module can be loaded first: none needs another to have been loaded before it.
    """
    graph = imports(modules())
    upward = {f"{one} imports {other}" for one, all_ in graph.items() for other in all_ if _floor(other) > _floor(one)}
    assert upward == set()
    assert circles(graph) == []


def test_no_two_public_things_have_one_name() -> None:
    """Whoever searches for a function or class finds the one that is meant."""
    assert homonyms(modules()) == []


@pytest.mark.parametrize(
    ("library", "rooms"),
    [
        ("streamlit", {"ui"}),
        ("plotly", {"charts", "ui"}),
        ("openpyxl", {"workbook"}),
        ("docx", {"reports"}),
        ("typst", {"reports"}),
        ("pypdf", {"reports", "verify", "verify_other_version"}),
        ("icalendar", {"exports"}),
        ("sqlalchemy", {"store", "cli"}),
    ],
)
def test_a_library_stays_in_its_rooms(library: str, rooms: set[str]) -> None:
    """Streamlit only in the pages, plotly in charts and pages, openpyxl in the workbook, docx and Typst in reports, SQLAlchemy at the store."""
    users = {
        path.relative_to(ROOT / "audit").parts[0].removesuffix(".py")
        for path in _modules()
        if any(name.split(".")[0] == library for name in _imports(path))
    }
    assert users <= rooms


def test_an_exhibit_alone_binds_a_chart_to_its_words_and_table() -> None:
    """Pages, reports and workbooks go through exhibits; of the charts they know how one is shown, and no single one."""
    users = {
        path.relative_to(ROOT / "audit").parts[0].removesuffix(".py")
        for path in _modules()
        for name in _imports(path)
        if name.startswith("audit.charts.") and not name.startswith("audit.charts.style")
    }
    assert users <= {"charts", "exhibits"}


def test_plotly_is_loaded_only_to_draw() -> None:
    """A job of the terminal that draws no chart does not wait for plotly."""
    jobs = (
        "audit.cli.authority_files, audit.cli.audits, audit.cli.files, audit.reports, audit.workbook.write_comparison"
    )
    code = f"import sys, {jobs}; print([name for name in sys.modules if name.split('.')[0] == 'plotly'])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_part_that_runs_alone_stands_in_a_container_of_the_page() -> None:
    """Only `audit/ui/components.py` asks Streamlit for one; without the container the page can go white."""
    modules = {path: path.read_text(encoding="utf-8") for path in sorted((ROOT / "audit").rglob("*.py"))}
    found = [path.relative_to(ROOT).as_posix() for path, code in modules.items() if "st.fragment" in code]
    assert found == ["audit/ui/components.py"]


def test_the_entry_page_and_the_pages_are_thin() -> None:
    """app.py has at most 60 lines, and a page at most 250."""
    sizes = {
        path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in (ROOT / "audit/ui/pages").glob("*.py")
    }
    assert {name: size for name, size in sizes.items() if size > 250} == {}
    assert len((ROOT / "app.py").read_text(encoding="utf-8").splitlines()) <= 60


def test_every_path_in_the_readme_exists() -> None:
    """What the README, CONTRIBUTING and the criteria's README point to is there."""
    for page in ("README.md", "CONTRIBUTING.md"):
        text = (ROOT / page).read_text(encoding="utf-8")
        named = re.findall(r"`((?:[\w.-]+/)+[\w.-]*|[\w-]+\.(?:py|md|toml))`|\]\(([\w./-]+)\)", text)
        paths = {first or second for first, second in named}
        rooms = [ROOT, *(path for path in (ROOT / "audit").rglob("*") if path.is_dir()), ROOT / "audit"]
        missing = {p for p in paths if not p.startswith("data/") and not any((room / p).exists() for room in rooms)}
        assert missing == set(), page


def test_every_command_in_the_readme_is_one() -> None:
    """Each job of the command line that the README shows or lists exists."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for job in set(re.findall(r"python -m audit (\w+)", text)):
        assert audit(job, "--help").status == 0, job


def test_dependencies_are_pinned_exactly() -> None:
    """Every direct dependency has one version."""
    for name in ("requirements.txt", "tests/requirements.txt"):
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        loose = [line for line in lines if line and not line.startswith(("#", "-r")) and "==" not in line]
        assert loose == []


def test_a_page_has_no_bare_text() -> None:
    """Streamlit shows a text that stands alone in a page script; what a constant means is said in a comment there."""
    shown = []
    for page in sorted((ROOT / "audit/ui/pages").glob("*.py")):
        tree = ast.parse(page.read_text(encoding="utf-8"))
        owners = [node for node in ast.walk(tree) if isinstance(node, (ast.Module, ast.FunctionDef))]
        docstrings = {id(owner.body[0]) for owner in owners}
        texts = [node for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)]
        shown += [f"{page.name}:{node.lineno}" for node in texts if id(node) not in docstrings]
    assert shown == []
