"""The terminal: the same jobs, plain messages, and an exit status that a script can trust."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from audit.model import Action, Audit, Criteria, Response, School
from audit.workbook.read import read
from audit.workbook.write import write
from tests.conftest import audit_of
from tests.terminal import Run
from tests.terminal import audit as run_audit

ROOT = Path(__file__).parent.parent
FIELDS = [
    "id", "framework", "area", "question", "recommended", "mark", "ordinal", "force", "statement", "phases", "asked_of",
    "protects", "source", "how_sure", "checked", "superseded_since", "superseded_by",
]  # fmt: skip
KENT = ("--framework", "kcc-2010")
Terminal = Callable[..., Run]


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    """Runs ``python -m audit`` with a database of its own."""

    def run(*arguments: str | Path, database: str = "", encoding: str = "utf-8") -> Run:
        own = database or f"sqlite:///{tmp_path / 'audits.sqlite3'}"
        return run_audit(*arguments, database=own, encoding=encoding)

    return run


@pytest.fixture
def hilltop(shipped: Criteria) -> Audit:
    """An audit of an invented school that has begun."""
    return audit_of(
        shipped,
        {
            "kcc-2.1-k1": Response(written="yes", practice=3, evidence="=Policy, page 2\nשלום 👩🏽‍🏫"),
            "kcc-2.1-k2": Response(written="partly", practice=1),
        },
        actions=(Action(what="Write it.", statement="kcc-2.1-k2"),),
    )


@pytest.fixture
def workbook(tmp_path: Path, hilltop: Audit, shipped: Criteria) -> Path:
    """The workbook of that audit."""
    path = tmp_path / "Hilltop.xlsx"
    path.write_bytes(write(hilltop, shipped))
    return path


def edited(workbook: Path, name: str, **cells: object) -> Path:
    """A copy of a workbook with other values in cells of *Answers*."""
    book = openpyxl.load_workbook(workbook)
    for cell, value in cells.items():
        book["Answers"][cell] = value
    book.save(workbook.with_name(name))
    return workbook.with_name(name)


def test_help_names_every_command(terminal: Terminal) -> None:
    """Help lists what can be done."""
    done = terminal("--help")
    commands = done.out[done.out.index("Commands:") + 1 :]
    assert (done.status, done.err) == (0, [])
    assert [line.split()[0] for line in commands] == [
        "add-criteria",
        "backup",
        "blank",
        "changes",
        "check",
        "compare",
        "criteria",
        "export",
        "history",
        "import",
        "next",
        "pack",
        "plan",
        "reopen",
        "report",
        "restore",
        "review",
        "sample",
        "sign",
        "verify",
        "who",
    ]


@pytest.mark.parametrize(
    ("options", "count"), [((), 503), (KENT, 143), ((*KENT, "--recommended"), 54)], ids=["all", "Kent", "recommended"]
)
def test_criteria_are_listed_in_full_in_every_format(terminal: Terminal, options: tuple[str, ...], count: int) -> None:
    """Table, CSV and JSON list the same statements in the same order, and a program finds all its fields."""
    table, as_csv, as_json = (terminal("criteria", *options, "--format", form) for form in ("table", "csv", "json"))
    from_csv = list(csv.DictReader(io.StringIO("\n".join(as_csv.out).removeprefix("\ufeff"))))
    from_json = json.loads("\n".join(as_json.out))
    assert (len(from_csv), len(from_json), table.out[-1]) == (count, count, f"{count} statements.")
    assert (list(from_csv[0]), list(from_json[0])) == (FIELDS, FIELDS)
    assert from_csv == [
        {
            **row,
            "recommended": str(row["recommended"]).lower(),
            "ordinal": str(row["ordinal"]),
            "phases": " ".join(row["phases"]),
            "source": "; ".join(row["source"]),
            "superseded_by": "; ".join(row["superseded_by"]),
        }
        for row in from_json
    ]
    assert [line.split()[0] for line in table.out[:-1]] == [row["id"] for row in from_json]


def test_criteria_say_what_they_rest_on_and_with_what_force(terminal: Terminal) -> None:
    """A statement of today's duties names its force and every document; one of the template has no force, and its place."""
    rows = {row["id"]: row for row in json.loads("\n".join(terminal("criteria", "--format", "json").out))}
    duty, kent = rows["eng-3.1-2"], rows["kcc-2.3.1-k1"]
    assert [duty[key] for key in ("framework", "area", "mark", "force", "how_sure", "checked")] == [
        "england-2026", "3", "statutory-guidance", "Statutory guidance", "read", "2026-11-27",
    ]  # fmt: skip
    assert duty["source"][1] == (
        "Definitions of appropriate filtering and monitoring (UK Safer Internet Centre), 2026, section not checked"
    )
    assert [kent[key] for key in ("framework", "area", "mark", "force", "source", "how_sure")] == [
        "kcc-2010", "2.3", "K", "", ["Kent County Council e-safety policy template, section 2.3.1, K1"], "read",
    ]  # fmt: skip
    assert list(dict.fromkeys(row["framework"] for row in rows.values())) == [
        "kcc-2010",
        "england-2026",
        "policies-2017",
    ]


