"""``python -m audit``."""

from audit.cli.terminal import run

run()
