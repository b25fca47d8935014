"""Every command can be found, read and run with the keys alone."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.ui.support.command_palette import CommandPalette
from app.ui.support.commands import Command, commands_of, found, plain
from app.ui.support.shortcut_list import ShortcutList
from tests.ui.conftest import Desk, delete, until
from tests.ui.fakes import book, position

KEY = Qt.Key


@pytest.fixture
def palette(desk: Desk, qapp: QApplication) -> Iterator[CommandPalette]:
    made = CommandPalette(commands_of(desk.window.menuBar()), desk.window)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    made.open()
    yield made
    delete(made, qapp)


def test_all_visible_actions_of_the_menus_are_commands(desk: Desk) -> None:
    commands = {command.title: command for command in commands_of(desk.window.menuBar())}
    assert {"Sync", "Undo last sync", "Export", "Find", "Keyboard shortcuts"} <= set(commands)
    assert commands["Sync"].keys == "F5"
    assert commands["Sync"].menu == "File"
    assert commands["Symbol (on)"].menu == "View › Columns"
    assert "Unrealized P&L (on)" in commands


def test_the_best_match_comes_first_and_all_words_count() -> None:
    commands = [
        Command(title, menu, "", "", print)
        for title, menu in (("Undo last sync", "File"), ("Sync", "File"), ("Symbol", "View"))
    ]
    assert [each.title for each in found(commands, "sync")] == ["Sync", "Undo last sync"]
    assert [each.title for each in found(commands, "last undo")] == ["Undo last sync"]
    assert [each.title for each in found(commands, "view")] == ["Symbol"]
    assert found(commands, "nothing") == []
    assert plain("&Profit && loss") == "Profit & loss"


async def test_typing_and_enter_run_a_command(desk: Desk, palette: CommandPalette) -> None:
    await desk.load(book(position("AAPL")))
    QTest.keyClicks(palette.field, "sync")
    assert palette.texts()[0] == ("Sync", "File", "F5")
    QTest.keyClick(palette.field, KEY.Key_Return)
    assert not palette.isVisible()
    await until(desk.service.finishable)
    desk.controller.cancel()
    await desk.settled()


async def test_a_command_that_cannot_run_says_why(desk: Desk, palette: CommandPalette) -> None:
    runs: list[object] = []
    desk.window.window_actions.undo.triggered.connect(lambda: runs.append(1))
    QTest.keyClicks(palette.field, "undo")
    assert palette.reason.text() == "There is no sync to undo"
    QTest.keyClick(palette.field, KEY.Key_Return)
    QApplication.processEvents()
    assert palette.isVisible()
    assert not runs


def test_up_and_down_choose_and_a_search_without_result_says_so(palette: CommandPalette) -> None:
    QTest.keyClick(palette.field, KEY.Key_Down)
    item = palette.list.currentItem()
    assert item is not None and palette.list.indexOfTopLevelItem(item) == 1
    QTest.keyClicks(palette.field, "xyz")
    assert palette.texts() == []
    assert palette.reason.text() == "No command matches"
    QTest.keyClick(palette.field, KEY.Key_Return)
    assert palette.isVisible()


def test_the_shortcut_list_has_every_key_of_a_menu(desk: Desk, qapp: QApplication) -> None:
    shortcuts = ShortcutList(commands_of(desk.window.menuBar()), desk.window)
    texts = dict(shortcuts.texts())
    assert texts["F5"] == "Sync"
    assert texts["Ctrl+K"] == "Find a command"
    assert texts["F1"] == "Keyboard shortcuts"
    assert texts["Shift+F10"].startswith("Open the context menu")
    delete(shortcuts, qapp)


def test_ctrl_k_is_the_windows_in_the_search_field_too(desk: Desk) -> None:
    field = desk.window.search_field
    combination = Qt.KeyboardModifier.ControlModifier
    opened: list[object] = []
    desk.window.window_actions.commands.triggered.connect(lambda: opened.append(1))
    desk.window.activateWindow()
    field.setFocus()
    field.setText("AAPL")
    field.setCursorPosition(0)
    QTest.keyClick(field, KEY.Key_K, combination)
    assert field.text() == "AAPL"
    assert len(opened) == 1


async def test_ctrl_and_a_number_land_in_the_rows(desk: Desk) -> None:
    await desk.load(book(position("AAPL")))
    desk.window.activateWindow()
    desk.window.search_field.setFocus()
    QTest.keyClick(desk.window.search_field, KEY.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert desk.window.positions.table.hasFocus()
    assert desk.window.positions.table.currentIndex().isValid()