def test_a_blank_form_can_be_written_into_a_new_folder(terminal: Terminal, tmp_path: Path, shipped: Criteria) -> None:
    """A form for a phase, year and role is a workbook that misses only the school."""
    out = tmp_path / "forms" / "primary.xlsx"
    done = terminal(
        "blank", "--phase", "primary", "--scope", "all", "--year", "2026-2027", "--asked-of", "dsl", "--out", out
    )
    assert done == (0, [f"Wrote {out}."], [])
    reading = read(out.read_bytes(), "primary.xlsx", shipped)
    assert [problem.what for problem in reading.problems] == ["The URN is missing.", "The school name is missing."]
    assert {shipped[statement].statement.asked_of for statement in reading.rows} == {"dsl"}


def test_a_blank_form_of_chosen_frameworks(terminal: Terminal, tmp_path: Path, every_framework: Criteria) -> None:
    """Each framework that is named, as it holds today, or as printed with what is overtaken."""
    rows = []
    for name, printed in (("now.xlsx", ()), ("printed.xlsx", ("--as-printed",))):
        out = tmp_path / name
        chosen = ("--framework", "england-2026", "--framework", "kcc-2010", *printed)
        done = terminal("blank", "--phase", "all-through", "--year", "2026/27", *chosen, "--out", out)
        assert done == (0, [f"Wrote {out}."], [])
        asked = read(out.read_bytes(), name, every_framework).rows
        rows.append(
            [sum(every_framework[row].framework.id == id_ for row in asked) for id_ in ("kcc-2010", "england-2026")]
        )
    assert rows == [[42, 121], [54, 121]]


@pytest.mark.parametrize("job", [("criteria",), ("blank", "--phase", "primary", "--out", "form.xlsx")])
def test_a_framework_that_is_not_there_is_said_with_those_that_are(terminal: Terminal, job: tuple[str, ...]) -> None:
    """Whoever mistypes an id finds the right one: each is told by its id and name."""
    done = terminal(*job, "--framework", "kcc")
    assert (done.status, done.out) == (2, [])
    assert done.err[-1] == (
        "Error: Invalid value for --framework: There are no criteria of the id kcc. Choose from these: kcc-2010 is the "
        "Kent template; england-2026 is today's duties; policies-2017 is the practice of two schools."
    )


def test_check_of_a_sound_return_is_fine(terminal: Terminal, workbook: Path) -> None:
    """A readable return gives exit status 0 and nothing to mend."""
    assert terminal("check", workbook) == (0, [f"{workbook}: readable. Hilltop (URN 900001), 2026/27, 2 answered."], [])


def test_a_terminal_without_the_letters_of_a_name_still_gets_the_verdict(
    terminal: Terminal, tmp_path: Path, shipped: Criteria
) -> None:
    """On a terminal that knows few characters, such as one of Windows, a name shows gaps and the job is done."""
    path = tmp_path / "school.xlsx"
    school = School(urn="900001", name="שלום 👩🏽‍🏫", phase="primary")
    path.write_bytes(write(audit_of(shipped, {}, school=school), shipped))
    assert terminal("check", path, encoding="cp1252").status == 0


def test_check_names_each_fault_on_a_line_and_goes_on(terminal: Terminal, workbook: Path, tmp_path: Path) -> None:
    """One bad file never stops the rest: each has a verdict, each fault a line of its own, and the status is 1."""
    faulty = edited(workbook, "faulty.xlsx", F2="Ye\ns", G3="often")
    garbage, missing = tmp_path / "garbage.xlsx", tmp_path / "missing.xlsx"
    garbage.write_bytes(b"\x89PNG\0\0")
    assert terminal("check", garbage, faulty, missing, workbook) == (
        1,
        [
            f"{garbage}: cannot be used; 1 fault.",
            f"{faulty}: readable with 2 faults. Hilltop (URN 900001), 2026/27, 0 answered, 2 in part.",
            f"{missing}: cannot be used; 1 fault.",
            f"{workbook}: readable. Hilltop (URN 900001), 2026/27, 2 answered.",
        ],
        [
            "garbage.xlsx: This is not an Excel workbook. Send the workbook (.xlsx) that was filled in.",
            'faulty.xlsx, sheet Answers, cell F2: "Ye s" is not one of yes, partly, no, unknown. '
            "Choose an answer from the list.",
            'faulty.xlsx, sheet Answers, cell G3: "often" is not one of 0, 1, 2, 3, 4, unknown. '
            "Choose an answer from the list.",
            f"{missing}: The file cannot be opened: No such file or directory. Check the name and the folder.",
        ],
    )


