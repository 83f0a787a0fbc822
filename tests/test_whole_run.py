"""The whole of it: 100 returns of which 20 are damaged, one command, and every figure worked out a second time.

The second computation is plain Python over what the invented schools meant to say. It knows the rules as the
documentation states them, and nothing of the code that it checks.
"""

from __future__ import annotations

import csv
import io
import json
import statistics
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import docx
import openpyxl
import pytest

from audit.intake.reading import executor
from audit.model import Audit, Criteria, Criterion, Response
from audit.sample.believable import returns as believable
from audit.sample.folder import DAMAGES, write_sample
from audit.school.scoring import asked
from audit.workbook.write import write
from tests.office import LibreOffice
from tests.terminal import Run, audit

pytestmark = pytest.mark.slow
SCHOOLS, DAMAGED, SEED = 100, 20, 185
RETURNED_BEFORE = 30
"""Schools of which the return of the year before is there too, if they sent one."""
YEAR, BEFORE = "2025/26", "2024/25"
KINDS = ("met", "not_written", "not_done", "neither", "not_known")

CELLS: Mapping[str, set[str]] = {
    "external-links": {"Answers F2", "Answers F3"},
    "formulas": {"Answers F2", "Answers F3"},
    "large-cell": {"Answers I2"},
    "newer-format": {"School B13"},
    "no-answer-words": {"Answers F3", "Answers G5"},
    "no-reason": {"Answers H4"},
    "unknown-statement": {"Answers A6"},
    "dfe-number": {"School B4"},
}
"""Where the damage is in cells that are the same in every file."""
VERDICTS = {
    "copied": "Accepted with warnings",
    "dfe-number": "Accepted with warnings",
    "external-links": "Refused",
    "formulas": "Refused",
    "large-cell": "Refused",
}
"""What becomes of a file otherwise than by itself: the other returns show that it is copied, the register knows its
number, and an authority takes no values that were not typed.
"""

WORDS = {"other-zip": "no workbook in it"}
"""What is said otherwise than of a file by itself: among files that are taken in, a zip is opened."""

Change = Callable[[dict[str, Response], list[str]], object]
LOST: Mapping[str, Change] = {
    "no-answer-words": lambda given, asked: (
        _without(given, asked[1], written=None),
        _without(given, asked[3], practice=None),
    ),
    "no-reason": lambda given, asked: given.pop(asked[2], None),
    "rows-contradicting": lambda given, asked: given.pop(asked[0], None),
    "rows-deleted": lambda given, asked: [given.pop(one, None) for one in asked[3::5]],
    "unknown-statement": lambda given, asked: given.pop(asked[4], None),
}
"""What a kind of damage takes from the answers, by the statements asked in their order: row 2 of the sheet is the first."""


def _without(given: dict[str, Response], statement: str, **changes: None) -> None:
    """Takes one of the two answers to a statement away."""
    if statement in given and not given[statement].not_applicable:
        given[statement] = replace(given[statement], **changes)


@dataclass(frozen=True, kw_only=True)
class WholeRun:
    """The sample, what the command did with it, and what it should have found.

    Attributes:
        damages: the kind of damage by the path of the file in the folder.
        audits: what counts, by year and URN, as the schools meant it less what the damage took away.
    """

    folder: Path
    out: Path
    done: Run
    damages: Mapping[str, str]
    audits: Mapping[str, Mapping[str, Audit]]

    def rows(self, name: str) -> list[dict[str, str]]:
        """The rows of a CSV file that was written."""
        return table(self.out / name)


def table(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def command(folder: Path, out: Path, *more: str | Path) -> Run:
    """Compares the sample in a folder."""
    options = ("--register", folder / "register.csv", "--successors", folder / "successors.csv", "--letters")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AUDIT_DATABASE_URL", f"sqlite:///{out.with_suffix('.sqlite3')}")
        return audit(
            "compare", *more, *options, "--authority-name", "Example County Council", "--release", "--out", out
        )


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory, shipped: Criteria) -> WholeRun:
    """Everything made, taken in, compared and written back once."""
    folder = tmp_path_factory.mktemp("whole")
    write_sample(folder, schools=SCHOOLS, years=1, seed=SEED, damaged=DAMAGED)
    damages = {row["file"]: row["kind"] for row in table(folder / "damaged.csv")}
    successors = {row["Old URN"]: row["New URN"] for row in table(folder / "successors.csv")}
    newest = list(believable(shipped, schools=SCHOOLS, years=1, seed=SEED))
    both = believable(shipped, schools=RETURNED_BEFORE, years=2, seed=SEED)
    before = {successors.get(one.school.urn, one.school.urn): one for one in both if one.year == BEFORE}
    write_returns(folder / "returns" / "2024-25", before.values(), shipped)
    kinds = {Path(file).name.split(" ")[0]: kind for file, kind in damages.items()}
    audits: dict[str, dict[str, Audit]] = {YEAR: {}, BEFORE: before}
    for one in newest:
        kind = kinds.get(one.school.urn, "")
        if verdict_of(kind) != "Refused":
            audits[YEAR][one.school.urn] = _as_read(one, newest[0], kind, shipped)
    done = command(folder, folder / "out", folder / "returns")
    return WholeRun(folder=folder, out=folder / "out", done=done, damages=damages, audits=audits)


