"""The local authority's pages as Streamlit runs them: what an adviser does, without a browser."""

from __future__ import annotations

import dataclasses
import io
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from audit.authority.returns import framework_named
from audit.model import Criteria, Response
from audit.sample import folder
from audit.sample.damage import Sound
from audit.store.collections import AuthorityStore, Judgement, KeptFile
from audit.workbook.read import read
from audit.workbook.write import write
from tests.conftest import audit_of

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
PAGES = "audit/ui/pages"
RETURNS = ROOT / "sample_data" / "returns"
THIS_YEAR = RETURNS / "2025-26"
ACORN = THIS_YEAR / "900101 Acornbourne Example Primary School.xlsx"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HOSTILE = "<b>x</b> **y** $z$ :red[w] `v` [u](t) &amp; _s_ ~~r~~"
NAMED = ("collect", "tracker", "school", "belief", "moderation", "write_back")
COMPARED = ("overview", "schools", "school", "common_gaps", "belief", "moderation", "write_back")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AuthorityStore]:
    """The store that the app under test uses, one for the whole file: what was read stays read."""
    with pytest.MonkeyPatch.context() as patch:
        url = f"sqlite:///{tmp_path_factory.mktemp('store') / 'audits.sqlite3'}"
        patch.setenv("AUDIT_DATABASE_URL", url)
        patch.chdir(ROOT)
        st.cache_resource.clear()
        opened = AuthorityStore(url)
        yield opened
        opened.close()
        st.cache_resource.clear()


def settled(app: AppTest) -> AppTest:
    """The app once the files are read; in a browser the page draws itself anew."""
    for _ in range(600):
        assert not app.exception
        if not any(button.label == "Cancel" for button in app.button):
            return app
        time.sleep(0.1)
        app.run()
    raise AssertionError("the files were never read")


def at(page: str, **params: str) -> AppTest:
    """The app at a page of the authority, with the address's parameters, once the files are read."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=600)
    app.query_params.update(params)
    app.switch_page(f"{PAGES}/{page}.py")
    app.query_params.update(params)
    return settled(app.run())


def to(app: AppTest, page: str) -> AppTest:
    """The same tab on another page."""
    return settled(app.switch_page(f"{PAGES}/{page}.py").run())


def texts(app: AppTest) -> str:
    """All that the page says, its tables and the options of its lists included."""
    said = [block.value for block in (*app.title, *app.markdown, *app.caption, *app.text, *app.subheader, *app.header)]
    said += [block.value for block in (*app.info, *app.warning, *app.error, *app.success)]
    said += [block.proto.body for block in app.get("html")]
    said += [option for box in (*app.selectbox, *app.multiselect) for option in box.options]
    said += [block.proto.spec for block in app.get("plotly_chart")]
    return "\n".join(map(str, said))


def click(app: AppTest, label: str) -> AppTest:
    """The app after a press of the one button of this label."""
    (button,) = (one for one in app.button if one.label == label)
    return settled(button.click().run())


@pytest.fixture(scope="module")
def example(store: AuthorityStore) -> str:
    """The example collection, opened and read as an adviser does it."""
    app = at("collect")
    click(app, "Open the example returns")
    (collection,) = store.collections()
    return collection.id


def collection_of(store: AuthorityStore, title: str, *files: KeptFile, **settings: str) -> str:
    """A collection of a test's own."""
    collection = store.start(title, settings=settings)
    store.add_files(collection, files)
    return collection


def test_the_example_is_one_click_away(example: str) -> None:
    """Every file of the example has its verdict, and the first sentence says who has sent."""
    app = at("collect", collection=example)
    assert [(metric.label, metric.value) for metric in app.metric] == [
        ("Files", "21"),
        ("Accepted", "19"),
        ("Accepted with warnings", "1"),
        ("Refused", "1"),
    ]
    assert "### 13 of 16 schools expected have sent a return for 2025/26" in texts(app).replace("\\", "")