def test_a_report_is_tables_a_page_and_a_workbook(
    terminal: Terminal, workbook: Path, tmp_path: Path, hilltop: Audit, shipped: Criteria
) -> None:
    """The report folder holds SCORES, GAPS and SUMMARY, a page to read and a workbook that holds the same audit."""
    folder = tmp_path / "report"
    done = terminal("report", workbook, "--out", folder)
    assert (done.status, done.out[0], done.err) == (0, "Hilltop (URN 900001), 2026/27", [])
    assert sorted(path.name for path in folder.iterdir()) == [
        "gaps.csv",
        "report.html",
        "report.xlsx",
        "scores.csv",
        "summary.csv",
    ]
    first = next(csv.DictReader(io.StringIO((folder / "scores.csv").read_text("utf-8-sig"))))
    assert (first["statement"], first["kind"], first["evidence"][:8]) == ("kcc-2.1-k1", "met", "'=Policy")
    assert "Hilltop" in (folder / "report.html").read_text("utf-8")
    assert read((folder / "report.xlsx").read_bytes(), "report.xlsx", shipped).audit == hilltop


def test_a_report_of_a_return_with_a_fault_is_written_and_says_so(
    terminal: Terminal, workbook: Path, tmp_path: Path
) -> None:
    """What could be read is reported, and the status tells a script that something could not."""
    done = terminal("report", edited(workbook, "faulty.xlsx", G3="often"), "--out", tmp_path / "report")
    assert (done.status, len(done.err), (tmp_path / "report" / "gaps.csv").exists()) == (1, 1, True)


def test_what_is_imported_is_exported_unchanged(
    terminal: Terminal, workbook: Path, tmp_path: Path, hilltop: Audit, shipped: Criteria
) -> None:
    """An audit comes out of the store as it went in, and importing it again changes nothing."""
    out = tmp_path / "out" / "export.xlsx"
    assert terminal("import", workbook) == (0, ["Imported 2 answers as a new audit."], [])
    assert terminal("export", "--urn", "900001", "--year", "2026/27", "--out", out) == (0, [f"Wrote {out}."], [])
    assert read(out.read_bytes(), "export.xlsx", shipped) == read(workbook.read_bytes(), "Hilltop.xlsx", shipped)
    assert read(out.read_bytes(), "export.xlsx", shipped).audit == hilltop
    again = terminal("import", out)
    assert again == (0, ["Imported 0 changed answers into the audit that was there."], [])


def test_a_return_with_a_fault_is_not_imported(terminal: Terminal, workbook: Path) -> None:
    """The store takes a return whole or not at all."""
    done = terminal("import", edited(workbook, "faulty.xlsx", G3="often"))
    assert (done.status, done.out, done.err[-1]) == (1, [], "Nothing was imported.")
    nothing = terminal("export", "--urn", "900001", "--year", "2026/27", "--out", workbook.with_name("out.xlsx"))
    assert (nothing.status, nothing.err) == (
        1,
        ["Store: The store has no audit of URN 900001 for 2026/27. Check both, or import the school's workbook first."],
    )


def test_an_answer_that_changed_on_both_sides_waits_for_a_decision(
    terminal: Terminal, workbook: Path, shipped: Criteria
) -> None:
    """A conflict is refused, then settled by keeping the stored answer or by taking the file's."""

    def stored() -> str | None:
        out = workbook.with_name("out.xlsx")
        assert terminal("export", "--urn", "900001", "--year", "2026/27", "--out", out).status == 0
        audit = read(out.read_bytes(), "out.xlsx", shipped).audit
        return None if audit is None else audit.response("kcc-2.1-k1").written

    mine, theirs = edited(workbook, "mine.xlsx", F2="No"), edited(workbook, "theirs.xlsx", F2="Partly")
    assert terminal("import", workbook).status == 0
    assert terminal("import", mine).out == ["Imported 1 changed answer into the audit that was there."]
    assert terminal("import", theirs) == (
        1,
        [],
        [
            "theirs.xlsx, kcc-2.1-k1: The stored answer changed after this workbook was written, and differs from it. "
            "Run again with --conflicts keep or --conflicts take, or upload it in the browser to see both.",
            "Nothing was imported.",
        ],
    )
    kept = terminal("import", theirs, "--conflicts", "keep")
    assert kept.out == ["Imported 0 changed answers into the audit that was there; kept 1 stored answer."]
    assert stored() == "no"
    assert terminal("import", theirs, "--conflicts", "take").status == 0
    assert stored() == "partly"


