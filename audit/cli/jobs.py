"""The jobs of the command line: where each lives, and what it does in one line.

A job's module is loaded when the job runs: the libraries for tables, workbooks and databases take longer to load than
most jobs to run, and nobody waits for those that a job does without.
"""

from __future__ import annotations

from importlib import import_module

import click

JOBS: dict[str, tuple[str, str]] = {
    "backup": ("backup", "Copy the database to a file, also while the app runs."),
    "blank": ("school", "Write a blank form to fill in offline."),
    "changes": ("years", "Say what changed between two workbooks."),
    "check": ("check", "Say whether workbooks are readable returns."),
    "compare": ("authority", "Compare the returns of many schools."),
    "criteria": ("check", "List the criteria."),
    "export": ("transfer", "Write an audit of the store as a workbook."),
    "history": ("years", "Show how a school's figures went over the years."),
    "import": ("transfer", "Put a workbook's answers into the store."),
    "next": ("years", "Start the next year from last year's workbook."),
    "pack": ("pack", "Write the governors' pack, a PDF."),
    "plan": ("plan", "Say how the action plan stands."),
    "reopen": ("signing", "Open a signed workbook for changes again."),
    "report": ("school", "Write a school's gap report."),
    "restore": ("backup", "Put a backup in place of the database."),
    "review": ("signing", "Say what a reviewer would ask."),
    "sample": ("sample", "Make returns of invented schools to try with."),
    "sign": ("signing", "Sign a workbook off."),
    "verify": ("verify", "Say whether files are what was signed."),
}
"""By job: its module in this room, and its line in the list of jobs, short enough for a terminal of 80 columns."""


class Jobs(click.Group):
    """A group of jobs, each loaded when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The names of all jobs, in the order of the alphabet."""
        return sorted(JOBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The job of a name, its module loaded; None if there is no such job."""
        if cmd_name in JOBS:
            import_module(f"audit.cli.{JOBS[cmd_name][0]}")  # its decorators add the jobs to the group
        return super().get_command(ctx, cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of jobs, without loading any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, JOBS[name][1]) for name in self.list_commands(ctx)])
