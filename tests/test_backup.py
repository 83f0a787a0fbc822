"""Backup: all that was saved is in it, a copy of the file is whole, and a backup comes back or nothing changes."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from audit.model import Criteria, Response
from audit.problems import UnusableFile
from audit.store import schema
from audit.store import schema as database
from audit.store.audits import Store
from audit.store.backup import back_up, restore
from audit.store.collections import AuthorityStore, KeptFile
from audit.store.rows import Stored
from audit.store.schema import fold_log
from tests.browser import serve, settle
from tests.conftest import audit_of
from tests.terminal import Run, audit

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parent.parent
A = "toy-1.1-k1"
YES, NO = Response(written="yes"), Response(written="no")
_WRITER = textwrap.dedent("""
    import sys
    from itertools import count
    from audit.model import NO_RESPONSE; from audit.model import Response
    from audit.store.audits import Store
    url, audit_id, name = sys.argv[1:]
    store = Store(url)
    for n in count():
        store.save(audit_id, f"{name}-{n}", base=NO_RESPONSE, mine=Response(evidence=f"answer {n}"))
        print(n, flush=True)
""")
"""Saves one answer after the other and acknowledges each on a line of its own, until it is stopped."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The file of a database of the test's own."""
    folder = tmp_path / "kept"
    folder.mkdir()
    return folder / "audits.sqlite3"


