"""The status bar works with mouse and keyboard, and a screen reader hears what has happened."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from app.domain.connection.profile import Mode
from app.domain.desktop.app_state import ConnectionState, LinkStatus, Phase, SyncState
from app.domain.model.runs import Counts
from app.ui.main_window.announcer import Announcer
from app.ui.style.theme import current_colours
from app.ui.widgets.elided_button import ElidedButton
from tests.ui.conftest import Desk
from tests.ui.fakes import book, position, report
from tests.ui.pixels import colours_of
from tests.ui.positions.test_table_pane import reduced


class Heard(Announcer):
    """Notes what it would say."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.window.status, desk.window.formats)
        self.texts: list[tuple[str, bool]] = []

    def say(self, text: str, *, is_urgent: bool) -> None:
        self.texts.append((text, is_urgent))


def test_the_end_of_a_sync_and_errors_are_announced_once(desk: Desk) -> None:
    heard, counts = Heard(desk), Counts(1, 2, 0, 3)
    synced = SyncState(Phase.SYNCED, report=report(counts))
    failed = SyncState(Phase.FAILED, error="Cannot reach TWS.")
    for state in (SyncState(), SyncState(Phase.SYNCING), synced, synced, failed):
        heard.render_state(state)
    texts = [text for text, _ in heard.texts]
    assert texts[0] == "Syncing with TWS… (Esc cancels)"
    assert texts[1].startswith("Synced 3 positions: 1 created, 2 updated, 0 closed")
    assert heard.texts[2:] == [("Cannot reach TWS.", True)]


def test_a_lost_connection_is_announced(desk: Desk) -> None:
    heard = Heard(desk)
    for link in (LinkStatus.CONNECTING, LinkStatus.CONNECTED, LinkStatus.CONNECTED):
        heard.render_state(SyncState(connection=ConnectionState(link=link)))
    heard.render_state(SyncState(connection=ConnectionState(link=LinkStatus.STALE)))
    assert heard.texts == [("Connected", False), ("TWS not connected to IBKR", False)]


async def test_space_on_the_result_of_a_sync_lists_what_has_changed(desk: Desk) -> None:
    old, other = position("AAPL", "20"), position("MSFT", number=2)
    await desk.load(book(old, other))
    message = desk.window.status.message
    assert message.focusPolicy() == Qt.FocusPolicy.NoFocus
    held = position("AAPL", "10")
    await desk.sync_to(book(held, other), report(Counts(), reduced(held)))
    assert message.focusPolicy() == Qt.FocusPolicy.StrongFocus
    assert message.accessibleName() == f"Status: {message.text()}"
    message.setFocus()
    QTest.keyClick(message, Qt.Key.Key_Space)
    assert desk.column("Symbol") == ["AAPL"]


async def test_the_state_of_the_connection_opens_a_menu(desk: Desk) -> None:
    await desk.load()
    chip = desk.window.status.connection
    QTest.keyClick(chip, Qt.Key.Key_Space)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    texts = [action.text().replace("&", "") for action in menu.actions()]
    menu.close()
    assert texts == ["Connect to TWS…", "Connection", "", "Last sync"]


async def test_only_paper_and_demo_have_a_coloured_badge(desk: Desk) -> None:
    await desk.load()
    badge, loud = desk.window.status.badge, {}
    for mode in (Mode.LIVE, Mode.PAPER, Mode.DEMO):
        state = replace(desk.window.state, connection=ConnectionState(mode=mode))
        desk.window.render_state(state)
        assert badge.text() == mode.name
        QApplication.processEvents()
        seen, colours = colours_of(badge.grab().toImage()), current_colours()
        loud[mode] = bool(seen & {colours.loss, colours.paper, colours.demo})
    assert loud == {Mode.LIVE: False, Mode.PAPER: True, Mode.DEMO: True}


@pytest.mark.parametrize("text", ["short", "a long status " * 30])
def test_a_text_that_does_not_fit_is_whole_in_the_tooltip(qtbot: QtBot, text: str) -> None:
    button = ElidedButton("Status")
    qtbot.addWidget(button)
    button.setText(text)
    button.show_more("more")
    button.resize(120, 24)
    button.show()
    assert button.minimumSizeHint().width() < 120
    assert button.toolTip() == ("more" if text == "short" else f"{text}\nmore")
    heard = QAccessible.queryAccessibleInterface(button)
    assert heard.text(QAccessible.Text.Name) == f"Status: {text}"
    assert heard.text(QAccessible.Text.Description) == "more"
