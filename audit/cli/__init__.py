"""The same jobs from a terminal. Exit status 0 is fine, 1 faults in the input, 2 wrong usage."""

from audit.cli.terminal import main, run

__all__ = ["main", "run"]
