"""The same jobs from a terminal. Exit status 0 is fine, 1 faults in the input, 2 wrong usage."""

from audit.cli import authority, backup, pack, plan, sample, school, signing, years
from audit.cli.terminal import main

__all__ = ["authority", "backup", "main", "pack", "plan", "sample", "school", "signing", "years"]
