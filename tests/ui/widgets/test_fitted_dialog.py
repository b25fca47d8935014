"""The dialogs for settings, a connection and a preview are as large as what they show.

The last test runs others again on a screen of 1280 × 800 at 200 %, which has little room.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QApplication,
    QDialogButtonBox,
    QLabel,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from app.domain.connection.test_result import ConnectionTest, ConnectionTestStep, Outcome, Step
from app.settings.model import GROUPS, Settings
from app.ui.connect.controller import ConnectController
from app.ui.connect.dialog import ConnectDialog
from app.ui.settings.dialog import SettingsDialog
from app.ui.sync.preview_dialog import PreviewDialog
from app.ui.widgets.fitted_dialog import ContentArea, FittedDialog
from tests.ui.conftest import Desk, delete
from tests.ui.fakes import created, position
from tests.ui.settings.test_automation_page import FakeApi
from tests.ui.settings.test_dialog import FakeProber
from tests.ui.sync.test_controller import previewed

SCREEN = '{"screens": [{"name": "S", "x": 0, "y": 0, "width": 1280, "height": 800}]}'
ADVICE = ("Start TWS or IB Gateway, and log in.", "Tick “Enable ActiveX and Socket Clients”.")
STEPS = 4  # a change of the layout may follow another one
AnyDialog = TypeVar("AnyDialog", bound=FittedDialog)


@pytest.fixture(params=[9, 11, 18], ids=["9pt", "11pt", "18pt"])
def points(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[int]:
    before = qapp.font()
    font = QFont(before)
    font.setPointSizeF(request.param)
    qapp.setFont(font)
    yield request.param
    qapp.setFont(before)


class Shown:
    """The dialogs over a window, whose style sheet they have."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.controller = ConnectController(FakeProber())

    def settings(self, group: str) -> SettingsDialog:
        dialog = SettingsDialog(
            Settings(),
            lambda _: "",
            self.controller,
            usual_path="/home/me/.local/share/position-sync/positions.sqlite",
            api=FakeApi(),
            parent=self.desk.window,
        )
        dialog.show_group(group)
        return self.opened(dialog)

    def connect(self) -> ConnectDialog:
        return self.opened(ConnectDialog(self.controller, Settings(), self.desk.window))

    def preview(self, changes: int, *, is_held: bool = False) -> PreviewDialog:
        made = [created(position(f"S{n}", number=n + 1)) for n in range(changes)]
        held = tuple(made) if is_held else ()
        window = self.desk.window
        return self.opened(PreviewDialog(previewed(*made, held=held), window.formats, window))

    def opened(self, dialog: AnyDialog) -> AnyDialog:
        dialog.open()
        settle()
        return dialog


@pytest.fixture
def shown(desk: Desk, qapp: QApplication) -> Iterator[Shown]:
    made = Shown(desk)
    yield made
    delete(made.controller, qapp)


def settle() -> None:
    for _ in range(STEPS):
        QApplication.processEvents()


def failed_test(dialog: ConnectDialog) -> ConnectionTest:
    step = ConnectionTestStep(Step.PORT, Outcome.FAILED, "Nothing listens there.", ADVICE)
    return ConnectionTest(dialog.target()).with_step(step)


def largest(dialog: FittedDialog) -> QSize:
    """The screen without the title bar."""
    title = dialog.style().pixelMetric(QStyle.PixelMetric.PM_TitleBarHeight)
    return dialog.screen().availableSize() - QSize(0, title)


def unused(content: QWidget) -> int:
    """The height below the lowest part of the content that is seen."""
    parts = (part for part in content.findChildren(QWidget) if part.isVisibleTo(content))
    return content.height() - max(
        part.mapTo(content, part.rect().bottomLeft()).y() for part in parts
    )