@pytest.fixture
def url(file: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """That database as the environment names it."""
    named = f"sqlite:///{file}"
    monkeypatch.setenv("AUDIT_DATABASE_URL", named)
    return named


@pytest.fixture
def audit_id(url: str, toy: Criteria) -> str:
    """An audit with one answer in that database, which nobody has open."""
    store = Store(url)
    added = store.add(audit_of(toy, {A: YES}))
    store.close()
    return added


@pytest.fixture
def saved(tmp_path: Path, audit_id: str) -> Path:
    """A backup of that database."""
    assert audit_id
    target = tmp_path / "backup.sqlite3"
    back_up(target)
    return target


def _answers(file: Path, audit_id: str) -> dict[str, Response]:
    store = Store(f"sqlite:///{file}")
    try:
        return {name: one.response for name, one in store.stored(audit_id).items()}
    finally:
        store.close()


def _change(url: str, audit_id: str) -> None:
    store = Store(url)
    store.save(audit_id, A, base=YES, mine=NO)
    store.close()


def _start_writer(url: str, audit_id: str, name: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", _WRITER, url, audit_id, name]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def _files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def _refused(run: Run) -> str:
    """What a command said that refused: one line, and exit status 1."""
    assert (run.status, run.out, len(run.err)) == (1, [], 1)
    return run.err[0]


@pytest.fixture
def writers(url: str, audit_id: str) -> Iterator[dict[str, subprocess.Popen[str]]]:
    """Ten processes that save answers all the time."""
    started = {f"writer{number}": _start_writer(url, audit_id, f"writer{number}") for number in range(10)}
    yield started
    for one in started.values():
        one.kill()
        one.communicate()


def test_a_backup_holds_what_ten_writers_had_acknowledged(
    writers: dict[str, subprocess.Popen[str]], tmp_path: Path, audit_id: str
) -> None:
    """Every answer of ten processes that was acknowledged before the backup began is in it, while all go on writing."""
    acknowledged = []
    for name, one in writers.items():
        assert one.stdout is not None
        acknowledged += [f"{name}-{int(one.stdout.readline())}" for _ in range(5)]
    target = tmp_path / "backup.sqlite3"
    run = audit("backup", target)
    assert (run.status, run.err) == (0, [])
    assert [one.poll() for one in writers.values()] == [None] * 10
    assert set(acknowledged) - set(_answers(target, audit_id)) == set()


def test_a_backup_after_kill_9_holds_every_acknowledged_answer(url: str, audit_id: str, tmp_path: Path) -> None:
    """The writer is killed in the middle of its work; a backup made then has all that it had acknowledged."""
    with _start_writer(url, audit_id, "killed") as writer:
        assert writer.stdout is not None
        acknowledged = [int(writer.stdout.readline()) for _ in range(30)]
        os.kill(writer.pid, signal.SIGKILL)
        acknowledged += [int(line) for line in writer.stdout.read().split("\n") if line.strip().isdigit()]
    target = tmp_path / "backup.sqlite3"
    back_up(target)
    assert {f"killed-{n}" for n in acknowledged} - set(_answers(target, audit_id)) == set()


def test_a_backup_is_one_whole_file(saved: Path, audit_id: str, tmp_path: Path) -> None:
    """A backup needs no file beside it, and nothing else is left where it was written."""
    assert _files(tmp_path) == ["backup.sqlite3", "kept"]
    assert _answers(saved, audit_id) == {A: YES}


@pytest.mark.usefixtures("audit_id")
def test_a_backup_holds_collections_too(url: str, tmp_path: Path) -> None:
    """The authority's collections, with the files that came, are in the same backup."""
    kept = AuthorityStore(url)
    collection = kept.start("Autumn")
    kept.add_files(collection, [KeptFile(file="a.xlsx", data=b"bytes")])
    kept.close()
    run = audit("backup", tmp_path / "backup.sqlite3")
    assert run.out == [f"Backed up 1 audit and 1 collection of returns to {tmp_path / 'backup.sqlite3'}."]
    copy = AuthorityStore(f"sqlite:///{tmp_path / 'backup.sqlite3'}")
    assert copy.file(collection, "a.xlsx") == b"bytes"
    copy.close()


@pytest.mark.skipif(os.name == "nt", reason="Windows knows other rights")
def test_a_backup_is_private_to_the_user(saved: Path) -> None:
    """Nobody else on the computer can read a backup."""
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600


def test_a_backup_never_replaces_a_file_unasked(saved: Path, url: str, audit_id: str) -> None:
    """A file that is there stays as it is without --force, and is replaced with it."""
    _change(url, audit_id)
    assert _refused(audit("backup", saved)) == (
        f"{saved}: There is a file of this name already. Choose another name, or add --force to replace it."
    )
    assert _answers(saved, audit_id) == {A: YES}
    assert audit("backup", saved, "--force").status == 0
    assert _answers(saved, audit_id) == {A: NO}


@pytest.mark.usefixtures("url")
def test_a_log_left_beside_a_replaced_file_does_not_come_into_the_backup(saved: Path, audit_id: str) -> None:
    """What stood in the log of the file that --force replaces is gone with it."""
    killed = "import os, sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('PRAGMA journal_mode = WAL');"
    killed += "c.execute('DELETE FROM responses'); c.commit(); os.kill(os.getpid(), 9)"
    subprocess.run([sys.executable, "-c", killed, str(saved)], check=False)
    assert saved.with_name(saved.name + "-wal").stat().st_size > 0
    back_up(saved, force=True)
    assert _answers(saved, audit_id) == {A: YES}


@pytest.mark.usefixtures("url")
def test_a_backup_of_nothing_is_refused(tmp_path: Path, file: Path) -> None:
    """Without a database there is nothing to back up, and none is made."""
    assert _refused(audit("backup", tmp_path / "b.sqlite3")) == (
        f"Store: There is no database at {file} yet, so there is nothing to back up. Start an audit first."
    )
    assert (_files(tmp_path), _files(file.parent)) == (["kept"], [])


@pytest.mark.parametrize(
    "name", ["kept", "kept/audits.sqlite3", "kept/audits.sqlite3-wal", "link.sqlite3", "kept/b/../audits.sqlite3"]
)
def test_a_backup_never_goes_where_none_can_be(name: str, audit_id: str, tmp_path: Path, file: Path) -> None:
    """A folder, the database itself, a link to it and its log are no place for a backup, with --force neither."""
    (tmp_path / "link.sqlite3").symlink_to(file)
    (tmp_path / "kept" / "b").mkdir()
    said = _refused(audit("backup", tmp_path / name, "--force"))
    assert "This is a folder, not a file." in said or "This is the database itself." in said
    assert _answers(file, audit_id) == {A: YES}


@pytest.mark.usefixtures("audit_id")
def test_a_backup_that_cannot_be_written_is_told() -> None:
    """A place that takes no file, and a device, are refused in a sentence."""
    assert "cannot be written" in _refused(audit("backup", "/proc/audits/backup.sqlite3"))
    assert "This is not a file" in _refused(audit("backup", "/dev/null", "--force"))


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_a_database_server_has_tools_of_its_own(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With PostgreSQL both commands name its own tools, and need no driver to say so."""
    monkeypatch.setenv("AUDIT_DATABASE_URL", "postgresql+psycopg://audit@db.invalid/audits")
    assert _refused(audit(command, tmp_path / "b.sqlite3")).endswith(
        "For PostgreSQL, back up with pg_dump and restore with pg_restore."
    )


def test_a_backup_comes_back(saved: Path, url: str, audit_id: str, file: Path) -> None:
    """After a restore the store holds what the backup holds, and what was there is kept under a dated name."""
    _change(url, audit_id)
    run = audit("restore", saved)
    assert (run.status, run.err, run.out[0]) == (
        0,
        [],
        f"Restored 1 audit and 0 collections of returns from {saved}.",
    )
    (kept,) = (path for path in file.parent.iterdir() if path != file)
    assert run.out[1] == f"What was stored before is kept as {kept}."
    assert kept.name.startswith("audits-replaced-20")
    assert kept.suffix == ".sqlite3"
    assert (_answers(file, audit_id), _answers(kept, audit_id)) == ({A: YES}, {A: NO})
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


@pytest.mark.usefixtures("audit_id")
def test_a_restore_leaves_the_backup_as_it_is(saved: Path, tmp_path: Path) -> None:
    """The backup's bytes do not change, and no file comes beside it."""
    before = saved.read_bytes()
    restore(saved)
    assert saved.read_bytes() == before
    assert _files(tmp_path) == ["backup.sqlite3", "kept"]


def test_a_backup_comes_back_where_no_database_is(saved: Path, audit_id: str, file: Path) -> None:
    """On a new computer the backup becomes the database, and nothing is kept, since nothing was there."""
    file.unlink()
    contents, kept = restore(saved)
    assert (contents.audits, kept, _files(file.parent)) == (1, None, ["audits.sqlite3"])
    assert _answers(file, audit_id) == {A: YES}


def test_a_backup_of_a_backup_comes_back(saved: Path, audit_id: str, tmp_path: Path, file: Path) -> None:
    """A backup made of a restored database is as good as the first."""
    restore(saved)
    back_up(tmp_path / "second.sqlite3")
    file.unlink()
    restore(tmp_path / "second.sqlite3")
    assert _answers(file, audit_id) == {A: YES}


def test_a_plain_copy_with_its_log_comes_back_whole(url: str, audit_id: str, tmp_path: Path, file: Path) -> None:
    """Somebody copied the database and its log while the app ran: what stood in the log only comes back too."""
    store = Store(url)
    store.save(audit_id, A, base=YES, mine=NO)
    for tail in ("", "-wal"):
        shutil.copyfile(f"{file}{tail}", tmp_path / f"copy.sqlite3{tail}")
    store.close()
    restore(tmp_path / "copy.sqlite3")
    assert _answers(file, audit_id) == {A: NO}


def test_a_restore_is_refused_while_the_store_is_open(saved: Path, url: str, audit_id: str, file: Path) -> None:
    """As long as another process has the database open, also at rest, nothing is changed; after it, all is well."""
    store = Store(url)
    store.save(audit_id, A, base=YES, mine=NO)
    said = _refused(audit("restore", saved))
    assert said.startswith("Store: The app or another program has the database open, so nothing was changed.")
    assert store.stored(audit_id)[A] == Stored(response=NO, revision=2)
    store.close()
    assert _files(file.parent) == ["audits.sqlite3"]
    assert audit("restore", saved).status == 0


def test_a_killed_app_does_not_stand_in_the_way(saved: Path, url: str, audit_id: str, file: Path) -> None:
    """After kill -9 of the writer a restore goes ahead, and nothing of its log comes into what was restored."""
    with _start_writer(url, audit_id, "killed") as writer:
        assert writer.stdout is not None
        acknowledged = [int(writer.stdout.readline()) for _ in range(5)]
        os.kill(writer.pid, signal.SIGKILL)
    _, kept = restore(saved)
    assert _answers(file, audit_id) == {A: YES}
    assert kept is not None
    assert {f"killed-{n}" for n in acknowledged} - set(_answers(kept, audit_id)) == set()


def test_a_restore_that_is_killed_leaves_the_old_database_or_the_new(
    saved: Path, url: str, audit_id: str, file: Path
) -> None:
    """However early or late a restore is killed, the store opens and holds the one or the other."""
    _change(url, audit_id)
    for pause in (0.2, 0.4, 0.6, 0.8, 1.0):
        with subprocess.Popen([sys.executable, "-m", "audit", "restore", str(saved)], cwd=ROOT) as run:
            time.sleep(pause)
            run.kill()
        assert _answers(file, audit_id) in ({A: YES}, {A: NO})


def _text(path: Path) -> None:
    path.write_text("Dear all, this is not a backup.", encoding="utf-8")


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _cut_within_a_page(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1000])


def _only_a_header(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:100])


def _garbled(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096:8192] = bytes(4096)
    path.write_bytes(data)


def _sql(statement: str) -> Callable[[Path], None]:
    def run(path: Path) -> None:
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(statement)

    return run


def _foreign(path: Path) -> None:
    path.unlink()
    _sql("CREATE TABLE audits (id TEXT PRIMARY KEY, title TEXT)")(path)


def _no_tables(path: Path) -> None:
    path.unlink()
    _sql("CREATE TABLE x (a); DROP TABLE x")(path)


DAMAGED = "The database in this file is damaged or was cut short. Use another backup."
FOREIGN = "This is a database of another program, not a backup of audits. Choose another file."
CHOOSE = "Choose a file that was made with: python -m audit backup FILE."
_TRIGGER = "CREATE TRIGGER t AFTER INSERT ON responses BEGIN DELETE FROM responses; END"


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_text, f"This is not a backup: it is not a database file. {CHOOSE}"),
        (_empty, f"The file is empty. {CHOOSE}"),
        (_cut_short, DAMAGED),
        (_cut_within_a_page, DAMAGED),
        (_only_a_header, DAMAGED),
        (_garbled, DAMAGED),
        (_foreign, FOREIGN),
        (_no_tables, FOREIGN),
        (_sql("DROP TABLE history"), FOREIGN),
        (_sql("ALTER TABLE responses DROP COLUMN evidence"), FOREIGN),
        (_sql(_TRIGGER), FOREIGN),
        (Path.unlink, "There is no file of this name. Check the name and the folder."),
        (
            _sql(f"PRAGMA user_version = {schema.SCHEMA + 1}"),
            "This backup was made by a later version of this program. Update this program, then restore the backup.",
        ),
    ],
)
def test_what_is_no_backup_changes_nothing(
    spoil: Callable[[Path], None], said: str, saved: Path, url: str, audit_id: str, file: Path
) -> None:
    """A file that is no whole backup of ours is refused in one sentence, and the store stays as it was."""
    _change(url, audit_id)
    spoil(saved)
    assert _refused(audit("restore", saved)) == f"{saved}: {said}"
    assert _files(file.parent) == ["audits.sqlite3"]
    assert _answers(file, audit_id) == {A: NO}