@pytest.mark.parametrize("page", ["tracker", *COMPARED])
def test_every_page_opens_on_the_example(example: str, page: str) -> None:
    """No page of the group fails, and each has one title."""
    assert len(at(page, collection=example).title) == 1


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("page", ["tracker", *COMPARED])
def test_a_page_without_a_collection_leads_to_the_first(page: str) -> None:
    """A stale address is explained, with the way to the page that opens a collection."""
    app = at(page, collection="gone")
    assert app.title[-1].value == "No collection is open"


@pytest.mark.parametrize("page", COMPARED)
def test_a_collection_without_returns_says_so(store: AuthorityStore, page: str) -> None:
    """Before any file is taken in, each page says that there is nothing to compare yet."""
    app = at(page, collection=collection_of(store, "Empty *one*"))
    assert "No return has been accepted yet" in texts(app)
    assert len(app.title) == 1


def test_filters_hold_on_every_page_and_every_second_change_counts(example: str) -> None:
    """Year and phase chosen on one page hold on the others; changed again, and again, the last one holds."""
    app = at("overview", collection=example)
    for year in ("2024/25", "2025/26", "2024/25"):
        app.selectbox(key="view.year").set_value(year).run()
    app.multiselect(key="view.phases").set_value(["primary"]).run()
    for page in COMPARED[1:]:
        to(app, page)
        assert app.selectbox(key="view.year").value == "2024/25", page
        assert app.multiselect(key="view.phases").value == ["primary"], page
        assert "In view: 2024/25 · Primary" in [caption.value.replace("\\", "") for caption in app.caption], page
    app.multiselect(key="view.phases").set_value([]).run()
    app.selectbox(key="view.year").set_value("2025/26").run()
    to(app, "overview")
    assert (app.selectbox(key="view.year").value, app.multiselect(key="view.phases").value) == ("2025/26", [])


def test_the_school_looked_at_is_the_same_on_the_next_page(example: str) -> None:
    """A school chosen on One school is the school visited on Moderation; the second choice counts too."""
    app = at("school", collection=example)
    for urn in ("900105", "900104"):
        app.selectbox(key="school").set_value(urn).run()
    assert app.query_params["school"] == "900104"
    to(app, "moderation")
    assert app.selectbox(key="school").value == "900104"


def test_codes_hide_every_name_on_every_page(example: str) -> None:
    """With codes in place of names no page says a school's name or URN; a button brings them back."""
    app = at("overview", collection=example)
    app.toggle(key="view.anonymised").set_value(True).run()
    for page in ("overview", "tracker", "collect", *COMPARED):
        to(app, page)
        assert "Example Primary" not in texts(app), page
        assert "9001" not in texts(app), page
    to(app, "school")
    click(app, "Show names again")
    assert "Acornbourne Example Primary School" in texts(app)


def test_a_hostile_name_is_shown_as_it_is(store: AuthorityStore, shipped: Criteria) -> None:
    """Markdown and HTML in the name of a file and of a school are escaped wherever a page says them."""
    audit = read(ACORN.read_bytes(), "a.xlsx", shipped).audit
    assert audit is not None
    school = dataclasses.replace(audit.school, name=HOSTILE)
    good = write(dataclasses.replace(audit, school=school), shipped)
    files = (KeptFile(file=f"{HOSTILE}.xlsx", data=good), KeptFile(file=f"{HOSTILE} again.xlsx", data=good))
    collection = collection_of(store, HOSTILE, *files, KeptFile(file=f"{HOSTILE}.txt", data=b"no workbook"))
    for page in ("collect", "tracker", *COMPARED):
        app = at(page, collection=collection)
        for block in (*app.title, *app.markdown, *app.caption, *app.subheader, *app.info, *app.error):
            assert HOSTILE[:20] not in block.value, (page, block.value)
        for block in app.get("html"):
            assert "<b>x</b>" not in block.proto.body, page
        for block in app.get("plotly_chart"):
            assert "<b>x</b>" not in str(block.proto), page