@pytest.mark.parametrize(
    "arguments",
    [
        "frobnicate",
        "check",
        "check tests",
        "criteria --format xml",
        "criteria --phase zoo",
        "blank --out form.xlsx",
        "blank --phase primary --asked-of cook --out form.xlsx",
        "blank --phase primary --year 2026/28 --out form.xlsx",
        "blank --phase primary --out tests",
        "import return.xlsx --conflicts both",
        "report return.xlsx",
        "export --urn 12 --year 2026/27 --out out.xlsx",
    ],
)
def test_wrong_usage_is_said_and_writes_nothing(terminal: Terminal, arguments: str) -> None:
    """A command that is not understood ends with status 2 and one sentence of what is wrong."""
    done = terminal(*arguments.split())
    assert (done.status, done.out) == (2, [])
    assert sum(line.startswith("Error: ") for line in done.err) == 1


@pytest.mark.parametrize("command", ["report", "import"])
def test_a_file_that_cannot_be_read_is_said_in_one_line(terminal: Terminal, tmp_path: Path, command: str) -> None:
    """A missing file and a file of garbage are faults in the input, each in one line."""
    (tmp_path / "garbage.xlsx").write_bytes(bytes(range(256)))
    options = ("--out", tmp_path / "report") if command == "report" else ()
    for name, fact in (
        ("missing.xlsx", "The file cannot be opened"),
        ("garbage.xlsx", "This is not an Excel workbook"),
    ):
        done = terminal(command, tmp_path / name, *options)
        assert (done.status, done.out, [fact in line for line in done.err[:1]]) == (1, [], [True])


def test_a_place_that_cannot_be_written_is_said_in_one_line(terminal: Terminal, workbook: Path) -> None:
    """An output inside something that is no folder is a fault with its place."""
    for command in (("blank", "--phase", "primary"), ("report", workbook)):
        done = terminal(*command, "--out", workbook / "out" / "deep")
        assert (done.status, done.out, len(done.err)) == (1, [], 1)
        assert "cannot be written" in done.err[0]


@pytest.mark.parametrize(
    "database",
    [
        "nonsense",
        "sqlite:////no/such/folder/a.db",
        "mysql://localhost/audits",
        "oracle+nothing://x",
        "sqlite:///{foreign}",
    ],
    ids=["no URL", "no folder", "driver not installed", "unknown driver", "tables of another program"],
)
def test_a_database_that_cannot_be_used_is_said_in_one_line(
    terminal: Terminal, tmp_path: Path, workbook: Path, database: str
) -> None:
    """A database that cannot be used is a fault with its remedy, whatever is wrong with it."""
    with sqlite3.connect(tmp_path / "foreign.sqlite3") as connection:
        connection.execute("CREATE TABLE audits (name TEXT)")
    connection.close()
    url = database.format(foreign=tmp_path / "foreign.sqlite3")
    for command in (
        ("import", workbook),
        ("export", "--urn", "900001", "--year", "2026/27", "--out", tmp_path / "x.xlsx"),
    ):
        done = terminal(*command, database=url)
        assert (done.status, done.out, len(done.err)) == (1, [], 1)
        assert done.err[0].startswith("Store: The database cannot be used")


def test_answers_to_criteria_that_the_stored_audit_does_not_answer_are_not_imported(
    terminal: Terminal, workbook: Path, hilltop: Audit, every_framework: Criteria
) -> None:
    """They would stand in the store where no page shows them, so the file is refused, and it is said why."""
    assert terminal("import", workbook).status == 0
    kent, duties = every_framework.refs[:2]
    wider = dataclasses.replace(hilltop, frameworks=(kent, duties), responses={"eng-1.1-1": Response(written="yes")})
    path = workbook.with_name("wider.xlsx")
    path.write_bytes(write(wider, every_framework))
    assert terminal("import", path) == (
        1,
        [],
        [
            f"wider.xlsx, sheet School: It answers {duties.id} too, and the audit in the store only {kent}; nothing was "
            "imported. Export the audit from the store, and answer in that workbook."
        ],
    )