@pytest.mark.usefixtures("audit_id")
def test_a_folder_and_the_database_itself_are_no_backup(file: Path) -> None:
    """A folder is refused, and so is the database that would be restored over itself."""
    assert "This is a folder, not a backup." in _refused(audit("restore", file.parent))
    assert "This is the database itself" in _refused(audit("restore", file))


def test_a_backup_of_an_earlier_release_comes_back(saved: Path, audit_id: str, file: Path) -> None:
    """A database from before there were numbers and later columns is taken, and brought up to date when it is opened."""
    _sql("PRAGMA user_version = 0; ALTER TABLE audits DROP COLUMN carried_from; DROP TABLE sign_offs")(saved)
    restore(saved)
    assert _answers(file, audit_id) == {A: YES}


@pytest.mark.parametrize("spoil", [_text, _empty, _cut_short, _cut_within_a_page, _garbled])
def test_a_damaged_database_is_kept_and_replaced(
    spoil: Callable[[Path], None], saved: Path, audit_id: str, file: Path
) -> None:
    """Whatever has become of the database, a restore puts the backup in its place and sets the rest aside."""
    spoil(file)
    was = file.read_bytes()
    _, kept = restore(saved)
    assert _answers(file, audit_id) == {A: YES}
    assert kept is None if not was else kept is not None and kept.stat().st_size >= len(was) // 2


