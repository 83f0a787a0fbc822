"""The authority's jobs at the terminal: what is said, what is written, and an exit status that a script can trust."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import docx
import openpyxl
import pandas as pd
import pytest

from audit.model import Criteria, Phase, Response, School
from audit.school.scoring import asked
from audit.store.collections import AuthorityStore
from audit.workbook.write import write
from tests.conftest import audit_of
from tests.terminal import ROOT, audit

pytestmark = pytest.mark.slow
SCHOOLS: tuple[tuple[str, str, Phase, int], ...] = (
    ("900001", "Acorn Example Primary School", "primary", 10),
    ("900002", "Bramble Example Primary School", "primary", 20),
    ("900003", "Clover Example Primary School", "primary", 30),
    ("900004", "Dandelion Example Primary School", "primary", 40),
    ("900005", "Elder Example Primary School", "primary", 50),
    ("900006", "Fern Example High School", "secondary", 11),
    ("900007", "Gorse Example High School", "secondary", 21),
    ("900008", "Heather Example High School", "secondary", 31),
    ("900009", "Ivy Example High School", "secondary", 41),
    ("900010", "Juniper Example High School", "secondary", 51),
)
"""URN, name, phase, and how many of the first recommended statements are met; the others are neither written nor done."""
REGISTER = "URN,EstablishmentName,PhaseOfEducation (name),EstablishmentTypeGroup (name)\n" + "".join(
    f"{urn},{name},{phase.capitalize()},{'Academies' if phase == 'secondary' else 'Local authority maintained schools'}\n"
    for urn, name, phase, _ in (*SCHOOLS, ("900011", "Kestrel Example Primary School", "primary", 0))
)
FOR_THE_AUTHORITY = [
    "chase-list.csv",
    "chase-list.xlsx",
    "common-gaps.csv",
    "comparison.csv",
    "comparison.html",
    "comparison.xlsx",
    "faults.csv",
    "scores.csv",
    "scores.parquet",
    "tracker.csv",
    "training-schools.csv",
    "training.csv",
    "verdicts.csv",
    "verdicts.xlsx",
]
FOR_SHARING = ["benchmark-kcc-2010.json", "for-sharing.html", "for-sharing.xlsx"]
MET, NEITHER = Response(written="yes", practice=4), Response(written="no", practice=1)


def workbook(criteria: Criteria, urn: str, name: str, phase: Phase, met: int, year: str = "2025/26") -> bytes:
    """The return of a school that meets the first so many recommended statements of its phase, and no other."""
    school = School(urn=urn, name=name, phase=phase, local_authority="886")
    form = audit_of(criteria, {}, school=school, year=year)
    responses = {c.id: MET if place < met else NEITHER for place, c in enumerate(asked(form, criteria))}
    return write(audit_of(criteria, responses, school=school, year=year), criteria)


@pytest.fixture(scope="session")
def returns(tmp_path_factory: pytest.TempPathFactory, shipped: Criteria) -> Path:
    """The returns of the ten schools for 2025/26, and of the first for the year before."""
    folder = tmp_path_factory.mktemp("authority") / "returns"
    folder.mkdir()
    for school in SCHOOLS:
        (folder / f"{school[0]}.xlsx").write_bytes(workbook(shipped, *school))
    (folder / "900001 before.xlsx").write_bytes(workbook(shipped, *SCHOOLS[0][:3], 5, "2024/25"))
    return folder


@pytest.fixture(scope="session")
def register(returns: Path) -> Path:
    """The register: the ten schools and one that sends nothing."""
    path = returns.with_name("register.csv")
    path.write_text(REGISTER, encoding="utf-8")
    return path


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def names(folder: Path) -> list[str]:
    """The files in a folder."""
    return sorted(path.name for path in folder.iterdir())


def test_sound_returns_are_compared_and_every_list_is_written(returns: Path, register: Path, tmp_path: Path) -> None:
    """Without a fault the status is 0 and nothing is said on standard error, no bar either where nobody watches."""
    out = tmp_path / "new" / "out"
    done = audit("compare", returns, "--register", register, "--out", out)
    assert (done.status, done.err, names(out)) == (0, [], FOR_THE_AUTHORITY)
    assert done.out[:2] == [
        "11 files: 11 accepted, 0 accepted with warnings, 0 refused.",
        "10 of 11 schools expected have sent a return for 2025/26 (91%).",
    ]
    assert done.out[2].startswith(
        "10 schools together: 305 of the 525 recommended statements that apply are met (58%) in"
    )
    assert sorted(done.out[-1].removeprefix("Wrote ").split(" to ")[0].split(", ")) == FOR_THE_AUTHORITY
    assert "All of this is for the authority only. For figures to share, use --release." in done.out
    assert [(row["School"], row["Return"]) for row in rows(out / "chase-list.csv")] == [
        ("Kestrel Example Primary School", "Not received")
    ]
    met = {row["urn"]: (row["met"], row["rank"], row["coverage_before"]) for row in rows(out / "comparison.csv")}
    assert (met["900001"], met["900010"]) == (("10", "5", "9.43"), ("51", "1", ""))
    scores = pd.read_parquet(out / "scores.parquet")
    assert len(scores) == len(rows(out / "scores.csv")) == 525


def test_every_file_with_a_fault_is_named_with_its_cell_and_remedy(
    returns: Path, register: Path, tmp_path: Path, shipped: Criteria
) -> None:
    """A bad file stops nothing: it is named on the terminal and in the lists, and the status is 1."""
    folder = tmp_path / "returns"
    folder.mkdir()
    (folder / "900002 garbage.xlsx").write_bytes(b"\x89PNG\0\0")
    (folder / "900003.xlsx").write_bytes(workbook(shipped, *SCHOOLS[2]))
    book = openpyxl.load_workbook(returns / "900001.xlsx")
    book["Answers"]["F2"], book["Answers"]["G3"] = "Yess", "often"
    book.save(folder / "900001.xlsx")
    out = tmp_path / "out"
    done = audit("compare", folder, "--register", register, "--out", out)
    assert (done.status, done.err) == (1, [])
    garbage = done.out.pop(3)
    assert garbage.startswith(f"  {folder}/900002 garbage.xlsx: This is not an Excel workbook. ")
    assert done.out[:4] == [
        "3 files: 1 accepted, 1 accepted with warnings, 1 refused.",
        "Something to mend in 2 files:",
        f'  {folder}/900001.xlsx: Sheet Answers, cell F2: "Yess" is not one of yes, partly, no, unknown. '
        "Choose an answer from the list. (and 1 more problem)",
        "3 of 11 schools expected have sent a return for 2025/26 (27%); 2 of them need mending.",
    ]
    faults = [(Path(row["File"]).name, row["Sheet"], row["Cell"]) for row in rows(out / "faults.csv")]
    assert faults == [
        ("900001.xlsx", "Answers", "F2"),
        ("900001.xlsx", "Answers", "G3"),
        ("900002 garbage.xlsx", "", ""),
    ]
    chased = {row["URN"]: row["Return"] for row in rows(out / "chase-list.csv")}
    assert (chased["900001"], chased["900002"], "900003" in chased) == (
        "Received with faults",
        "Received with faults",
        False,
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("--out {tmp}/out", "Missing argument"),
        ("{returns}", "Missing option '--out'"),
        ("{returns} --out {register}", "is a file"),
        ("{returns} --year 2026/29 --out {tmp}/out", "such as 2026/27"),
        ("{returns} --authority Atlantis --register {register} --out {tmp}/out", "is not a local authority"),
        ("{returns} --authority 886 --out {tmp}/out", "--authority needs --register"),
        ("{returns} --phase zoo --out {tmp}/out", "'primary'"),
        ("{returns} --type Zoo --register {register} --out {tmp}/out", "it has: Academy, LA maintained"),
        ("{returns} --type Academy --out {tmp}/out", "--type needs --register"),
        ("{returns} --use-moderation --out {tmp}/out", "--use-moderation needs --moderation"),
        ("{returns} --anonymise {tmp}/key --out {tmp}/out", "For figures to share, use --release"),
        ("{returns} --without-names --out {tmp}/out", "--without-names needs --release"),
        ("{returns} --letters --sender-role Dr.Example --out {tmp}/out", "looks like a person's name"),
        ("{returns} --workers 0 --out {tmp}/out", "--workers"),
    ],
)
def test_wrong_usage_is_said_and_writes_nothing(
    returns: Path, register: Path, tmp_path: Path, arguments: str, said: str
) -> None:
    """An option that cannot be meant ends with status 2 and one sentence, before anything is read or written."""
    given = arguments.format(returns=returns, register=register, tmp=tmp_path).split()
    done = audit("compare", *given)
    errors = [line for line in done.err if line.startswith("Error: ")]
    assert (done.status, done.out, len(errors), names(tmp_path)) == (2, [], 1, [])
    assert said in errors[0]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("nowhere", "nowhere: There is no file or folder of this name."),
        ("{returns} --register nowhere.csv", "nowhere.csv: The file cannot be opened"),
        ("{returns} --register {tmp}/form.xlsx", "form.xlsx: This is a workbook, not a CSV file"),
        ("{returns} --register {tmp}/nonsense.txt", "nonsense.txt: This is no register of schools"),
        ("{returns} --successors {tmp}/nonsense.txt", "nonsense.txt: No change of a URN was found"),
        ("{returns} --moderation {tmp}/nonsense.txt", 'nonsense.txt: There is no column "URN"'),
        ("{returns} --last-visits {tmp}/nonsense.txt", 'nonsense.txt: There is no column "URN"'),
        ("{returns} --opening {tmp}/latin.txt --letters", "latin.txt: It is no text in UTF-8."),
        ("{returns} --opening {tmp}/long.txt --letters", "Opening: It has 3,001 characters"),
        ("{returns} --scheduler tcp://127.0.0.1:9", "Scheduler tcp://127.0.0.1:9: No scheduler answers there."),
        ("{returns} --scheduler somewhere", "Scheduler somewhere: This is not the address of a scheduler."),
    ],
)
def test_a_fault_in_what_is_named_is_said_before_anything_is_compared(
    returns: Path, tmp_path: Path, arguments: str, said: str
) -> None:
    """A list that cannot be used at all stops the job, since the tracker would be wrong without it."""
    (tmp_path / "form.xlsx").write_bytes((returns / "900001.xlsx").read_bytes())
    (tmp_path / "nonsense.txt").write_text("This list is about something else.\n", encoding="utf-8")
    (tmp_path / "latin.txt").write_bytes("Für alle".encode("latin-1"))
    (tmp_path / "long.txt").write_text("x" * 3_001, encoding="utf-8")
    (tmp_path / "short.txt").write_text("secret\n", encoding="utf-8")
    out = tmp_path / "out"
    done = audit("compare", *arguments.format(returns=returns, tmp=tmp_path).split(), "--out", out)
    assert (done.status, done.out, names(out) if out.exists() else []) == (1, [], [])
    assert said in done.err[0]


def test_a_line_of_a_list_that_cannot_be_used_is_named_and_the_rest_used(
    returns: Path, register: Path, tmp_path: Path
) -> None:
    """One bad line of the register does not stop the comparison, and the status says that there is one."""
    faulty = tmp_path / "register.csv"
    faulty.write_text(register.read_text("utf-8") + "9OOO12,Lime Example Primary School,Primary,Academies\n", "utf-8")
    done = audit("compare", returns / "900001.xlsx", "--register", faulty, "--out", tmp_path / "out")
    assert (done.status, done.err) == (
        1,
        ['register.csv, line 13: "9OOO12" is not a URN. Type six digits without letters, such as 900001.'],
    )
    assert "1 of 11 schools expected has sent a return for 2025/26 (9%)." in done.out


def test_a_file_that_is_locked_costs_only_itself(returns: Path, tmp_path: Path) -> None:
    """A file that is open in another program is named with the remedy, and all others are written."""
    out = tmp_path / "out"
    (out / "comparison.xlsx").mkdir(parents=True)  # can no more be written than a file that Excel holds open
    done = audit("compare", returns, "--out", out)
    assert (done.status, names(out)) == (1, FOR_THE_AUTHORITY)
    assert done.err == [
        f"{out}/comparison.xlsx: The file cannot be written: Is a directory. "
        "Choose another folder, or close the file where it is open."
    ]
    assert "comparison.xlsx" not in done.out[-1]


def test_a_folder_that_cannot_be_written_is_said_before_the_returns_are_read(returns: Path, tmp_path: Path) -> None:
    """A place inside something that is no folder is a fault with its place, said at once."""
    (tmp_path / "file").write_bytes(b"")
    done = audit("compare", returns, "--out", tmp_path / "file" / "out")
    assert (done.status, done.out, len(done.err)) == (1, [], 1)
    assert done.err[0].startswith(f"{tmp_path}/file/out: The file cannot be written")


def test_what_an_earlier_run_wrote_and_the_lists_are_no_returns(returns: Path, tmp_path: Path) -> None:
    """Outputs and lists may lie among the returns: they are never taken for one, and the outputs stay the same."""
    folder = tmp_path / "here"
    folder.mkdir()
    (folder / "900001.xlsx").write_bytes((returns / "900001.xlsx").read_bytes())
    (folder / "register.csv").write_text(REGISTER, encoding="utf-8")
    command = ("compare", folder, "--register", folder / "register.csv", "--letters", "--out", folder)
    first = audit(*command)
    written = {name: (folder / name).read_bytes() for name in names(folder)}
    assert (first.status, first.out[0]) == (0, "1 file: 1 accepted, 0 accepted with warnings, 0 refused.")
    assert audit(*command) == first
    assert {name: (folder / name).read_bytes() for name in names(folder)} == written


@pytest.fixture
def store_url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database of the test's own, in which releases are kept."""
    url = f"sqlite:///{tmp_path / 'store.sqlite3'}"
    monkeypatch.setenv("AUDIT_DATABASE_URL", url)
    return url