def zipped(files: dict[str, bytes]) -> bytes:
    """A zip archive of these files."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return made.getvalue()


def take_in(app: AppTest, *uploads: tuple[str, bytes, str]) -> AppTest:
    """The app after these files were dropped and taken in."""
    app.file_uploader[0].set_value(list(uploads))
    return click(app, "Take in these files")


def test_uploads_zips_and_the_same_again(store: AuthorityStore) -> None:
    """A zip with folders, a workbook and junk each get verdicts; the same bytes again are set aside."""
    collection = store.start("Uploads")
    app = at("collect", collection=collection)
    archive = zipped({"south/a.xlsx": ACORN.read_bytes(), "__MACOSX/._a.xlsx": b"junk", "notes.docx": b"text"})
    take_in(app, ("all.zip", archive, "application/zip"), ("junk.xlsx", b"junk", XLSX))
    assert [kept.file for kept in store.files(collection)] == [
        "all.zip/notes.docx",
        "all.zip/south/a.xlsx",
        "junk.xlsx",
    ]
    assert [metric.value for metric in app.metric] == ["3", "1", "0", "2"]
    take_in(app, ("junk.xlsx", b"junk", XLSX), ("a.xlsx", ACORN.read_bytes(), XLSX))
    assert [kept.file for kept in store.files(collection)][3:] == ["junk.xlsx (2)", "a.xlsx"]
    assert "1 file set aside" in texts(app)
    assert "Let this one count" not in [button.label for button in app.button]


def test_damaged_files_are_each_named_with_what_is_wrong(store: AuthorityStore, shipped: Criteria) -> None:
    """Files damaged in different ways are each refused for their own reason, and none stops another."""
    audit, other = (
        read(path.read_bytes(), path.name, shipped).audit for path in sorted(THIS_YEAR.glob("90010[15]*.xlsx"))
    )
    assert audit is not None
    assert other is not None
    sound = Sound(audit=audit, other=other, dfe_number="8869101", criteria=shipped)
    kinds = ("password", "pdf", "xml-entities", "dfe-number")
    files = [KeptFile(file=f"{kind}.xlsx", data=folder.DAMAGES[kind].make(sound)) for kind in kinds]
    app = at("collect", collection=collection_of(store, "Damaged", *files, KeptFile(file="good.xlsx", data=sound.data)))
    assert [metric.value for metric in app.metric] == ["5", "1", "0", "4"]
    assert all(f"{kind}.xlsx" in texts(app) for kind in kinds)
    assert all(folder.DAMAGES[kind].mentions in texts(app) for kind in kinds)


def test_the_adviser_swaps_which_return_counts_and_swaps_back(store: AuthorityStore, shipped: Criteria) -> None:
    """Of two returns of a school and year the other can be made to count, and the first again."""
    audit = read(ACORN.read_bytes(), "a.xlsx", shipped).audit
    assert audit is not None
    again = write(dataclasses.replace(audit, school=dataclasses.replace(audit.school, name="Renamed School")), shipped)
    files = (KeptFile(file="first.xlsx", data=ACORN.read_bytes()), KeptFile(file="second.xlsx", data=again))
    app = at("collect", collection=collection_of(store, "Twice", *files))

    def aside() -> str:
        return next(text.value for text in app.markdown if text.value.startswith("**")).split("**")[1].replace("\\", "")

    before = aside()
    app.button(key=f"choose-{before}").click().run()
    assert {before, aside()} == {"first.xlsx", "second.xlsx"}
    app.button(key=f"choose-{aside()}").click().run()
    assert aside() == before


def test_a_national_register_lets_the_adviser_choose_the_authority(store: AuthorityStore) -> None:
    """A register of several authorities asks whose schools are expected; the choice can be changed again."""
    register = (
        "URN,LA (code),EstablishmentNumber,EstablishmentName,PhaseOfEducation (name),EstablishmentStatus (name)\n"
        "900101,886,9101,Acornbourne Example Primary School,Primary,Open\n"
        "900201,887,9201,Elsewhere Example School,Primary,Open\n"
        "900202,887,9202,Yonder Example School,Secondary,Open\n"
    )
    file = KeptFile(file="a.xlsx", data=ACORN.read_bytes())
    collection = collection_of(store, "National", file, authority="886")
    store.put_document(collection, "register", file="national.csv", data=register.encode())
    app = at("tracker", collection=collection)
    assert "1 of 1 school" in texts(app)
    (box,) = (one for one in app.selectbox if one.label == "Expect the schools of")
    assert box.value == "886"
    settled(box.set_value("887").run())
    assert "Yonder Example School" in texts(app)
    (box,) = (one for one in app.selectbox if one.label == "Expect the schools of")
    settled(box.set_value("").run())
    assert "1 of 3 schools" in texts(app)


def test_the_register_comes_by_the_page_and_goes_again(store: AuthorityStore) -> None:
    """A list of URN and name makes the tracker; taken away, nobody is expected any more."""
    collection = collection_of(store, "Register", KeptFile(file="a.xlsx", data=ACORN.read_bytes()))
    app = at("tracker", collection=collection)
    rows = b"URN,Name\n900101,Acornbourne Example Primary School\n900999,Missing Example School\n"
    app.file_uploader[0].set_value([("list.csv", rows, "text/csv")])
    settled(next(button for button in app.button if button.label == "Use this file").click().run())
    assert "1 of 2 schools expected has sent" in texts(app)
    assert "Missing Example School" in texts(app)
    settled(app.button(key="drop-register").click().run())
    assert "Missing Example School" not in texts(app)


def test_letter_settings_are_kept_and_every_second_change_counts(store: AuthorityStore) -> None:
    """Nothing is kept until the button is pressed; then the last of two changes is, on every later visit."""
    collection = collection_of(store, "Letters", KeptFile(file="a.xlsx", data=ACORN.read_bytes()), authority="886")
    app = at("write_back", collection=collection)
    assert store.collections()[0].settings == {"authority": "886"}
    for role in ("Adviser", "Lead adviser"):
        app.text_input(key=f"letters-{collection}-role").set_value(role)
        click(app, "Keep these settings")
    again = at("write_back", collection=collection)
    assert again.text_input(key=f"letters-{collection}-role").value == "Lead adviser"
    assert again.text_input(key=f"letters-{collection}-authority").value == "Kent"


def test_a_release_is_made_once_and_letters_rest_on_it(store: AuthorityStore, shipped: Criteria) -> None:
    """The page says what would be shown before the button is pressed, and afterwards which release letters rest on."""
    files = [KeptFile(file=path.name, data=path.read_bytes()) for path in sorted(THIS_YEAR.glob("*.xlsx"))]
    collection = collection_of(store, "Released", *files, authority="886")
    app = at("write_back", collection=collection)
    assert "so letters do not say where a school stands among others" in texts(app)
    assert "It would show" in texts(app)
    click(app, "Make this release")
    (made,) = store.releases(shipped)
    assert (made.collection, made.release.number) == (collection, 1)
    assert "This is what release 1 shows already." in texts(app)
    assert "is said by release 1 alone" in texts(app)


def test_moderation_changes_the_comparison_when_it_is_switched_on(store: AuthorityStore) -> None:
    """What the adviser records beside a school's answer counts in every comparison that asks for it, and only there."""
    files = [KeptFile(file=path.name, data=path.read_bytes()) for path in sorted(THIS_YEAR.glob("9001[01]*.xlsx"))]
    collection = collection_of(store, "Moderated", *files)
    app = at("moderation", collection=collection)
    app.selectbox(key="school").set_value("900108").run()
    for statement in ("kcc-2.1-k1", "kcc-2.1-k2"):
        app.selectbox(key=f"reading.900108.2025/26.{statement}.written").set_value("no")
        app.selectbox(key=f"reading.900108.2025/26.{statement}.practice").set_value("0")
    click(app, "Keep these readings")
    assert [success.value for success in app.success] == ["Kept."]
    assert store.readings(collection)[0] == Judgement(
        urn="900108", year="2025/26", statement="kcc-2.1-k1", written="no", practice="0"
    )
    to(app, "school")
    assert "K coverage 100%" in texts(app)
    app.toggle(key="view.moderated").set_value(True).run()
    assert "K coverage 96%" in texts(app)