@pytest.mark.skipif(os.name == "nt", reason="a test of POSIX locks")
@pytest.mark.usefixtures("audit_id")
def test_a_damaged_database_that_is_open_is_left_alone(saved: Path, url: str, file: Path) -> None:
    """A database that was overwritten while the app has it open is not replaced under the app."""
    store = Store(url)
    run = subprocess.run([sys.executable, "-c", f"open({str(file)!r}, 'r+b').write(b'x' * 100)"], cwd=ROOT, check=True)
    assert run.returncode == 0
    assert "has the database open" in _refused(audit("restore", saved))
    store.close()


def test_a_copy_of_the_main_file_is_whole_once_nobody_writes(
    url: str, audit_id: str, tmp_path: Path, file: Path
) -> None:
    """A moment after the last answer the main file holds everything, while the app still has it open."""
    store = Store(url)
    for number in range(40):
        store.save(audit_id, f"s{number}", base=Response(), mine=YES)
    log = file.with_name(file.name + "-wal")
    assert log.stat().st_size > 0
    for _ in range(300):
        if log.stat().st_size == 0:
            break
        time.sleep(0.1)
    shutil.copyfile(file, tmp_path / "copy.sqlite3")
    store.save(audit_id, "later", base=Response(), mine=YES)
    store.close()
    assert len(_answers(tmp_path / "copy.sqlite3", audit_id)) == 41