def test_figures_to_share_are_made_as_a_release(
    returns: Path, register: Path, tmp_path: Path, store_url: str, shipped: Criteria
) -> None:
    """Benchmark, workbook and report name the release; made again of the same returns, it is the same release."""
    command = ("compare", returns, "--register", register, "--release", "--letters")
    first, again = (audit(*command, "--out", tmp_path / out) for out in ("one", "two"))
    assert (first.status, first.err) == (0, [])
    assert names(tmp_path / "one") == sorted([*FOR_THE_AUTHORITY, *FOR_SHARING, "letters.zip"])
    (said,) = (line for line in first.out if line.startswith("Release 1, to share: "))
    assert said.endswith("Each letter is for its school; all other files are for the authority only.")
    for name in FOR_SHARING:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    assert [line.replace("one", "two") for line in first.out[:-1]] == again.out[:-1]
    assert json.loads((tmp_path / "one" / "benchmark-kcc-2010.json").read_text("utf-8"))["release"] == 1
    store = AuthorityStore(store_url)
    assert [one.release.number for one in store.releases(shipped)] == [1]
    store.close()


def test_too_few_schools_give_no_release(returns: Path, tmp_path: Path, store_url: str) -> None:
    """Nine schools are too few for any figure to share, and the terminal says so; their comparison is written."""
    assert store_url
    some = [path for path in sorted(returns.iterdir()) if path.name != "900010.xlsx"]
    done = audit("compare", *some, "--release", "--out", tmp_path / "out")
    assert (done.status, names(tmp_path / "out")) == (0, FOR_THE_AUTHORITY)
    assert "There are no figures to share: too few schools, or not every file was read." in done.out


