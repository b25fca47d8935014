"""Errors that stop the program, and bugs, are shown in a message box."""

import sys
import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.domain.text.messages import Message
from app.platform.crash_guard import BUG, CrashGuard
from app.ui.support.message_boxes import (
    DEFAULTS,
    QUIT,
    FaultReporter,
    ask,
    chosen_in,
    error_box,
)
from tests.ui.conftest import until


def open_box() -> QMessageBox | None:
    found = [box for box in QApplication.topLevelWidgets() if isinstance(box, QMessageBox)]
    return next((box for box in found if box.isVisible()), None)


def press(box: QMessageBox, text: str) -> None:
    next(one for one in box.findChildren(QPushButton) if one.text() == text).click()


async def test_a_box_shows_the_line_as_it_is_and_returns_the_choice(qtbot: QtBot) -> None:
    box = error_box("It is <b>broken</b>.", (DEFAULTS, QUIT), detail="Line 2: <img src=x>")
    qtbot.addWidget(box)
    assert box.textFormat() is Qt.TextFormat.PlainText
    assert (box.text(), box.informativeText()) == ("It is <b>broken</b>.", "Line 2: <img src=x>")
    box.show()
    press(box, DEFAULTS)
    again = error_box("It is broken.", (DEFAULTS, QUIT))
    again.show()
    qtbot.keyClick(again, Qt.Key.Key_Escape)
    await until(lambda: not again.isVisible())
    assert again.clickedButton() is again.escapeButton()
    again.deleteLater()


def test_a_choice_is_the_same_in_any_language(qtbot: QtBot) -> None:
    box = error_box("It is broken.", (Message("Quit", lambda: "Beenden"),))
    qtbot.addWidget(box)
    box.show()
    press(box, "Beenden")
    assert chosen_in(box) == QUIT


async def test_a_bug_on_another_thread_is_shown_once_in_the_window(
    qtbot: QtBot, expected_warnings: list[str]
) -> None:
    expected_warnings.append("a thread failed")
    window = QWidget()
    qtbot.addWidget(window)
    reporter = FaultReporter(window)
    guard = CrashGuard(reporter.fault_caught.emit)
    guard.install()
    try:
        for _ in range(3):
            thread = threading.Thread(target=lambda: [].pop())
            thread.start()
            thread.join()
    finally:
        guard.remove()
    await until(lambda: reporter.box is not None)
    assert reporter.box is not None
    assert reporter.box.text() == BUG
    reporter.box.close()
    await until(lambda: reporter.box is None)


async def test_a_callback_that_fails_in_the_loop_is_reported(expected_warnings: list[str]) -> None:
    expected_warnings.append("a task or callback failed")
    reports: list[str] = []
    guard = CrashGuard(reports.append)
    guard.on_loop(None, {"message": "x", "exception": IndexError("list index")})  # type: ignore[arg-type]
    assert reports == [BUG]


def test_the_hooks_are_as_before_once_they_are_removed() -> None:
    before = sys.excepthook, sys.unraisablehook, threading.excepthook
    guard = CrashGuard(str)
    guard.install()
    guard.remove()
    assert (sys.excepthook, sys.unraisablehook, threading.excepthook) == before


async def test_a_question_returns_the_chosen_button(qtbot: QtBot) -> None:
    import asyncio

    box = error_box("It is broken.", (DEFAULTS, QUIT))
    asked = asyncio.ensure_future(ask(box))
    await until(box.isVisible)
    press(box, QUIT)
    assert await asked == QUIT
    assert qtbot


@pytest.mark.parametrize("error", [MemoryError(), OSError(24, "Too many open files")])
def test_the_message_names_what_the_computer_lacks(
    error: Exception, expected_warnings: list[str]
) -> None:
    expected_warnings.append("it failed")
    reports: list[str] = []
    guard = CrashGuard(reports.append)
    guard._catch("it failed", error)
    assert reports != [BUG]
    assert len(reports) == 1