@pytest.mark.usefixtures("url")
def test_a_copy_of_the_main_file_is_whole_after_closing(audit_id: str, file: Path) -> None:
    """A program that ends in any orderly way leaves one file that holds everything."""
    code = "import sys; from audit.model import *; from audit.store.audits import Store; s = Store();"
    code += "s.save(sys.argv[1], 'late', base=Response(), mine=Response(written='yes')); sys.exit(3)"
    assert subprocess.run([sys.executable, "-c", code, audit_id], cwd=ROOT, check=False).returncode == 3
    assert _files(file.parent) == ["audits.sqlite3"]
    assert _answers(file, audit_id) == {A: YES, "late": YES}


def test_a_reader_is_never_held_up_by_the_checkpoint(url: str, audit_id: str, file: Path) -> None:
    """While somebody reads an earlier state the log stays, and whoever writes meanwhile is served at once."""
    store = Store(url)
    with closing(sqlite3.connect(file)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM audits").fetchall()
        store.save(audit_id, "one", base=Response(), mine=YES)
        assert not fold_log(file)
        store.save(audit_id, "two", base=Response(), mine=YES)
    assert fold_log(file)
    store.close()


@pytest.mark.skipif(os.name == "nt", reason="Windows knows other rights")
def test_the_database_is_private_to_the_user(url: str, audit_id: str, file: Path) -> None:
    """The database and what stands beside it can be read by nobody else; the folder was there and stays as it is."""
    file.parent.chmod(0o755)
    store = Store(url)
    store.save(audit_id, A, base=YES, mine=NO)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in file.parent.iterdir()}
    assert modes == dict.fromkeys(["audits.sqlite3", "audits.sqlite3-wal", "audits.sqlite3-shm"], 0o600)
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o755
    store.close()


@pytest.mark.skipif(os.name == "nt", reason="Windows knows other rights")
@pytest.mark.usefixtures("audit_id")
def test_a_database_of_an_earlier_release_becomes_private(url: str, file: Path) -> None:
    """A database that others could read is closed to them when it is opened."""
    file.chmod(0o644)
    Store(url).close()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.skipif(os.name == "nt", reason="Windows knows other rights")
@pytest.mark.parametrize("was_there", [True, False])
def test_the_own_folder_is_private_to_the_user(
    was_there: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder data/ can be opened by nobody else, whether an earlier release made it or this one does."""
    monkeypatch.delenv("AUDIT_DATABASE_URL", raising=False)
    monkeypatch.setattr(database, "DEFAULT_FOLDER", tmp_path / "data")
    if was_there:
        (tmp_path / "data").mkdir(mode=0o755)
    Store().close()
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
    assert stat.S_IMODE(tmp_path.stat().st_mode) != 0o600


@pytest.mark.usefixtures("url")
def test_a_refusal_names_what_to_do(tmp_path: Path) -> None:
    """In the code a refusal is a problem with place, fact and remedy."""
    with pytest.raises(UnusableFile) as refused:
        restore(tmp_path / "missing.sqlite3")
    (problem,) = refused.value.problems
    assert (problem.where, problem.what) == (str(tmp_path / "missing.sqlite3"), "There is no file of this name.")


def test_the_app_gives_a_backup_stands_in_the_way_of_a_restore_and_leaves_one_file(
    browser: Browser, url: str, audit_id: str, file: Path, tmp_path: Path
) -> None:
    """Home offers a backup; while the app runs nothing is restored; once it is stopped the main file is all there is."""
    with serve(file) as address:
        page = browser.new_page()
        page.goto(address)
        settle(page)
        with page.expect_download() as waiting:
            page.get_by_role("button", name="Download a backup").click()
        waiting.value.save_as(tmp_path / "downloaded.sqlite3")
        assert "has the database open" in _refused(audit("restore", tmp_path / "downloaded.sqlite3"))
        page.close()
    assert _files(file.parent) == ["audits.sqlite3"]
    _change(url, audit_id)
    assert audit("restore", tmp_path / "downloaded.sqlite3").status == 0
    assert _answers(file, audit_id) == {A: YES}
