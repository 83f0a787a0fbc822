"""Sample returns of invented schools, to try the comparison with."""

from __future__ import annotations

import shlex
import sys
from concurrent.futures import BrokenExecutor
from pathlib import Path

import click

from audit.cli.overwriting import has_written
from audit.cli.terminal import FOLDER, cannot_be_written, check_free, fail, main, writes
from audit.english import plural
from audit.problems import Problem


@main.command()
@click.option(
    "--schools", default=419, show_default=True, type=click.IntRange(1, 30_000), help="Schools that send a return."
)
@click.option("--years", default=1, show_default=True, type=click.IntRange(1, 5), help="Academic years.")
@click.option(
    "--seed", default=1, show_default=True, type=click.IntRange(0), help="The same seed makes the same files."
)
@click.option("--damaged", default=0, show_default=True, type=click.IntRange(0), help="How many of them are damaged.")
@writes(FOLDER, text="The folder to write into.")
def sample(schools: int, years: int, seed: int, damaged: int, out: Path) -> None:
    """Make believable returns of invented schools, with a register, to try the comparison with."""
    from audit.sample import write_sample

    if damaged >= schools:
        raise click.BadParameter("Fewer than the schools must be damaged.", param_hint="--damaged")
    lists = [out / name for name in ("register.csv", "successors.csv", "damaged.csv")]
    check_free(*lists)
    hidden = not sys.stderr.isatty()
    try:
        with click.progressbar(length=schools * years, label="Writing", file=sys.stderr, hidden=hidden) as bar:

            def progress(done: int, of: int) -> None:
                bar.length = of
                bar.update(done - bar.pos)

            paths = write_sample(out, schools=schools, years=years, seed=seed, damaged=damaged, progress=progress)
    except OSError as error:
        fail([cannot_be_written(out, error)])
    except BrokenExecutor as error:
        what = f"The processes that write the files cannot run: {error}."
        fail([Problem(where="Writing", what=what, fix="Close other programs, and run it again.")])
    has_written(*lists)
    click.echo(f"Wrote {plural(len(paths), 'return')} with register.csv and successors.csv to {out}.")
    if damaged:
        click.echo(f"damaged.csv says which {damaged:,} of them are damaged, and how.")
    given = {"": out / "returns", "--register": out / "register.csv", "--successors": out / "successors.csv"}
    options = " ".join(f"{option} {shlex.quote(str(path))}".strip() for option, path in given.items())
    click.echo(f"Compare them: python -m audit compare {options} --out comparison")
