"""A sample folder is written whole or not at all, whatever stops the run that writes it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from audit.sample.folder import written_whole

ROOT = Path(__file__).parent.parent
LISTS = {"register.csv", "successors.csv", "damaged.csv"}
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="asks for processes by signals"),
]


def sample(out: Path, schools: int, before: Callable[[], None] | None = None) -> subprocess.Popen[str]:
    """The job that writes a sample, as it is typed."""
    command = [sys.executable, "-m", "audit", "sample", "--schools", str(schools), "--out", str(out)]

    def begin() -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # whoever runs the tests in the background ignores it
        if before is not None:
            before()

    return subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=begin
    )


def begun(out: Path, job: subprocess.Popen[str]) -> Path:
    """The folder that a job writes beside its place, once there are files in it."""
    while job.poll() is None:
        for folder in out.parent.glob(f"{out.name}.unfinished-*"):
            if any(folder.rglob("*.xlsx")):
                return folder
        time.sleep(0.02)
    raise AssertionError("the job ended before it was seen to begin")


@pytest.mark.parametrize("way", [signal.SIGINT, signal.SIGKILL])
def test_a_run_that_is_stopped_leaves_no_half_sample(tmp_path: Path, way: signal.Signals) -> None:
    """After Ctrl+C nothing is left; after a kill what is left says that it is unfinished, and the next run takes it away."""
    out = tmp_path / "sample"
    job = sample(out, 2_000)
    remains = begun(out, job)
    assert not out.exists()
    job.send_signal(way)
    _, said = job.communicate()
    assert job.returncode != 0
    assert "Traceback" not in said
    assert {path.name for path in tmp_path.iterdir()} == (set() if way == signal.SIGINT else {remains.name})
    again = sample(out, 4)
    _, said = again.communicate()
    assert (again.returncode, said) == (0, "")
    assert {path.name for path in tmp_path.iterdir()} == {"sample"}
    assert {path.name for path in out.iterdir()} == {"returns", *LISTS}


def small_files_only() -> None:
    """Lets a process write no file of more than a few bytes, as on a disk that is full."""
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (4_000, 4_000))


def test_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    """What could not be written whole is taken away again, and the reason is told in a sentence."""
    out = tmp_path / "sample"
    job = sample(out, 20, small_files_only)
    _, said = job.communicate()
    assert job.returncode == 1
    assert "cannot be written" in said
    assert "Traceback" not in said
    assert list(tmp_path.iterdir()) == []


def half_written(out: Path) -> None:
    """A run that fails in the middle."""
    with written_whole(out) as fresh:
        (fresh / "register.csv").write_text("new")
        raise OSError("full")


def test_what_was_there_stays_until_all_is_written(tmp_path: Path) -> None:
    """A folder with an earlier sample keeps it if a later run fails, and its other files if it succeeds."""
    out = tmp_path / "sample"
    (out / "returns").mkdir(parents=True)
    (out / "returns" / "old.xlsx").write_text("old")
    (out / "register.csv").write_text("old")
    with pytest.raises(OSError, match="full"):
        half_written(out)
    assert (out / "register.csv").read_text() == "old"
    with written_whole(out) as fresh:
        (fresh / "returns").mkdir()
        (fresh / "returns" / "new.xlsx").write_text("new")
        (fresh / "register.csv").write_text("new")
    assert sorted(path.name for path in out.rglob("*")) == ["new.xlsx", "old.xlsx", "register.csv", "returns"]
    assert (out / "register.csv").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["sample"]


def test_the_folder_of_a_run_that_is_not_over_is_left_alone(tmp_path: Path) -> None:
    """Two runs at once do not take away what the other writes."""
    other = tmp_path / f"sample.unfinished-{os.getppid()}"
    other.mkdir()
    with written_whole(tmp_path / "sample") as fresh:
        (fresh / "a").write_text("a")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["sample", other.name]
