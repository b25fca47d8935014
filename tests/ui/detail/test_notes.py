"""A note is stored by itself and never lost; tags are added and removed by key."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.domain.model.notes import LONGEST_NOTE, NotesEdit, PositionNotes, Tag
from app.domain.model.positions import Identity
from app.ui.detail.note_field import NoteField
from app.ui.detail.notes_editor import SAVED, SAVING, TOO_LONG, NotesEditor
from tests.store.trading import MSFT, at, fill, held, snapshot
from tests.ui.conftest import until
from tests.ui.detail.desk import DetailDesk

AAPL_OF, MSFT_OF = ("DU1", 1), ("DU1", 2)
START = snapshot(1, held(), held(MSFT))
SOLD = snapshot(10, held(MSFT), fills=[fill("s1.01", "-100", minute=5, price="12")])


def written(text: str, *tags: str, minute: float = 0) -> PositionNotes:
    return PositionNotes(text, tuple(Tag(tag, at(0)) for tag in tags), at(0), at(minute))


class Edits:
    """What an editor wants to be stored."""

    def __init__(self, editor: NotesEditor) -> None:
        self.made: list[tuple[Identity, NotesEdit]] = []
        editor.edit_wanted.connect(self._take)

    def _take(self, identity: Identity, edit: NotesEdit) -> None:
        self.made.append((identity, edit))


@pytest.fixture
def editor(qapp: QApplication) -> NotesEditor:  # noqa: ARG001
    made = NotesEditor()
    made.show_notes(AAPL_OF, written("Old", "core"), ("core", "hedge", "Long term"))
    return made


async def test_a_note_is_stored_after_a_pause_and_says_so(detail: DetailDesk) -> None:
    await detail.take(START)
    pane = await detail.open_pane()
    await detail.choose(0)
    pane.notes.pause.setInterval(0)
    QTest.keyClicks(pane.notes.note, "Sell in May")
    await until(lambda: pane.notes.status.text() == SAVED)
    found = await detail.stored(AAPL_OF)
    assert found is not None
    assert found.text == "Sell in May"
    await detail.answered_edits(1)
    assert detail.cell(0, "note") == "Sell in May"
    assert pane.notes.note.toPlainText() == "Sell in May"


async def test_another_selection_stores_the_note_of_the_position_that_was_left(
    detail: DetailDesk,
) -> None:
    await detail.take(START)
    pane = await detail.open_pane()
    await detail.choose(0)
    QTest.keyClicks(pane.notes.note, "About AAPL")
    QTest.keyClicks(pane.notes.tags.line, "core")
    await detail.choose(1)
    assert pane.notes.note.toPlainText() == ""
    await detail.answered_edits(2)
    found = await detail.stored(AAPL_OF)
    assert found is not None
    assert (found.text, found.tag_texts) == ("About AAPL", ("core",))
    assert await detail.stored(MSFT_OF) is None
    await detail.choose(0)
    assert pane.notes.note.toPlainText() == "About AAPL"
    assert pane.notes.tags.tags == ("core",)


async def test_a_sync_leaves_what_is_being_written(detail: DetailDesk) -> None:
    await detail.take(START)
    pane = await detail.open_pane()
    await detail.choose(0)
    QTest.keyClicks(pane.notes.note, "Not yet stor")
    await detail.take(snapshot(5, held(quantity="120"), held(MSFT)))
    await detail.detail_read()
    assert pane.notes.note.toPlainText() == "Not yet stor"
    QTest.keyClicks(pane.notes.note, "ed")
    pane.notes.flush()
    await detail.answered_edits(1)
    found = await detail.stored(AAPL_OF)
    assert found is not None
    assert found.text == "Not yet stored"


async def test_a_position_that_a_sync_closes_stays_while_its_note_is_written(
    detail: DetailDesk,
) -> None:
    await detail.take(START)
    pane = await detail.open_pane()
    await detail.choose(0)
    detail.window.activateWindow()
    pane.notes.note.setFocus()
    await until(pane.notes.note.hasFocus)
    QTest.keyClicks(pane.notes.note, "Why I sold")
    await detail.take(SOLD)
    await detail.detail_read()
    assert detail.column("Symbol") == ["MSFT"]
    assert pane.headline.text() == "AAPL · DU1"
    assert "Closed" in pane.holding.values
    QTest.keyClicks(pane.notes.note, " it")
    await detail.choose(0)
    assert pane.headline.text() == "MSFT · DU1"
    await detail.answered_edits(1)
    found = await detail.stored(AAPL_OF)
    assert found is not None
    assert found.text == "Why I sold it"


async def test_a_position_that_a_sync_closes_elsewhere_loses_nothing(detail: DetailDesk) -> None:
    await detail.take(START)
    pane = await detail.open_pane()
    await detail.choose(0)
    detail.window.positions.table.setFocus()
    pane.notes.note.setPlainText("Written before")
    await detail.take(SOLD)
    await detail.answered_edits(1)
    assert pane.sentence.isVisible()
    found = await detail.stored(AAPL_OF)
    assert found is not None
    assert found.text == "Written before"
    page = await detail.open_closed()
    await detail.choose(0, table=page.table)
    assert pane.notes.note.toPlainText() == "Written before"


async def test_closing_the_window_stores_what_was_written(detail: DetailDesk) -> None:
    await detail.take(START)
    pane = await detail.open_pane()
    await detail.choose(0)
    QTest.keyClicks(pane.notes.note, "Last words")
    detail.window.close()
    await until(lambda: detail.answers >= 1)
    found = await detail.stored(AAPL_OF)
    assert found is not None
    assert found.text == "Last words"


async def test_what_could_not_be_stored_is_kept_and_said(detail: DetailDesk) -> None:
    await detail.take(START)
    pane = await detail.open_pane()
    await detail.choose(0)
    many = tuple(f"tag {number}" for number in range(50))
    await detail.kept.edit_notes(AAPL_OF, NotesEdit(added_tags=many))
    await detail.load()
    QTest.keyClicks(pane.notes.tags.line, "one more")
    QTest.keyClick(pane.notes.tags.line, Qt.Key.Key_Return)
    await detail.answered_edits(1)
    assert pane.notes.status.text() == (
        "Not saved: A position can have 50 tags at most. Remove some."
    )
    assert len(pane.notes.tags.tags) == 50
    assert "50 tags at most" in detail.window.statusBar().currentMessage()


def test_a_failed_note_comes_back_with_its_position(editor: NotesEditor) -> None:
    edits = Edits(editor)
    editor.note.setPlainText("Mine")
    editor.flush()
    assert editor.status.text() == SAVING
    editor.show_notes(MSFT_OF, None)
    editor.on_failed(AAPL_OF, "The disk is full.")
    assert editor.note.toPlainText() == ""
    editor.show_notes(AAPL_OF, written("Old", "core"))
    assert editor.note.toPlainText() == "Mine"
    assert editor.status.text() == "Not saved: The disk is full."
    editor.flush()
    assert edits.made == [(AAPL_OF, NotesEdit(text="Mine"))] * 2
    editor.on_saved(AAPL_OF, written("Mine", "core", minute=1))
    assert editor.status.text() == SAVED
    assert editor.retry.isHidden()


def test_an_older_view_does_not_take_back_what_was_stored(editor: NotesEditor) -> None:
    editor.note.setPlainText("New")
    editor.flush()
    new = written("New", "core", minute=1)
    editor.on_saved(AAPL_OF, new)
    editor.show_notes(AAPL_OF, written("Old", "core"))
    assert editor.note.toPlainText() == "New"
    editor.show_notes(AAPL_OF, new)
    editor.show_notes(AAPL_OF, written("By a command", minute=2))
    assert editor.note.toPlainText() == "By a command"
    assert editor.tags.tags == ()


def test_emptying_a_note_is_stored_too(editor: NotesEditor) -> None:
    edits = Edits(editor)
    editor.note.setPlainText("  \n")
    editor.flush()
    assert edits.made == [(AAPL_OF, NotesEdit(text=""))]
    editor.on_saved(AAPL_OF, written("", "core", minute=1))
    editor.flush()
    assert len(edits.made) == 1


def test_an_unchanged_note_is_not_stored_again(editor: NotesEditor) -> None:
    edits = Edits(editor)
    editor.note.setPlainText("Old  ")
    editor.flush()
    editor.show_notes(MSFT_OF, None)
    assert edits.made == []


def test_a_note_that_becomes_too_long_says_what_is_left_out(editor: NotesEditor) -> None:
    editor.note.setPlainText("a" * LONGEST_NOTE)
    cursor = editor.note.textCursor()
    cursor.setPosition(10)
    editor.note.setTextCursor(cursor)
    editor.note.insertPlainText("b" * 5)
    assert editor.note.toPlainText() == "a" * LONGEST_NOTE
    assert editor.status.text() == TOO_LONG


def test_a_pasted_text_is_cut_to_the_longest(qapp: QApplication) -> None:  # noqa: ARG001
    field = NoteField()
    field.insertPlainText("start ")
    field.insertPlainText("x" * LONGEST_NOTE)
    assert len(field.toPlainText()) == LONGEST_NOTE
    assert field.toPlainText().startswith("start x")


def test_enter_and_commas_add_tags(editor: NotesEditor) -> None:
    edits = Edits(editor)
    line = editor.tags.line
    QTest.keyClicks(line, "hedge")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert editor.tags.tags == ("core", "hedge")
    assert line.text() == ""
    QTest.keyClicks(line, "Long term, swing")
    assert line.text().strip() == "swing"
    QTest.keyClicks(line, ",CORE,")
    assert editor.tags.tags == ("core", "hedge", "Long term", "swing")
    assert [edit.added_tags for _, edit in edits.made] == [("hedge",), ("Long term",), ("swing",)]


def test_a_tag_that_is_not_allowed_stays_to_be_corrected(editor: NotesEditor) -> None:
    edits = Edits(editor)
    QTest.keyClicks(editor.tags.line, "x" * 40)
    QTest.keyClick(editor.tags.line, Qt.Key.Key_Return)
    assert edits.made == []
    assert editor.tags.line.text() == "x" * 40
    assert "longer than 32 characters" in editor.status.text()


def test_backspace_in_the_empty_field_removes_the_last_tag(editor: NotesEditor) -> None:
    edits = Edits(editor)
    QTest.keyClicks(editor.tags.line, "a")
    QTest.keyClick(editor.tags.line, Qt.Key.Key_Backspace)
    assert editor.tags.tags == ("core",)
    QTest.keyClick(editor.tags.line, Qt.Key.Key_Backspace)
    assert editor.tags.tags == ()
    QTest.keyClick(editor.tags.line, Qt.Key.Key_Backspace)
    assert edits.made == [(AAPL_OF, NotesEdit(removed_tags=("core",)))]


async def test_chips_are_reached_and_removed_by_key(editor: NotesEditor) -> None:
    editor.show_notes(AAPL_OF, written("Old", "core", "hedge"))
    editor.show()
    editor.activateWindow()
    editor.tags.line.setFocus()
    await until(editor.tags.line.hasFocus)
    QTest.keyClick(editor.tags.line, Qt.Key.Key_Left)
    assert editor.tags.chips[1].hasFocus()
    QTest.keyClick(editor.tags.chips[1], Qt.Key.Key_Left)
    assert editor.tags.chips[0].hasFocus()
    QTest.keyClick(editor.tags.chips[0], Qt.Key.Key_Delete)
    assert editor.tags.tags == ("hedge",)
    assert editor.tags.chips[0].hasFocus()
    QTest.keyClick(editor.tags.chips[0], Qt.Key.Key_Right)
    assert editor.tags.line.hasFocus()
    editor.close()


async def test_tags_in_use_are_offered_while_typing(editor: NotesEditor) -> None:
    edits = Edits(editor)
    editor.show()
    editor.activateWindow()
    editor.tags.line.setFocus()
    await until(editor.tags.line.hasFocus)
    QTest.keyClicks(editor.tags.line, "TERM")
    completer = editor.tags.line.completer()
    assert completer is not None
    popup = completer.popup()
    assert popup is not None
    await until(popup.isVisible)
    QTest.keyClick(popup, Qt.Key.Key_Down)
    QTest.keyClick(popup, Qt.Key.Key_Return)
    await until(lambda: bool(edits.made))
    assert edits.made == [(AAPL_OF, NotesEdit(added_tags=("Long term",)))]
    assert editor.tags.line.text() == ""
    assert not popup.isVisible()
    editor.close()