def test_without_names_nothing_shared_tells_a_school(returns: Path, tmp_path: Path, store_url: str) -> None:
    """No name and no URN is in any byte of what is to be shared."""
    assert store_url
    done = audit("compare", returns, "--release", "--without-names", "--out", tmp_path / "out")
    assert done.status == 0
    content = {name: (tmp_path / "out" / name).read_bytes() for name in FOR_SHARING}
    with zipfile.ZipFile(tmp_path / "out" / "for-sharing.xlsx") as parts:
        content |= {name: parts.read(name) for name in parts.namelist()}
    tells = [text.encode() for urn, name, *_ in SCHOOLS for text in (urn, name, name.split()[0])]
    assert [(name, text) for name, data in content.items() for text in tells if text in data] == []


@pytest.mark.parametrize("options", [("--phase", "secondary"), ("--type", "Academy")], ids=" ".join)
def test_a_filter_compares_only_those_schools(
    returns: Path, register: Path, tmp_path: Path, options: tuple[str, ...]
) -> None:
    """By phase or type of the register, only those schools are compared; verdicts and tracker stay whole."""
    out = tmp_path / "out"
    done = audit("compare", returns, "--register", register, *options, "--out", out)
    assert (done.status, [row["urn"] for row in rows(out / "comparison.csv")]) == (
        0,
        ["900006", "900007", "900008", "900009", "900010"],
    )
    assert (len(rows(out / "verdicts.csv")), len(rows(out / "tracker.csv"))) == (11, 11)


