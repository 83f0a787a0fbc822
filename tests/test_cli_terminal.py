"""The command line as a tool among others: what it loads, reads, writes and refuses."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from audit.cli.terminal import JOBS, main
from audit.version import VERSION
from tests.terminal import ROOT, audit

EXAMPLE = ROOT / "sample_data" / "example-primary-2025-26.xlsx"
HEAVY = ("pandas", "openpyxl", "sqlalchemy", "pyarrow", "docx", "typst", "streamlit", "plotly")


def loaded_by(*arguments: str | Path) -> list[str]:
    """Which of the heavy libraries a job has loaded when it is done."""
    code = (
        "import sys\nfrom audit.cli.terminal import run\ntry:\n    run()\nexcept SystemExit:\n    pass\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    command = [sys.executable, "-c", code, *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    found = done.stderr.splitlines()[-1]
    return [name for name in HEAVY if repr(name) in found]


@pytest.mark.parametrize("arguments", [("--help",), ("--version",), ("criteria",), ("check", EXAMPLE)])
def test_a_job_that_only_looks_loads_no_library_for_tables_databases_or_documents(
    arguments: tuple[str | Path, ...],
) -> None:
    """Help, version, criteria and check begin at once."""
    assert loaded_by(*arguments) == []


def test_the_help_of_a_job_loads_none_of_what_the_job_needs() -> None:
    """What a job can do is told at once; a job that uses the store may name it."""
    code = (
        "import sys\nfrom audit.cli.terminal import main\n"
        "for job in sys.argv[1:]:\n    main([job, '--help'], standalone_mode=False)\n"
        f"    print(job, [name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    command = [sys.executable, "-c", code, *sorted(JOBS)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    loaded = [line for line in done.stderr.splitlines() if not line.endswith((" []", " ['sqlalchemy']"))]
    assert (loaded, len(done.stderr.splitlines())) == ([], len(JOBS))


def test_a_job_without_a_store_loads_no_database(tmp_path: Path) -> None:
    """The report of a workbook takes tables and workbooks, and no database."""
    assert "sqlalchemy" not in loaded_by("report", EXAMPLE, "--out", tmp_path / "report")


def test_the_list_of_jobs_names_every_job_once_with_a_line_that_ends_within_80_columns() -> None:
    """No line of the list is cut short."""
    for module in {f"audit.cli.{module}" for module, _ in JOBS.values()}:
        import_module(module)
    assert sorted(main.commands) == sorted(JOBS)
    lines = audit("--help").out
    for name, (_, line) in JOBS.items():
        assert any(shown.startswith(f"  {name} ") and shown.endswith(f" {line}") for shown in lines)
    assert max(map(len, lines)) <= 80
    assert not any(line.endswith("...") for line in lines[1:])


def test_the_version_is_told() -> None:
    """``--version`` names the product and its version."""
    assert audit("--version") == (0, [f"Online safety self-audit {VERSION}"], [])


def test_a_workbook_comes_from_standard_input_too() -> None:
    """``-`` stands for standard input."""
    command = [sys.executable, "-m", "audit", "check", "-"]
    done = subprocess.run(command, cwd=ROOT, input=EXAMPLE.read_bytes(), capture_output=True, check=False)
    said = "standard input: readable. Example Primary School (URN 900001), 2025/26, 59 answered.\n"
    assert (done.returncode, done.stdout.decode(), done.stderr) == (0, said, b"")


@pytest.mark.parametrize("day", ["20/11/2026", "2026-11-20"])
def test_a_day_is_written_in_either_way(day: str, tmp_path: Path) -> None:
    """Jobs take the day as schools write it, and as computers do."""
    for arguments in (
        ("plan", EXAMPLE, "--date", day, "--out", tmp_path / "plan"),
        ("pack", EXAMPLE, "--meeting-date", day, "--out", tmp_path / "pack.pdf"),
    ):
        assert audit(*arguments).status == 0


def test_a_day_that_does_not_exist_is_refused_in_words(tmp_path: Path) -> None:
    """The 31st of November is no day."""
    run = audit("plan", EXAMPLE, "--date", "31/11/2026", "--out", tmp_path)
    assert run.status == 2
    assert '"31/11/2026" is no day. Write it as 20/11/2026 or 2026-11-20.' in run.err[-1]


def test_a_table_on_standard_output_is_as_the_app_writes_it() -> None:
    """CSV begins with the mark by which Excel knows UTF-8, and its lines end in CR LF."""
    command = [sys.executable, "-m", "audit", "criteria", "--framework", "kcc-2010", "--format", "csv"]
    written = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    assert written.startswith(b"\xef\xbb\xbfid,framework,area,")
    assert written.count(b"\r\n") == written.count(b"\n") == 144


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
@pytest.mark.parametrize("arguments", [("criteria",), ("--help",), ("check", EXAMPLE)])
def test_a_full_disk_under_standard_output_is_told(arguments: tuple[str | Path, ...]) -> None:
    """What cannot be written is said in one line, with exit status 1."""
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "audit", *map(str, arguments)]
        done = subprocess.run(command, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, encoding="utf-8", check=False)
    assert done.returncode == 1
    assert done.stderr == "Standard output cannot be written: No space left on device.\n"


def test_whoever_stops_reading_early_sees_no_error() -> None:
    """A closed pipe ends the job without a word."""
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "audit", "criteria"]
    done = subprocess.run(command, cwd=ROOT, stdout=writer, stderr=subprocess.PIPE, encoding="utf-8", check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (1, "")


def test_a_file_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    """Whatever lies under the name of an output stays, and the way on is told."""
    own = tmp_path / "form.xlsx"
    own.write_text("my own notes")
    run = audit("blank", "--phase", "primary", "--out", own)
    assert run.status == 1
    assert run.err == [
        f"{own}: There is a file of this name already. Choose another name, or add --force to write over it."
    ]
    assert own.read_text() == "my own notes"


def test_nothing_of_a_report_is_written_if_one_of_its_files_is_somebody_elses(tmp_path: Path) -> None:
    """A folder gets the whole report or none of it."""
    (tmp_path / "report.html").write_text("my own page")
    assert audit("report", EXAMPLE, "--out", tmp_path).status == 1
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_force_writes_over_it(tmp_path: Path) -> None:
    """``--force`` is the way to say that it is meant."""
    own = tmp_path / "form.xlsx"
    own.write_text("my own notes")
    assert audit("blank", "--phase", "primary", "--out", own, "--force").status == 0
    assert own.read_bytes().startswith(b"PK")


def test_a_job_may_put_its_outcome_in_the_place_of_what_it_read(tmp_path: Path) -> None:
    """A workbook is signed in its place."""
    own = tmp_path / "audit.xlsx"
    shutil.copy(EXAMPLE, own)
    run = audit("next", own, "--out", own)
    assert (run.status, run.out[-1]) == (0, f"Wrote {own}.")


def test_what_a_job_wrote_it_may_write_anew(tmp_path: Path) -> None:
    """The same report can be made again, without a further option."""
    assert audit("report", EXAMPLE, "--out", tmp_path).status == 0
    assert audit("report", EXAMPLE, "--out", tmp_path).status == 0


def test_a_form_that_was_filled_in_since_is_not_written_over(tmp_path: Path) -> None:
    """What the tool wrote and somebody changed is somebody's work."""
    form = tmp_path / "form.xlsx"
    assert audit("blank", "--phase", "primary", "--out", form).status == 0
    filled = form.read_bytes() + b"filled in"
    form.write_bytes(filled)
    assert audit("blank", "--phase", "primary", "--out", form).status == 1
    assert form.read_bytes() == filled
