"""Figures that move while the user looks: cells, sums, order, and what is dimmed when they stop."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.domain.desktop.app_state import LinkStatus
from app.domain.model.positions import LastSync
from app.domain.portfolio.broker_updates import LiveUpdates, PnlUpdate, PriceUpdate
from app.ui.positions.columns import KEYS
from app.ui.positions.market_data_controller import MarketDataController
from tests.ui.conftest import WAIT_MS, Desk, delete, until
from tests.ui.fakes import NOW, book, position

TIP = Qt.ItemDataRole.ToolTipRole
LATER = NOW + timedelta(seconds=30)


@pytest.fixture
def lively(desk: Desk, qapp: QApplication) -> Iterator[Desk]:
    """A connected desk that follows what is pushed."""
    controller = MarketDataController(desk.broker)  # type: ignore[arg-type]
    controller.updated.connect(desk.window.show_live)
    desk.controller.state_changed.connect(controller.on_state_changed)
    desk.broker.connect()
    yield desk
    delete(controller, qapp)


def pushed(number: int, value: str, at: datetime = LATER) -> PriceUpdate:
    amount = Decimal(value)
    return PriceUpdate("DU1", number, Decimal(10), amount / 10, amount, amount - 1000, at)


async def test_cells_move_without_a_sync_and_say_when_they_were_fresh(lively: Desk) -> None:
    await lively.load(book(position("AAPL"), position("MSFT", number=2)))
    lively.broker.push(LiveUpdates((pushed(2, "1234"),)))
    assert lively.column("Market value") == ["1,100.00", "1,234.00"]
    assert lively.column("Unrealized P&L")[1] == "+234.00"
    assert lively.service.requests == []
    tip = str(lively.cell(1, "market_value", TIP))
    assert tip == f"As of {lively.window.formats.exact_time(LATER)}"
    assert str(lively.cell(0, "market_value", TIP)).startswith("As of the sync ")


async def test_the_days_pnl_has_a_column_of_its_own(lively: Desk) -> None:
    await lively.load(book(position("AAPL")))
    assert lively.column("Daily P&L") == ["—"]
    pnl = PnlUpdate("DU1", 1, Decimal("-12.5"), None, None, None, LATER)
    lively.broker.push(LiveUpdates(pnl=(pnl,)))
    assert lively.column("Daily P&L") == ["−12.50"]


async def test_a_sync_in_between_keeps_the_newer_figure(lively: Desk) -> None:
    await lively.load(book(position("AAPL")))
    lively.broker.push(LiveUpdates((pushed(1, "1234"),)))
    await lively.load(book(position("AAPL", average_cost=Decimal(99))))
    assert lively.column("Average cost") == ["99.00"]
    assert lively.column("Market value") == ["1,234.00"]
    newer = position("AAPL", last_sync=LastSync(LATER + timedelta(seconds=1)))
    await lively.load(book(newer))
    assert lively.column("Market value") == ["1,100.00"]


def is_italic(desk: Desk, row: int, key: str) -> bool:
    model = desk.window.positions.model
    return model.is_italic(model.lines[row], KEYS.index(key))  # type: ignore[arg-type]


async def test_lost_figures_are_italic_in_their_own_colours_and_say_why(lively: Desk) -> None:
    await lively.load(book(position("AAPL")))
    lively.broker.push(LiveUpdates((pushed(1, "1234"),)))
    tone = lively.tone(0, "unrealized_pnl")
    assert not is_italic(lively, 0, "market_value")
    lively.broker.lose()
    assert is_italic(lively, 0, "market_value")
    assert not is_italic(lively, 0, "quantity")
    assert lively.tone(0, "unrealized_pnl") == tone == "gain"
    assert "is lost" in str(lively.cell(0, "market_value", TIP))
    net = lively.window.summary.headline.figures[0].number
    await until(lambda: net.font().italic())
    assert net.accessibleName().endswith(", out of date")
    lively.broker.connect()
    assert not is_italic(lively, 0, "market_value")
    lively.broker.lose(LinkStatus.STALE)
    assert is_italic(lively, 0, "market_value")


async def test_rows_come_into_order_again_after_a_pause_and_keep_the_selection(
    lively: Desk,
) -> None:
    await lively.load(book(position("AAPL"), position("MSFT", number=2)))
    page = lively.window.positions
    lively.sort("market_value", is_descending=True)
    page.table.selectRow(0)
    lively.broker.push(LiveUpdates((pushed(2, "5000"),)))
    assert lively.column("Symbol") == ["AAPL", "MSFT"], "not at once"
    assert page.order.timer.isActive()
    page.model.rearrange()
    assert lively.column("Symbol") == ["MSFT", "AAPL"]
    (chosen,) = page.table.selectionModel().selectedRows()
    assert chosen.row() == 1


async def test_the_sums_follow_within_a_second(lively: Desk, qtbot: QtBot) -> None:
    await lively.load(book(position("AAPL")))
    summary = lively.window.summary
    before = [figure.text() for figure in summary.headline.figures]
    with qtbot.waitSignal(summary.pause.timeout, timeout=WAIT_MS):
        lively.broker.push(LiveUpdates((pushed(1, "1234"),)))
    after = [figure.text() for figure in summary.headline.figures]
    assert before[2] != after[2]