def check(dialog: FittedDialog, area: QAbstractScrollArea, band: int) -> None:
    """It is on the screen; nothing scrolls where there is room, and no room is left empty.

    Args:
        band: the height that is left empty.
    """
    most = largest(dialog)
    assert dialog.size().boundedTo(most) == dialog.size()
    assert area.verticalScrollBar().maximum() == 0 or dialog.height() == most.height()
    assert area.horizontalScrollBar().maximum() == 0 or dialog.width() == most.width()
    bar = area.horizontalScrollBar()
    assert band < 2 * dialog.fontMetrics().height() + bar.isVisible() * bar.height()


def test_settings_open_as_large_as_their_page(points: int, shown: Shown) -> None:
    for number, group in enumerate(GROUPS):
        dialog = shown.settings(group)
        check(dialog, dialog.areas[number], unused(dialog.pages[number]))
        assert dialog.font().pointSize() == points
        dialog.reject()


def test_every_page_of_the_settings_has_room_after_the_first(points: int, shown: Shown) -> None:
    dialog = shown.settings(GROUPS[0])
    for number, group in enumerate(GROUPS):
        dialog.show_group(group)
        settle()
        area = dialog.areas[number]
        check(dialog, area, 0)
    buttons = dialog.findChild(QDialogButtonBox)
    assert buttons is not None
    assert dialog.rect().contains(buttons.geometry())
    assert points


def test_the_dialog_to_connect_grows_with_its_advice(points: int, shown: Shown) -> None:
    dialog = shown.connect()
    content = dialog.area.widget()
    assert content is not None
    check(dialog, dialog.area, unused(content))
    height = dialog.height()
    dialog.steps.show_test(failed_test(dialog))
    settle()
    check(dialog, dialog.area, unused(content))
    assert dialog.height() > height or dialog.height() == largest(dialog).height()
    assert dialog.rect().contains(dialog.use.geometry())
    assert points


def test_a_sentence_that_breaks_only_beside_a_scroll_bar_needs_none(shown: Shown) -> None:
    sentence, advice = QLabel("word " * 40), QLabel()
    for label in (sentence, advice):
        label.setWordWrap(True)
    content = QWidget()
    column = QVBoxLayout(content)
    column.addWidget(sentence)
    column.addWidget(advice)
    area = ContentArea(content)
    area.setParent(shown.desk.window)
    for width in range(200, 300):
        height = content.heightForWidth(width)
        area.resize(width, height - 30)
        area.show()
        settle()
        assert area.verticalScrollBar().maximum() > 0
        area.resize(width, height)
        settle()
        assert area.verticalScrollBar().maximum() == 0


def test_a_dialog_that_the_user_made_smaller_stays_so(shown: Shown) -> None:
    dialog = shown.connect()
    smaller = dialog.size() - QSize(0, 40)
    dialog.resize(smaller)
    dialog.steps.show_test(failed_test(dialog))
    settle()
    assert dialog.size() == smaller


@pytest.mark.parametrize("is_held", [False, True], ids=["", "held"])
def test_a_preview_is_as_large_as_its_changes(points: int, shown: Shown, *, is_held: bool) -> None:
    for changes in (1, 8, 100):
        dialog = shown.preview(changes, is_held=is_held)
        table = dialog.changes
        rows = table.verticalHeader().length()
        check(dialog, table, max(table.viewport().height() - rows, 0))
        assert dialog.rect().contains(dialog.apply.geometry())
        dialog.reject()
    assert points


def test_a_preview_without_changes_is_small(points: int, shown: Shown) -> None:
    dialog = shown.preview(0)
    assert dialog.size().boundedTo(largest(dialog)) == dialog.size()
    assert dialog.height() == dialog.heightForWidth(dialog.width())
    assert dialog.rect().contains(dialog.apply.geometry())
    assert points


def test_they_fit_at_200_per_cent_too(tmp_path: Path) -> None:
    screen = tmp_path / "screen.json"
    screen.write_text(SCREEN)
    environment = os.environ | {
        "QT_QPA_PLATFORM": f"offscreen:configfile={screen}",
        "QT_SCALE_FACTOR": "2",
    }
    command = [sys.executable, "-m", "pytest", "-n", "0", "-p", "no:cacheprovider"]
    command += [__file__, "-k", "9pt or smaller"]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout
    assert " passed" in ended.stdout