def verdict_of(kind: str) -> str:
    """What becomes of a file with this kind of damage, or with none."""
    return VERDICTS.get(kind) or (DAMAGES[kind].verdict.capitalize() if kind else "Accepted")


def write_returns(folder: Path, audits: Iterable[Audit], criteria: Criteria) -> None:
    """Writes the workbooks of audits, by several processes."""
    folder.mkdir()
    with executor() as pool:
        made = [(one.school, pool.submit(write, one, criteria)) for one in audits]
        for school, data in made:
            (folder / f"{school.urn} {school.name}.xlsx").write_bytes(data.result())


def _as_read(one: Audit, first: Audit, kind: str, criteria: Criteria) -> Audit:
    """What can be read of a return with this kind of damage; a copied one says what the first school said."""
    if kind == "copied":
        return replace(first, school=replace(first.school, urn=one.school.urn, name=one.school.name))
    given = dict(one.responses)
    LOST.get(kind, lambda *_: None)(given, [criterion.id for criterion in asked(one, criteria)])
    return replace(one, responses=given)


# The second computation, by the rules as the design states them


def recommended(one: Audit, criteria: Criteria) -> list[Criterion]:
    """The recommended statements for the phase of a school."""
    return [c for c in criteria if c.statement.recommended and one.school.phase in c.statement.phases]


def state(one: Audit, statement: str) -> str:
    """The state of a statement by its two answers."""
    response = one.response(statement)
    if response.not_applicable:
        return "not_applicable"
    if response.written in (None, "unknown") or response.practice in (None, "unknown"):
        return "not_known"
    done = response.practice in (3, 4)
    return {(True, True): "met", (True, False): "not_done", (False, True): "not_written", (False, False): "neither"}[
        response.written == "yes", done
    ]


def might_be_met(one: Audit, statement: str) -> bool:
    """Whether a statement is met if all that is unknown about it turns out well."""
    response = one.response(statement)
    return (
        not response.not_applicable
        and response.written in ("yes", "unknown", None)
        and response.practice in (3, 4, "unknown", None)
    )


def counts(one: Audit, criteria: Criteria, question: str = "") -> dict[str, int]:
    """How many recommended statements, all or of a question, are in each state, and how many apply."""
    wanted = [c for c in recommended(one, criteria) if question in ("", c.question.id)]
    states = [state(one, c.id) for c in wanted]
    found = {kind: states.count(kind) for kind in KINDS}
    return {"applicable": sum(found.values()), **found, "can_be_met": sum(might_be_met(one, c.id) for c in wanted)}


def coverage(one: Audit, criteria: Criteria) -> float:
    """K coverage in percent."""
    found = counts(one, criteria)
    return 100 * found["met"] / found["applicable"]


def shown(value: float) -> str:
    """A figure as the CSV files write it."""
    return f"{value:.2f}"


def moved(one: Audit, earlier: Audit, criteria: Criteria) -> str:
    """Whether more is met than a year earlier of what applies in both years."""
    both = [
        (state(earlier, c.id), state(one, c.id))
        for c in recommended(one, criteria)
        if c in recommended(earlier, criteria)
    ]
    both = [pair for pair in both if "not_applicable" not in pair]
    more = sum(now == "met" for _, now in both) - sum(then == "met" for then, _ in both)
    return "rose" if more > 0 else "fell" if more < 0 else "stood still"


# What is checked