def test_another_year_is_compared_when_it_is_asked_for(returns: Path, tmp_path: Path) -> None:
    """The year before has one return; the tracker and the comparison are of that year."""
    out = tmp_path / "out"
    done = audit("compare", returns, "--year", "2024-2025", "--out", out)
    compared = [(row["urn"], row["year"], row["met"]) for row in rows(out / "comparison.csv")]
    assert (done.status, compared) == (0, [("900001", "2024/25", "5")])


def test_a_year_without_returns_says_which_years_there_are(returns: Path, register: Path, tmp_path: Path) -> None:
    """The lists are written, for everybody is still awaited, and nothing is compared."""
    out = tmp_path / "out"
    done = audit("compare", returns, "--register", register, "--year", "2022/23", "--letters", "--out", out)
    assert done.status == 0
    assert "0 of 11 schools expected have sent a return for 2022/23 (0%)." in done.out
    assert "No return for 2022/23 counts. There are returns for 2024/25, 2025/26: choose with --year." in done.out
    assert not (out / "comparison.csv").exists()
    assert len(rows(out / "chase-list.csv")) == 11


def readings(path: Path, *lines: str) -> Path:
    """The adviser's readings as the form gives them back."""
    head = "URN,Academic year,Statement id,Adviser: is it written?,Adviser: is it done?,Adviser: note"
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    return path


