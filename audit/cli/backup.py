"""Backing up the store, and putting a backup in its place: backup, restore."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from audit.cli.terminal import fail, main

if TYPE_CHECKING:
    from audit.store.copying import Contents

_ANY = click.Path(path_type=Path)


@main.command()
@click.argument("file", type=_ANY)
@click.option("--force", is_flag=True, help="Replace FILE if it is there.")
def backup(file: Path, force: bool) -> None:
    """Write everything that is stored into FILE.

    The app may run meanwhile. FILE holds all audits with their history, and all collections of returns.
    """
    from audit.problems import UnusableFile
    from audit.store.backup import back_up

    try:
        contents = back_up(file, force=force)
    except UnusableFile as error:
        fail(error.problems)
    click.echo(f"Backed up {_in_words(contents)} to {file}.")


@main.command()
@click.argument("file", type=_ANY)
def restore(file: Path) -> None:
    """Put the backup FILE in the place of what is stored.

    Stop the app first. What was stored is kept beside the database under a dated name.
    """
    from audit.problems import UnusableFile
    from audit.store.restore import restore as put_back

    try:
        contents, kept = put_back(file)
    except UnusableFile as error:
        fail(error.problems)
    click.echo(f"Restored {_in_words(contents)} from {file}.")
    if kept is not None:
        click.echo(f"What was stored before is kept as {kept}.")


def _in_words(contents: Contents) -> str:
    from audit.english import plural

    return f"{plural(contents.audits, 'audit')} and {plural(contents.collections, 'collection')} of returns"
