"""The executions in an explanation: sorted, copied, and whole in every size of letters."""

from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.domain.explain.model import AllocatedFill, Explanation
from app.ui.explain.executions_table import ExecutionsTable
from app.ui.explain.popover import ExplainPopover
from app.ui.style.formatting import Formats
from app.ui.style.theme import DARK, LIGHT, palette
from tests.ui.conftest import ENGLISH
from tests.ui.explain.test_explain import CELL, a_close
from tests.ui.history.test_page import table
from tests.ui.history.test_tables import cut
from tests.ui.pixels import colours_of, picture

CONTROL = Qt.KeyboardModifier.ControlModifier


def some_fills() -> tuple[AllocatedFill, ...]:
    (used,) = a_close().fills
    assert used.fill is not None
    dear = replace(used.fill, exec_id="b.01", price=Decimal("1234567.875"))
    cheap = replace(used.fill, exec_id="c.01", price=Decimal("9.5"))
    return (
        AllocatedFill("b.01", Decimal(8), dear),
        AllocatedFill("lost.01", Decimal(3)),
        AllocatedFill("c.01", Decimal(4), cheap),
    )


def opened(qtbot: QtBot, points: int = 10) -> ExplainPopover:
    window = QApplication.activeWindow() or ExecutionsTable((), Formats(ENGLISH))
    qtbot.addWidget(window)
    font = window.font()
    font.setPointSize(points)
    window.setFont(font)
    explanation = Explanation("Title", "AAPL", fills=some_fills())
    popover = ExplainPopover(explanation, Formats(ENGLISH), window)  # type: ignore[arg-type]
    popover.open_at(CELL)
    return popover


def executions(popover: ExplainPopover) -> ExecutionsTable:
    assert popover.table is not None
    return popover.table


def test_they_stand_in_the_order_in_which_they_were_used(qtbot: QtBot) -> None:
    popover = opened(qtbot)
    shown = executions(popover)
    assert table(shown.table, "Execution", "Price", "Used") == [
        ["b.01", "1,234,567.875", "8"],
        ["lost.01", "—", "3"],
        ["c.01", "9.5", "4 of 8"],
    ]
    shown.header.sectionClicked.emit(2)
    assert [row[0] for row in table(shown.table, "Execution")] == ["c.01", "b.01", "lost.01"]
    popover.close()


def test_copy_takes_the_selected_ones_and_else_the_whole_explanation(qtbot: QtBot) -> None:
    popover = opened(qtbot)
    shown = executions(popover)
    qtbot.keyClick(shown, Qt.Key.Key_C, CONTROL)
    assert QGuiApplication.clipboard().text().startswith("Title\nAAPL\nExecution\tTime\t")
    shown.selectRow(2)
    qtbot.keyClick(shown, Qt.Key.Key_C, CONTROL)
    titles, line = QGuiApplication.clipboard().text().splitlines()
    assert titles.startswith("Execution\tTime\t")
    assert line.split("\t")[0] == "c.01"
    assert line.split("\t")[3] == "4 of 8"
    popover.close()


def test_the_menu_offers_no_export_of_what_closes_with_a_click(qtbot: QtBot) -> None:
    table = executions(opened(qtbot))
    menu = table.menu_at(QPoint(5, 5))
    assert "E&xport…" not in [action.text() for action in menu.actions()]


@pytest.mark.parametrize("points", [9, 11, 14, 18, 24])
def test_they_are_whole_and_all_in_sight(points: int, qtbot: QtBot) -> None:
    popover = opened(qtbot, points)
    shown = executions(popover)
    room = QGuiApplication.primaryScreen().availableGeometry()
    assert room.contains(popover.geometry())
    assert cut(shown) == []
    assert shown.verticalScrollBar().maximum() == 0
    last = shown.visualRect(shown.table.index(2, 0))
    assert last.bottom() < shown.viewport().height()
    is_wide_enough = shown.header.length() <= shown.viewport().width()
    assert is_wide_enough == (shown.horizontalScrollBar().maximum() == 0)
    popover.close()


def test_they_are_legible_in_the_dark(qtbot: QtBot) -> None:
    QApplication.setPalette(palette(DARK))
    try:
        popover = opened(qtbot)
        assert DARK.text in colours_of(picture(executions(popover)))
    finally:
        QApplication.setPalette(palette(LIGHT))
    popover.close()