def test_readings_are_compared_only_when_they_are_asked_for(returns: Path, tmp_path: Path) -> None:
    """How far schools and adviser agree is always said; the figures are the adviser's only on request, and it says so."""
    form = readings(
        tmp_path / "readings.csv",
        *(f"900005,2025/26,kcc-{statement},no,1," for statement in ("2.1-k1", "2.1-k2", "2.2.1-k1", "2.2.1-k2")),
        "900005,2025/26,kcc-2.2.1-k3,yes,4,",
        "900099,2025/26,kcc-2.1-k1,no,1,",
    )
    said = "The adviser's readings stand in place of the schools' answers, wherever there are any."
    warned = (
        "Warning: readings.csv: 1 reading of no return that counts, or of a statement that it does not ask; the first is "
        "of kcc-2.1-k1, URN 900099, 2025/26. Check URN and academic year."
    )
    met = []
    for options in ((), ("--use-moderation",)):
        done = audit("compare", returns, "--moderation", form, *options, "--out", tmp_path / "out")
        assert (done.status, done.err, said in done.out) == (0, [warned], bool(options))
        assert any(line.endswith("of 5 pairs of answers 20% are the same, weighted kappa 0.00.") for line in done.out)
        met.append(next(row["met"] for row in rows(tmp_path / "out" / "comparison.csv") if row["urn"] == "900005"))
    assert met == ["50", "46"]


def test_the_visit_sample_knows_the_last_visits_and_the_seed(returns: Path, tmp_path: Path) -> None:
    """The school that was longest unvisited is in the sample, and the seed of the lots is told."""
    days = tmp_path / "visits.csv"
    days.write_text("URN,Date\n" + "".join(f"{urn},01/0{urn[-1]}/2026\n" for urn, *_ in SCHOOLS[1:9]), "utf-8")
    out = tmp_path / "out"
    done = audit("compare", returns, "--last-visits", days, "--visits", 4, "--seed", 7, "--out", out)
    assert done.status == 0
    sheet = openpyxl.load_workbook(out / "comparison.xlsx")["Visits"]
    texts = [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None]
    assert "No visit is on record." in texts
    assert "Drawn by lot with seed 7." in texts


def test_letters_are_written_when_they_are_asked_for(returns: Path, tmp_path: Path) -> None:
    """Every school of the year has a letter in the authority's name, with its opening and the role that signs."""
    opening = tmp_path / "opening.txt"
    opening.write_text("We met in June.\nHere is more.", encoding="utf-8")
    out = tmp_path / "out"
    done = audit(
        "compare", returns, "--letters", "--authority-name", "Example County Council", "--sender-role", "Schools team",
        "--opening", opening, "--out", out,
    )  # fmt: skip
    assert done.status == 0
    with zipfile.ZipFile(out / "letters.zip") as letters:
        assert letters.namelist() == [f"{urn} {name}.docx" for urn, name, *_ in SCHOOLS]
        texts = [p.text for p in docx.Document(io.BytesIO(letters.read(letters.namelist()[0]))).paragraphs]
    assert {"We met in June.", "Here is more."} <= set(texts)
    assert texts[-2:] == ["Schools team", "Example County Council"]


