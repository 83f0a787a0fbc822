"""The store of collections: the files as they came, and what the adviser decided, are never lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
import sqlalchemy as sa

from audit.authority.compare.disclosure import Figure
from audit.authority.compare.release import Release, prepare
from audit.model import Criteria
from audit.problems import Problem
from audit.store.collections import AuthorityStore, Judgement, KeptFile
from tests.conftest import returns_of
from tests.test_comparison import MET, NEITHER, school

SOUND = KeptFile(file="Hilltop.xlsx", data=b"PK")
OTHER = KeptFile(file="Valley.xlsx", data=b"PK other")
LOST = KeptFile(file="x.pdf", data=b"", problem=Problem(where="x.pdf", what="It is a PDF.", fix="Send the workbook."))


@pytest.fixture
def store(url: str) -> Iterator[AuthorityStore]:
    """A store on that database."""
    opened = AuthorityStore(url)
    yield opened
    opened.close()


def test_files_are_kept_as_they_came(store: AuthorityStore) -> None:
    """Files come back in the order in which they came, byte by byte, with the problem of one that could not be taken."""
    collection = store.start("Returns")
    assert store.add_files(collection, [SOUND]) == 1
    assert store.add_files(collection, [LOST, OTHER]) == 3
    assert list(store.files(collection)) == [SOUND, LOST, OTHER]


def test_two_files_of_one_name_are_both_kept(store: AuthorityStore) -> None:
    """Schools call their files alike; the second is kept under its name with a number."""
    collection = store.start("Returns")
    store.add_files(collection, [SOUND, replace(OTHER, file=SOUND.file)])
    store.add_files(collection, [SOUND])
    kept = ["Hilltop.xlsx", "Hilltop.xlsx (2)", "Hilltop.xlsx (3)"]
    assert [one.file for one in store.files(collection)] == kept
    assert store.file(collection, "Hilltop.xlsx (2)") == OTHER.data


def test_a_collection_is_there_after_a_restart(store: AuthorityStore, url: str) -> None:
    """Another process finds the collection with its settings, its register and its choices."""
    collection = store.start("Returns 2025/26", year="2025/26", settings={"authority": "886"})
    store.put_document(collection, "register", file="register.csv", data=b"URN,Name")
    store.choose(collection, "b", rivals=["a"])
    again = AuthorityStore(url)
    found = again.load(collection)
    again.close()
    assert found is not None
    assert (found.title, found.year, found.settings) == ("Returns 2025/26", "2025/26", {"authority": "886"})
    assert (found.documents, found.chosen) == ({"register": ("register.csv", b"URN,Name")}, {"b"})


def test_choosing_again_takes_back_the_rival(store: AuthorityStore) -> None:
    """Of the returns of one school and year, only the one chosen last counts by choice."""
    collection = store.start("Returns")
    store.choose(collection, "a", rivals=["b"])
    store.choose(collection, "b", rivals=["a"])
    found = store.load(collection)
    assert found is not None
    assert found.chosen == {"b"}


def test_a_document_takes_the_place_of_an_earlier_one(store: AuthorityStore) -> None:
    """The register put last is the register; one without bytes takes it away."""
    collection = store.start("Returns")
    store.put_document(collection, "register", file="old.csv", data=b"1")
    store.put_document(collection, "register", file="new.csv", data=b"2")
    found = store.load(collection)
    assert found is not None
    assert found.documents == {"register": ("new.csv", b"2")}
    store.put_document(collection, "register", file="", data=b"")
    emptied = store.load(collection)
    assert emptied is not None
    assert emptied.documents == {}


def test_a_reading_takes_the_place_of_an_earlier_one(store: AuthorityStore) -> None:
    """One reading a school, year and statement; one that says nothing is taken away."""
    collection = store.start("Returns")
    first = Judgement(urn="900001", year="2025/26", statement="toy-1.1-k1", written="yes")
    other = Judgement(urn="900002", year="2025/26", statement="toy-1.1-k1", practice="2", note="Seen.")
    store.put_readings(collection, [first, other])
    second = Judgement(urn="900001", year="2025/26", statement="toy-1.1-k1", written="no", practice="0")
    store.put_readings(collection, [second])
    assert store.readings(collection) == (second, other)
    store.put_readings(collection, [Judgement(urn="900001", year="2025/26", statement="toy-1.1-k1")])
    assert store.readings(collection) == (other,)


def test_removing_takes_everything_of_one_collection_only(store: AuthorityStore) -> None:
    """A removed collection leaves nothing behind; the others stay whole."""
    gone, stays = store.start("Gone"), store.start("Stays")
    for collection in (gone, stays):
        store.add_files(collection, [SOUND])
        store.put_document(collection, "register", file="r.csv", data=b"1")
    store.remove(gone)
    assert store.load(gone) is None
    assert list(store.files(gone)) == []
    assert list(store.files(stays)) == [SOUND]


def test_half_a_write_keeps_nothing(store: AuthorityStore) -> None:
    """If the files break off half way, none of them is kept, so that nobody takes half an upload for all of it."""
    collection = store.start("Returns")

    def files() -> Iterator[KeptFile]:
        yield SOUND
        raise OSError("the upload broke off")

    with pytest.raises(OSError, match="broke off"):
        store.add_files(collection, files())
    assert store.count(collection) == 0


def test_a_file_that_is_taken_out_can_be_put_back(store: AuthorityStore) -> None:
    """It is not among the files meanwhile, but kept; the log says who did it, and each change is a new state."""
    collection = store.start("Returns")
    store.add_files(collection, [SOUND, OTHER])
    before = store.state(collection)
    store.take_out(collection, "Hilltop.xlsx", role="adviser")
    assert (store.names(collection), store.out(collection)) == (("Valley.xlsx",), ("Hilltop.xlsx",))
    assert (list(store.files(collection)), store.count(collection)) == ([OTHER], 1)
    assert store.state(collection) > before
    store.put_back(collection, "Hilltop.xlsx", role="manager")
    assert list(store.files(collection)) == [SOUND, OTHER]
    assert [(one.kind, one.file, one.role, one.by) for one in store.log(collection)] == [
        ("put back", "Hilltop.xlsx", "manager", ""),
        ("taken out", "Hilltop.xlsx", "adviser", ""),
    ]


def test_a_replaced_file_comes_back_in_place_of_the_other(store: AuthorityStore) -> None:
    """The replacement is undone as a whole; the other is kept too, and can be put back in its turn."""
    collection = store.start("Returns")
    store.add_files(collection, [SOUND])
    name = store.replace(collection, "Hilltop.xlsx", replace(OTHER, file="Hilltop.xlsx"), role="adviser")
    assert (name, store.names(collection)) == ("Hilltop.xlsx (2)", ("Hilltop.xlsx (2)",))
    store.put_back(collection, "Hilltop.xlsx", role="adviser")
    assert (store.names(collection), store.out(collection)) == (("Hilltop.xlsx",), ("Hilltop.xlsx (2)",))
    assert store.log(collection)[0].by == "Hilltop.xlsx (2)"
    store.put_back(collection, "Hilltop.xlsx (2)", role="adviser")
    assert store.names(collection) == ("Hilltop.xlsx", "Hilltop.xlsx (2)")


def test_what_is_out_already_is_not_taken_out_again(store: AuthorityStore) -> None:
    """Two people who press the button at once are one entry of the log."""
    collection = store.start("Returns")
    store.add_files(collection, [SOUND])
    for _ in range(2):
        store.take_out(collection, "Hilltop.xlsx", role="adviser")
    store.take_out(collection, "nobody.xlsx", role="adviser")
    assert len(store.log(collection)) == 1
    store.remove(collection)
    assert store.log(collection) == ()


def test_a_collection_of_an_earlier_release_has_all_its_files(store: AuthorityStore, url: str) -> None:
    """A database without the column and without the log is brought up to date when it is opened."""
    collection = store.start("Returns")
    store.add_files(collection, [SOUND])
    store.close()
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE returned_files DROP COLUMN out")
        connection.exec_driver_sql("DROP TABLE collection_events")
    engine.dispose()
    again = AuthorityStore(url)
    assert (again.names(collection), again.log(collection)) == (("Hilltop.xlsx",), ())
    again.take_out(collection, "Hilltop.xlsx", role="")
    assert again.names(collection) == ()
    again.close()


def test_a_release_is_kept_once_and_outlives_its_collection(store: AuthorityStore, toy: Criteria, url: str) -> None:
    """What was shown is known for good: with its sets of schools, under its number, and without an answer."""
    collection = store.start("Returns")
    answers = [MET, NEITHER, NEITHER, NEITHER]
    returns = returns_of(toy, *(school(toy, number, *answers[number % 4 :]) for number in range(1, 21)))

    def make(earlier: Sequence[Figure]) -> Release:
        return prepare(returns, year="2026/27", earlier=earlier)

    first = store.release(collection, make, toy)
    again = store.release(collection, make, toy)
    store.remove(collection)
    other = AuthorityStore(url)
    (kept,) = other.releases(toy)
    other.close()
    assert first is not None
    assert first == again == kept.release == make([]).numbered(1)
    assert (kept.collection, kept.release.number) == (collection, 1)


def test_a_release_of_nothing_is_not_kept(store: AuthorityStore, toy: Criteria) -> None:
    """Where nothing may be shown, there is no release."""
    returns = returns_of(toy, school(toy, 1, MET))
    assert store.release("", lambda earlier: prepare(returns, year="2026/27", earlier=earlier), toy) is None
    assert store.releases(toy) == ()
