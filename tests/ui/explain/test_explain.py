"""Explaining a number: from the cell, the menu or the keys to the popover."""

import asyncio
from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from app.domain.explain.model import AllocatedFill, ExplainedClose, ExplainedField, Explanation
from app.domain.history.closed_positions import ClosedPositionRow
from app.domain.model.errors import StoreError
from app.domain.model.positions import Close, FillAllocation, Source, StoredClose
from app.domain.model.snapshot import Fill
from app.ui.explain.controller import ExplainController
from app.ui.explain.popover import ExplainPopover
from app.ui.positions.columns import KEYS
from tests.ui.conftest import Desk, until
from tests.ui.fakes import NOW, book, position

CELL = QRect(100, 100, 80, 24)
D = Decimal


class FakeCloses:
    """Gives the closes that it was given, or the error, once the gate is open."""

    def __init__(self) -> None:
        self.closes: tuple[ExplainedClose, ...] = ()
        self.error: Exception | None = None
        self.gate = asyncio.Event()
        self.gate.set()

    async def explained_closes(self, position_id: int) -> tuple[ExplainedClose, ...]:
        await self.gate.wait()
        if self.error is not None:
            raise self.error
        return tuple(each for each in self.closes if each.stored.position_id == position_id)


class Explainer:
    """The window with an explaining controller, and what a test does to them."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.store = FakeCloses()
        self.controller = ExplainController(self.store, desk.window.formats, desk.window)
        self.table = desk.window.positions.table
        self.table.explain_wanted.connect(self.controller.explain)

    def made(self, explanation: Explanation) -> ExplainPopover:
        window = self.desk.window
        return ExplainPopover(explanation, window.formats, window)

    def popover(self) -> ExplainPopover | None:
        """The visible one."""
        found = self.desk.window.findChildren(ExplainPopover)
        return next((each for each in found if each.isVisible()), None)

    async def shown(self) -> ExplainPopover:
        await until(lambda: self.popover() is not None)
        popover = self.popover()
        assert popover is not None
        return popover

    def centre(self, key: str) -> QPoint:
        index = self.table.model().index(0, KEYS.index(key))
        self.table.scrollTo(index)
        return self.table.visualRect(index).center()

    def double_click(self, key: str, qtbot: QtBot) -> None:
        """On the first row."""
        place, button = self.centre(key), Qt.MouseButton.LeftButton
        qtbot.mouseClick(self.table.viewport(), button, pos=place)
        qtbot.mouseDClick(self.table.viewport(), button, pos=place)


@pytest.fixture
def explainer(desk: Desk) -> Explainer:
    return Explainer(desk)


def line_of(*closes: ExplainedClose) -> ClosedPositionRow:
    first = closes[0].stored
    stored = tuple(explained.stored for explained in closes)
    return ClosedPositionRow(first.position_id, first.account, first.instrument, NOW, None, stored)


def a_close(number: int = 5, position_id: int = 1) -> ExplainedClose:
    instrument = position("AAPL").instrument
    sold = Fill("0000e0d5.65.01.01", "DU1", instrument, D(-8), D("12.5"), NOW, D(1), "USD", D(99))
    close = Close(
        D(4), D(10), D("12.5"), D(99), Source.BROKER, NOW, False, D("0.5"), D(40),
        (FillAllocation(sold.exec_id, D(4)),),
    )  # fmt: skip
    stored = StoredClose(number, position_id, 7, "DU1", instrument, close)
    return ExplainedClose(stored, (AllocatedFill(sold.exec_id, D(4), sold),), NOW)


async def test_a_double_click_on_a_value_explains_it(explainer: Explainer, qtbot: QtBot) -> None:
    await explainer.desk.load(book(position("AAPL", market_value=D("1100.01"))))
    explainer.double_click("market_value", qtbot)
    popover = await explainer.shown()
    texts = popover.texts()
    assert texts[:4] == [
        "Market value, USD",
        "AAPL · DU1",
        "price × quantity × multiplier",
        "110 × 10 × 1 = 1,100",
    ]
    assert texts[texts.index("Rounding") + 1] == "0.01"
    assert texts[-1].startswith("Read from IBKR 23 Nov 2026, ")


async def test_a_double_click_elsewhere_explains_nothing(
    explainer: Explainer, qtbot: QtBot
) -> None:
    await explainer.desk.load(book(position("AAPL")))
    explainer.double_click("symbol", qtbot)
    assert explainer.popover() is None


async def test_ctrl_e_explains_the_current_cell_or_the_unrealized_pnl(
    explainer: Explainer, qtbot: QtBot
) -> None:
    desk = explainer.desk
    await desk.load(book(position("AAPL")))
    desk.window.activateWindow()
    await until(desk.window.isActiveWindow)
    for key, title in (
        ("unrealized_pct", "Unrealized %, USD"),
        ("average_cost", "Average cost, USD"),
        ("symbol", "Unrealized P&L, USD"),
    ):
        explainer.table.setCurrentIndex(explainer.table.model().index(0, KEYS.index(key)))
        desk.window.window_actions.explain.trigger()
        popover = await explainer.shown()
        assert popover.texts()[0] == title
        focused = popover.focusWidget()
        assert focused is not None
        qtbot.keyClick(focused, Qt.Key.Key_Escape)
        assert explainer.popover() is None
    assert desk.window.window_actions.explain.shortcut().toString() == "Ctrl+E"


async def test_the_context_menu_explains_the_number_under_it(explainer: Explainer) -> None:
    await explainer.desk.load(book(position("AAPL")))
    for key, is_number in (("unrealized_pnl", True), ("symbol", False)):
        explainer.table.customContextMenuRequested.emit(explainer.centre(key))
        (menu,) = [m for m in explainer.table.findChildren(QMenu) if m.isVisible()]
        (action,) = [a for a in menu.actions() if a.text() == "&Explain this number"]
        assert action.isEnabled() is is_number
        if is_number:
            action.trigger()
            assert (await explainer.shown()).texts()[0] == "Unrealized P&L, USD"
        menu.close()
        await until(lambda: not any(m.isVisible() for m in explainer.table.findChildren(QMenu)))


async def test_a_realized_pnl_brings_its_executions(explainer: Explainer) -> None:
    explainer.store.closes = (a_close(),)
    explainer.controller.explain(position("AAPL"), ExplainedField.REALIZED, CELL)
    popover = await explainer.shown()
    assert "the sum of IBKR's realized P&L of its executions" in popover.texts()
    assert "99 = +99.00" in popover.texts()
    popover.copy()
    copied = QGuiApplication.clipboard().text()
    assert "0000e0d5.65.01.01" in copied
    assert "4 of 8\t0.5\t+99.00" in copied
    assert popover.copy_button.text() == "Copied"


async def test_a_close_of_another_page_is_explained_by_itself(explainer: Explainer) -> None:
    other = a_close(6)
    explainer.store.closes = (a_close(5), other)
    explainer.controller.explain_closed(line_of(other), CELL)
    popover = await explainer.shown()
    assert popover.texts()[0] == "Realized P&L, USD"
    assert "99 = +99.00" in popover.texts()


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (StoreError("The database is locked."), "The database is locked."),
        (RuntimeError("a bug"), "the number could not be explained. The log"),
        (None, "This close is no longer stored"),
    ],
)
async def test_what_cannot_be_explained_says_why(
    explainer: Explainer,
    error: Exception | None,
    said: str,
    expected_warnings: list[str],
) -> None:
    expected_warnings.append("could not be explained")
    explainer.store.error = error
    explainer.controller.explain_closed(line_of(a_close()), CELL)
    popover = await explainer.shown()
    assert any(said in text for text in popover.texts())


async def test_only_the_newest_question_is_answered(explainer: Explainer) -> None:
    explainer.store.gate.clear()
    explainer.controller.explain(position("AAPL"), ExplainedField.REALIZED, CELL)
    explainer.controller.explain(position("AAPL"), ExplainedField.MARKET_VALUE, CELL)
    assert (await explainer.shown()).texts()[0] == "Market value, USD"
    explainer.store.gate.set()
    for _ in range(5):
        await asyncio.sleep(0)
    visible = [p for p in explainer.desk.window.findChildren(ExplainPopover) if p.isVisible()]
    assert len(visible) == 1


async def test_a_shutdown_ends_what_is_being_read(explainer: Explainer) -> None:
    explainer.store.gate.clear()
    explainer.controller.explain(position("AAPL"), ExplainedField.REALIZED, CELL)
    await explainer.controller.shutdown()
    explainer.controller.explain(position("AAPL"), ExplainedField.REALIZED, CELL)
    explainer.controller.explain(position("AAPL"), ExplainedField.MARKET_VALUE, CELL)
    assert explainer.popover() is None


@pytest.mark.parametrize("corner", [QPoint(0, 0), QPoint(5000, 5000), QPoint(-300, 790)])
def test_it_stays_on_the_screen(explainer: Explainer, corner: QPoint) -> None:
    fills = a_close().fills * 60
    explanation = Explanation("Title", "AAPL", "formula", ("1 = 1",), (), "Note.", fills, NOW)
    popover = explainer.made(explanation)
    popover.open_at(QRect(corner, CELL.size()))
    room = QGuiApplication.primaryScreen().availableGeometry()
    assert room.contains(popover.geometry())
    popover.close()


def test_a_click_outside_closes_it(explainer: Explainer, qapp: QApplication) -> None:
    popover = explainer.made(Explanation("Title", "AAPL"))
    popover.open_at(CELL)
    assert qapp.activePopupWidget() is popover
    assert popover.windowFlags() & Qt.WindowType.Popup
    popover.close()
    assert qapp.activePopupWidget() is None


def test_an_execution_without_a_report_or_a_record_has_dashes(explainer: Explainer) -> None:
    (used,) = a_close().fills
    assert used.fill is not None
    unreported = replace(used, fill=replace(used.fill, commission=None, realized_pnl=None))
    lost = AllocatedFill("x.01", D(3))
    explanation = Explanation("Title", "AAPL", fills=(unreported, lost))
    popover = explainer.made(explanation)
    popover.copy()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[-2].endswith("\t12.5\t4 of 8\t—\t—")
    assert lines[-1] == "x.01\t—\t—\t3\t—\t—"
    popover.close()