def test_readings_come_back_in_a_file(store: AuthorityStore) -> None:
    """A filled-in form is shown with its problems, and kept only when the adviser says so."""
    collection = collection_of(store, "On paper", KeptFile(file="a.xlsx", data=ACORN.read_bytes()))
    app = at("moderation", collection=collection)
    rows = (
        b"URN,Academic year,Statement id,Adviser: is it written?,Adviser: is it done?,Adviser: note\n"
        b"900101,2025/26,kcc-2.1-k1,No,1,\n"
    )
    app.file_uploader[0].set_value([("readings.csv", rows, "text/csv")]).run()
    assert store.readings(collection) == ()
    click(app, "Keep 1 reading")
    assert [(one.statement, one.written, one.practice) for one in store.readings(collection)] == [
        ("kcc-2.1-k1", "no", "1")
    ]


def test_a_collection_is_renamed_given_a_year_and_removed(store: AuthorityStore) -> None:
    """The list of collections renames one, asks for another year, and removes one only once that is confirmed."""
    collection = collection_of(store, "To go", KeptFile(file="a.xlsx", data=ACORN.read_bytes()))
    others = {one.id for one in store.collections()} - {collection}
    app = at("collect")
    app.text_input(key=f"title-{collection}").set_value("Soon gone")
    app.selectbox(key=f"year-{collection}").set_value("2024/25")
    next(b for b in app.button if b.label == "Keep" and collection in str(b.proto.form_id)).click().run()
    kept = store.load(collection)
    assert kept is not None
    assert (kept.title, kept.year) == ("Soon gone", "2024/25")
    assert app.button(key=f"remove-{collection}").disabled
    app.checkbox(key=f"sure-{collection}").check().run()
    app.button(key=f"remove-{collection}").click().run()
    assert {one.id for one in store.collections()} == others