def test_every_damaged_file_is_named_with_its_cell_and_a_remedy(run: WholeRun) -> None:
    """Each kind of damage has the verdict, the words and the cells that are expected of it, and what mends it."""
    verdicts = {row["File"]: row["Verdict"] for row in run.rows("verdicts.csv")}
    assert len(run.damages) == DAMAGED == len(set(run.damages.values()))
    for file, kind in run.damages.items():
        path = f"{run.folder}/{file}"
        expected = verdict_of(kind)
        faults = [row for row in run.rows("faults.csv") if row["File"] == path]
        said = " ".join(f"{row['What is wrong']} {row['How to mend it']}" for row in faults)
        assert (kind, verdicts[path]) == (kind, expected)
        assert WORDS.get(kind, DAMAGES[kind].mentions) in said, kind
        assert bool(faults) == (expected != "Accepted"), kind
        assert all(row["How to mend it"] for row in faults), kind
        if kind in CELLS:
            assert CELLS[kind] <= {f"{row['Sheet']} {row['Cell']}" for row in faults}, kind
        on_terminal = [line for line in run.done.out if line.startswith(f"  {path}: ")]
        assert len(on_terminal) == bool(faults), kind
        assert kind not in CELLS or any(f"cell {cell.split()[1]}: " in on_terminal[0] for cell in CELLS[kind])


def test_no_file_and_no_school_is_lost(run: WholeRun) -> None:
    """Every file counts, is set aside or is refused; every school that sent one has it in the tracker."""
    files = run.rows("verdicts.csv")
    there = sorted(str(path) for path in (run.folder / "returns").rglob("*.xlsx"))
    assert [row["File"] for row in files] == there
    counted = sum(row["Counts"] == "Yes" for row in files)
    refused = sum(row["Verdict"] == "Refused" for row in files)
    aside = sum(bool(row["Set aside because"]) for row in files)
    expected = sum(len(audits) for audits in run.audits.values())
    assert (counted, refused, aside, counted + refused + aside) == (expected, 8, 0, len(there))
    received = [row for row in run.rows("tracker.csv") if row["Return"].startswith("Received")]
    assert sorted(row["File"] for row in received) == [file for file in there if "/2025-26/" in file]
    assert len(received) == SCHOOLS
    assert run.done.status == 1


def test_the_figures_of_each_school_are_right(run: WholeRun, shipped: Criteria) -> None:
    """Counts, K coverage and its range, rank, quartile and change are as plain counting gives them.

    Equals share the first of their places, and are in the quarter in which the middle of their places lies.
    """
    now, before = run.audits[YEAR], run.audits[BEFORE]
    covered = {urn: coverage(one, shipped) for urn, one in now.items()}
    rows = {row["urn"]: row for row in run.rows("comparison.csv")}
    assert set(rows) == set(now)
    for urn, one in now.items():
        found = counts(one, shipped)
        peers = sorted((covered[other] for other in now if now[other].school.phase == one.school.phase), reverse=True)
        rank = peers.index(covered[urn]) + 1
        middle = rank - 1 + peers.count(covered[urn]) / 2
        earlier = before.get(urn)
        expected = {
            **{name: str(number) for name, number in found.items()},
            "coverage_percent": shown(covered[urn]),
            "coverage_lowest": shown(covered[urn]),
            "coverage_highest": shown(100 * found["can_be_met"] / found["applicable"]),
            "rank": str(rank),
            "peers": str(len(peers)),
            "quartile": str(4 - sum(middle > quarters * len(peers) / 4 for quarters in (1, 2, 3))),
            "coverage_before": shown(coverage(earlier, shipped)) if earlier else "",
            "change": shown(covered[urn] - coverage(earlier, shipped)) if earlier else "",
            "moved": moved(one, earlier, shipped) if earlier else "",
        }
        assert {name: rows[urn][name] for name in expected} == expected, urn


def test_the_heat_map_is_right(run: WholeRun, shipped: Criteria) -> None:
    """Each cell says how many statements of the question are met, of how many that apply; blank where none does."""
    head, *rows = openpyxl.load_workbook(run.out / "comparison.xlsx")["Heat map"].iter_rows(min_row=4, values_only=True)
    questions = {column: str(title).split(" ")[0] for column, title in enumerate(head) if column >= 3}
    found = {
        (str(row[0]), question): row[column] if "/" in str(row[column]) else ""
        for row in rows
        for column, question in questions.items()
    }
    expected = {}
    for one in run.audits[YEAR].values():
        for question in questions.values():
            count = counts(one, shipped, question)
            expected[one.school.name, question] = f"{count['met']}/{count['applicable']}" * bool(count["applicable"])
    assert found == expected


def test_common_gaps_are_right(run: WholeRun, shipped: Criteria) -> None:
    """By group and statement, the schools to which it applies and their states.

    The statement that the largest share of a group's schools misses comes first.
    """
    groups: dict[str, list[Audit]] = {"all": list(run.audits[YEAR].values())}
    for one in run.audits[YEAR].values():
        groups.setdefault(one.school.phase, []).append(one)
    rows = run.rows("common-gaps.csv")
    for row in rows:
        states = [state(one, row["statement"]) for one in groups[row["group"]] if _counts_in(one, row, shipped)]
        expected = {kind: str(states.count(kind)) for kind in KINDS}
        expected["schools"] = str(len(states) - states.count("not_applicable"))
        expected["missing"] = str(int(expected["schools"]) - int(expected["met"]))
        assert {name: row[name] for name in expected} == expected, (row["group"], row["statement"])
    for group in groups:
        missed = [
            (int(row["missing"]) / int(row["schools"]), int(row["missing"]))
            for row in rows
            if row["group"] == group and row["schools"] != "0"
        ]
        assert missed, group
        assert missed == sorted(missed, reverse=True), group