@pytest.mark.skipif(os.name == "nt", reason="a terminal to watch is made in a way that Windows does not have")
def test_stopping_keeps_what_was_read_and_says_so(returns: Path, tmp_path: Path) -> None:
    """On a terminal a bar shows how many are read; Ctrl-C ends the reading, and what was read is compared."""
    many = tmp_path / "many.zip"
    with zipfile.ZipFile(many, "w") as archive:
        for number in range(1_000):
            archive.writestr(f"{number:04}.xlsx", (returns / "900001.xlsx").read_bytes())
    terminal, end = pty.openpty()
    out = tmp_path / "out"
    command = [sys.executable, "-m", "audit", "compare", str(many), "--workers", "1", "--out", str(out)]
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # what runs in the background may ignore Ctrl-C
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=end, encoding="utf-8") as running:
        os.close(end)
        signal.signal(signal.SIGINT, before)
        shown = ""
        while "25/1000" not in shown:
            shown += os.read(terminal, 1_000).decode()
        running.send_signal(signal.SIGINT)
        while running.poll() is None:
            shown += rest(terminal)
        said = running.stdout.read() if running.stdout else ""
    shown += rest(terminal)
    os.close(terminal)
    read = len(rows(out / "verdicts.csv"))
    assert "Traceback" not in shown
    assert (running.returncode, said.split(":")[0], 25 <= read < 1_000) == (1, f"{read} files", True)
    assert f"Stopped: {read} files read before it was stopped; the others are not in it." in shown


def rest(terminal: int) -> str:
    """What was written to a terminal since; nothing once nobody writes any more."""
    time.sleep(0.05)
    try:
        return os.read(terminal, 100_000).decode(errors="replace")
    except OSError:
        return ""


def test_a_sample_names_the_command_that_compares_it(tmp_path: Path) -> None:
    """What `sample` says can be typed as it stands, even where the folder has a space in its name."""
    out = tmp_path / "a sample"
    done = audit("sample", "--schools", 3, "--years", 2, "--seed", 4, "--damaged", 1, "--out", out)
    assert (done.status, done.err, names(out)) == (
        0,
        [],
        ["damaged.csv", "register.csv", "returns", "successors.csv"],
    )
    assert done.out[-2:] == [
        "damaged.csv says which 1 of them are damaged, and how.",
        f"Compare them: python -m audit compare '{out}/returns' --register '{out}/register.csv' "
        f"--successors '{out}/successors.csv' --out comparison",
    ]


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ("--schools 0 --out {tmp}/out", 2),
        ("--schools 2 --damaged 2 --out {tmp}/out", 2),
        ("--schools 2 --years 9 --out {tmp}/out", 2),
        ("--schools 2", 2),
        ("--schools 2 --out {tmp}/file", 2),
        ("--schools 2 --out {tmp}/file/out", 1),
    ],
)
def test_a_sample_that_cannot_be_made_is_said_in_one_sentence(tmp_path: Path, options: str, status: int) -> None:
    """Wrong usage is 2, a place that cannot be written 1."""
    (tmp_path / "file").write_bytes(b"")
    done = audit("sample", *options.format(tmp=tmp_path).split())
    assert (done.status, done.out, names(tmp_path)) == (status, [], ["file"])
    assert sum(line.startswith("Error: ") or "cannot be written" in line for line in done.err) == 1


def test_a_zipped_register_of_new_authorities_and_other_places(returns: Path, tmp_path: Path) -> None:
    """The download is taken as it is, a new authority by its code, and what is not asked is said once with its switch."""
    lines = ["URN,EstablishmentName,LA (code),LA (name),TypeOfEstablishment (name)"]
    lines += [f"{urn},{name},950,Ashdown and Weald,Community school" for urn, name, *_ in SCHOOLS]
    lines += ["900012,Example Downs,950,Ashdown and Weald,Higher education institutions", "900013,Far,886,Kent,"]
    register = tmp_path / "Results.zip"
    with zipfile.ZipFile(register, "w") as book:
        book.writestr("edubasealldata20261127.csv", "\r\n".join(lines).encode("cp1252"))
    common = ("compare", returns, "--register", register)
    done = audit(*common, "--authority", "950", "--out", tmp_path / "out")
    assert "10 of 10 schools expected have sent a return for 2025/26 (100%)." in done.out
    assert "Not asked for a return: Universities (1). To ask them, add --ask universities." in done.out
    asked = audit(*common, "--authority", "Ashdown & Weald", "--ask", "universities", "--out", tmp_path / "asked")
    assert "10 of 11 schools expected have sent a return for 2025/26 (91%)." in asked.out
    former = audit(*common, "--authority", "Cumbria", "--out", tmp_path / "former")
    assert (former.status, "Cumberland (942) and Westmorland and Furness (943)" in " ".join(former.err)) == (2, True)