def test_a_collection_is_of_the_framework_that_is_chosen(store: AuthorityStore, every_framework: Criteria) -> None:
    """Chosen when it starts or later: the pages name it, and a return of another is refused by name."""
    usual, duties, _ = every_framework.frameworks
    criteria = every_framework.of([duties.ref])
    met = {c.id: Response(written="yes", practice=4) for c in criteria if c.statement.recommended}
    data = write(audit_of(criteria, met, as_printed=False), criteria)
    app = at("collect")
    app.selectbox(key="framework").set_value(duties.id)
    click(app, "Start")
    (collection,) = (one.id for one in store.collections() if one.framework == duties.id)
    store.add_files(collection, [KeptFile(file="a.xlsx", data=data)])
    said = texts(at("overview", collection=collection)).replace("\\", "")
    assert f"Compared by {framework_named(duties)}." in said
    assert "100% of law" in said
    assert "K coverage" not in said
    app = at("collect")
    app.selectbox(key=f"framework-{collection}").set_value(usual.id)
    next(b for b in app.button if b.label == "Keep" and collection in str(b.proto.form_id)).click().run()
    said = texts(at("collect", collection=collection)).replace("\\", "")
    assert f"Compared by {framework_named(usual)}." in said
    assert f"this collection compares {framework_named(usual)}" in " ".join(
        str(cell) for table in at("tracker", collection=collection).get("html") for cell in [table.proto.body]
    )


def test_a_collection_of_a_framework_that_is_gone_says_what_to_do(store: AuthorityStore) -> None:
    """No page fails, and none shows figures of another framework."""
    collection = collection_of(store, "Gone", KeptFile(file="a.xlsx", data=ACORN.read_bytes()), framework="gone")
    for page in ("collect", "tracker", "overview"):
        assert 'There is no framework "gone" here.' in texts(at(page, collection=collection))