def _counts_in(one: Audit, row: Mapping[str, str], criteria: Criteria) -> bool:
    return one.school.phase in criteria[row["statement"]].statement.phases


def test_the_quartiles_are_right(run: WholeRun, shipped: Criteria) -> None:
    """Lower quartile, median and upper quartile of schools and questions are a spreadsheet's QUARTILE.INC, in whole percent."""
    found = json.loads((run.out / "benchmark-kcc-2010.json").read_text("utf-8"))
    values: dict[tuple[str, str, str], list[float]] = {}
    for one in run.audits[YEAR].values():
        shares = {("coverage", ""): counts(one, shipped)}
        shares |= {("question", c.question.id): counts(one, shipped, c.question.id) for c in recommended(one, shipped)}
        for key, count in shares.items():
            for group in ("all", one.school.phase):
                if count["applicable"]:
                    values.setdefault((group, *key), []).append(100 * count["met"] / count["applicable"])
    figures = {
        (one["group"], one["measure"], one["question"]): one
        for one in found["figures"]
        if one["measure"] in ("coverage", "question")
    }
    assert ("all", "coverage", "") in figures
    for key, figure in figures.items():
        quartiles = statistics.quantiles(values[key], n=4, method="inclusive")
        assert figure["schools"] >= max(len(values[key]), 12)
        assert [figure[name] for name in ("lower", "median", "upper")] == pytest.approx(quartiles, abs=0.501), key


def test_the_answers_of_every_school_are_written_out(run: WholeRun, shipped: Criteria) -> None:
    """SCORES has one row per school and statement that it was asked, with its state."""
    found = {(row["urn"], row["statement"]): row["kind"] for row in run.rows("scores.csv")}
    expected = {
        (urn, criterion.id): state(one, criterion.id)
        for urn, one in run.audits[YEAR].items()
        for criterion in asked(one, shipped)
    }
    assert found == expected


def test_each_school_has_a_letter_that_opens(run: WholeRun) -> None:
    """Every school that sent a return for the year is written to, even where its file could not be used."""
    with zipfile.ZipFile(run.out / "letters.zip") as letters:
        urns = {name.split(" ")[0] for name in letters.namelist()}
        titles = {docx.Document(io.BytesIO(letters.read(name))).core_properties.title for name in letters.namelist()}
    sent = {path.name.split(" ")[0] for path in (run.folder / "returns" / "2025-26").iterdir()}
    assert urns == sent
    assert len(urns) == SCHOOLS
    assert {title.split(" 2025/26")[0] for title in titles} == {
        "Our feedback on your online safety self-audit",
        "Your online safety self-audit",
    }


def test_order_of_the_files_and_number_of_workers_change_nothing(run: WholeRun) -> None:
    """The same files in another order, read by another number of processes, give the same bytes in every output."""
    again = run.folder / "again"
    years = [run.folder / "returns" / name for name in ("2025-26", "2024-25")]
    assert command(run.folder, again, *years, "--workers", "1").status == 1
    first, second = ({path.name: path.read_bytes() for path in folder.iterdir()} for folder in (run.out, again))
    assert sorted(first) == sorted(second)
    assert [name for name, data in first.items() if second[name] != data] == []


def test_libreoffice_opens_the_workbooks_and_a_letter(office: LibreOffice, run: WholeRun, tmp_path: Path) -> None:
    """Workbooks and a letter are turned into pages without complaint."""
    with zipfile.ZipFile(run.out / "letters.zip") as letters:
        letters.extract(letters.namelist()[0], tmp_path)
    sources = [run.out / name for name in ("comparison.xlsx", "verdicts.xlsx", "chase-list.xlsx")]
    sources += tmp_path.glob("*.docx")
    done = office.run("--convert-to", "pdf", "--outdir", str(tmp_path / "pages"), *map(str, sources))
    assert (done.returncode, "Error" in done.stderr) == (0, False), done.stderr
    pages = {path.stem: path.read_bytes()[:5] for path in (tmp_path / "pages").iterdir()}
    assert pages == {source.stem: b"%PDF-" for source in sources}
