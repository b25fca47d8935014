"""The log window: the newest lines by level; what is copied or saved is masked."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from app.domain.text.redaction import masked
from app.platform.logs import RecentLines
from app.ui.support.log_window import LogLines, LogWindow


@pytest.fixture
def log() -> Iterator[logging.Logger]:
    logger = logging.Logger("app.under.test")
    logger.addHandler(RecentLines())
    yield logger


@pytest.fixture
def view(log: logging.Logger, qtbot: QtBot) -> Iterator[LogWindow]:
    (recent,) = log.handlers
    assert isinstance(recent, RecentLines)
    log.info("connected to U1234567")
    log.warning("slow")
    lines = LogLines(recent)
    made = LogWindow(lines, masked)
    qtbot.addWidget(made)
    yield made
    lines.end()


def texts(view: LogWindow) -> list[str]:
    return [line.partition(": ")[2] for line in view.text.toPlainText().splitlines()]


def test_earlier_lines_are_shown_and_new_ones_are_added(
    view: LogWindow, log: logging.Logger, qtbot: QtBot
) -> None:
    log.error("TWS closed the connection")
    qtbot.waitUntil(lambda: len(texts(view)) == 3, timeout=30_000)
    assert texts(view) == ["connected to U…67", "slow", "TWS closed the connection"]


def test_a_level_shows_its_own_lines_and_more_severe_ones(
    view: LogWindow, log: logging.Logger, qtbot: QtBot
) -> None:
    view.level.setCurrentText("Warnings")
    assert texts(view) == ["slow"]
    log.info("fine")
    log.error("broken")
    qtbot.waitUntil(lambda: "broken" in texts(view), timeout=30_000)
    assert texts(view) == ["slow", "broken"]


def test_what_is_copied_or_saved_masks_the_account_numbers(view: LogWindow, tmp_path: Path) -> None:
    view.copy.click()
    assert "connected to U…67" in QGuiApplication.clipboard().text()
    assert "1234567" not in QGuiApplication.clipboard().text()
    view.write(tmp_path / "log.txt")
    assert "connected to U…67" in (tmp_path / "log.txt").read_text(encoding="utf-8")


def test_only_the_newest_thousand_lines_are_kept() -> None:
    recent = RecentLines()
    logger = logging.Logger("app.under.test")
    logger.addHandler(recent)
    for number in range(1500):
        logger.info("line %d", number)
    assert len(recent.lines) == 1000
    assert recent.lines[0].text.endswith("line 500")
