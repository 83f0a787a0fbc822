"""LibreOffice, as a school that has no Excel opens and saves what we wrote."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class LibreOffice:
    """The program without its window, with a profile of its own."""

    program: str
    profile: Path

    def convert(self, source: Path, target: str, into: Path) -> Path:
        """Converts a file to a format into a folder, which is returned.

        ``target`` is LibreOffice's name of the format: an ending, with a filter and its options after colons.
        A machine without the part of LibreOffice that opens such a file skips the test, but CI fails.
        """
        done = self.run("--convert-to", target, "--outdir", str(into), str(source))
        assert done.returncode == 0, done.stderr
        if "could not be loaded" in done.stderr:
            absent(f"LibreOffice cannot open {source.suffix} here")
        return into

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """The program run with these arguments."""
        profile = f"-env:UserInstallation=file://{self.profile}"
        command = [self.program, "--headless", profile, *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False)


def absent(what: str) -> None:
    """Skips a test whose program is not on this machine; in CI, which installs it, that is a failure."""
    if os.environ.get("CI"):
        pytest.fail(f"{what}, and CI must not skip these tests")
    pytest.skip(what)


def libreoffice(profile: Path) -> LibreOffice:
    """LibreOffice with this folder for its own settings, which it makes at its first start."""
    program = shutil.which("soffice")
    if program is None:
        absent("soffice is not installed")
    return LibreOffice(str(program), profile)