def test_a_new_server_reads_the_files_again_by_itself(store: AuthorityStore) -> None:
    """What was taken in is kept in the database: after a restart any page reads it again."""
    collection = collection_of(store, "Restart", KeptFile(file="a.xlsx", data=ACORN.read_bytes()))
    at("collect", collection=collection)
    st.cache_resource.clear()
    assert "Acornbourne Example Primary School" in texts(at("school", collection=collection))


def test_a_file_is_taken_out_replaced_and_put_back_on_the_page(store: AuthorityStore) -> None:
    """Everything is worked out anew each time, and the log says who did what."""
    other = sorted(THIS_YEAR.glob("900105*.xlsx"))[0]
    files = (KeptFile(file="a.xlsx", data=ACORN.read_bytes()), KeptFile(file="b.xlsx", data=other.read_bytes()))
    collection = collection_of(store, "Changed", *files)
    app = at("collect", collection=collection)

    def counts() -> list[str]:
        return [metric.value for metric in app.metric]

    assert counts() == ["2", "2", "0", "0"]
    app.text_input(key="file-role").set_value("safeguarding lead").run()
    app.selectbox(key=f"file-{collection}").set_value("a.xlsx").run()
    click(app, "Take it out")
    assert counts() == ["1", "1", "0", "0"]
    assert "Acornbourne" not in texts(to(app, "schools"))
    to(app, "collect")
    app.selectbox(key=f"file-{collection}").set_value("b.xlsx").run()
    uploader = next(one for one in app.file_uploader if one.label == "The workbook that takes its place")
    uploader.set_value([("c.xlsx", b"no workbook", XLSX)])
    click(app, "Replace it with this workbook")
    assert counts() == ["1", "0", "0", "1"]
    app.button(key="back-b.xlsx").click().run()
    settled(app)
    app.button(key="back-a.xlsx").click().run()
    settled(app)
    assert counts() == ["2", "2", "0", "0"]
    said = [line.split(": ", 1)[1] for line in texts(app).replace("\\", "").split("\n") if line.startswith("- 2")]
    assert said == [
        "a.xlsx was put back (safeguarding lead).",
        "b.xlsx was put back in place of c.xlsx (safeguarding lead).",
        "b.xlsx was replaced by c.xlsx (safeguarding lead).",
        "a.xlsx was taken out (safeguarding lead).",
    ]


def test_what_programs_leave_behind_is_told_once(store: AuthorityStore) -> None:
    """A lock of Office that was dropped with the workbooks is no refused return."""
    collection = store.start("Left behind")
    app = at("collect", collection=collection)
    take_in(app, ("~$a.xlsx", b"lock", XLSX), ("a.xlsx", ACORN.read_bytes(), XLSX))
    assert [metric.value for metric in app.metric] == ["1", "1", "0", "0"]
    assert "no school sends: ~$a.xlsx" in texts(app).replace("\\", "")
    assert "no school sends" not in texts(app.run())


def test_which_places_are_asked_is_chosen_once(store: AuthorityStore) -> None:
    """A university is listed with a switch, not chased; once it is asked, it stays so with the collection."""
    collection = collection_of(store, "Places", authority="950")
    rows = "URN,EstablishmentName,LA (code),LA (name),TypeOfEstablishment (name)\r\n"
    rows += "900021,Hilltop,950,Ashdown and Weald,Community school\r\n"
    rows += "900022,Downs,950,Ashdown and Weald,Higher education institutions\r\n"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as book:
        book.writestr("edubasealldata.csv", rows)
    store.put_document(collection, "register", file="Results.zip", data=packed.getvalue())
    app = at("tracker", collection=collection)
    (switch,) = (one for one in app.checkbox if one.label.startswith("Universities"))
    assert (switch.label, switch.value) == ("Universities (1)", False)
    assert "Chase list: 1 schools" in texts(app)
    settled(switch.check().run())
    assert "Chase list: 2 schools" in texts(at("tracker", collection=collection))
    kept = store.load(collection)
    assert kept is not None
    assert kept.settings == {"authority": "950", "asked": "independent colleges universities"}
    store.remove(collection)
