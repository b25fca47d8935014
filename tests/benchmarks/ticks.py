"""How many live figures a second a table takes: the positions table, and a QTableWidget as peer."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from time import perf_counter

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QTableWidget, QTableWidgetItem

from app.broker.reading.update_batcher import UpdateBatcher
from app.domain.model.positions import Position
from app.domain.portfolio.broker_updates import PriceUpdate
from app.ui.positions.columns import COLUMNS, KEYS
from app.ui.positions.page import PositionsPage
from tests.benchmarks.figures import Figure

MOVING = 500  # positions
FLUSHED = 20_000  # ticks between two tellings, of which there are at most ten a second
PEER_TICKS = 200
NUMBER = Qt.ItemDataRole.DisplayRole
# position's id -> the items of its price and its value
Items = dict[int, tuple[QTableWidgetItem, QTableWidgetItem]]


async def ceiling(
    page: PositionsPage, held: tuple[Position, ...], batch: UpdateBatcher, rounds: int
) -> Figure:
    """Ticks a second on a table that is sorted by what moves and filtered.

    The app's takes them through its broker's batch, which keeps the last of each position; here it
    also sorts at every telling, which it really does every two seconds. A QTableWidget takes each
    tick, and sorts as it goes.

    Args:
        batch: whose tellings come at once, and reach the page.
    """
    model = page.model
    widget, items = peer(page, held)
    samples, floors = [], []
    for step in range(1, rounds + 1):
        moving = [priced(one, step) for one in held[:MOVING]]
        ticks = [pushed(moving[n % len(moving)]) for n in range(FLUSHED)]
        few = [moving[n % len(moving)] for n in range(PEER_TICKS)]
        floors.append(len(few) / seconds(lambda few=few: into_items(widget, items, few)))  # type: ignore[misc]
        begun = perf_counter()
        await into_page(page, batch, ticks)
        took = perf_counter() - begun
        samples.append(len(ticks) / took)
        shown = {position.id: position for position in model.values}
        for one in moving:
            assert shown[one.id].market_value == one.market_value, "the ticks are not in the table"
    widget.close()
    goal = "≥ 20 × QTableWidget's", 20.0, tuple(floors)
    return Figure("ticks: ceiling", "/s", tuple(samples), *goal, at_least=True)


async def into_page(page: PositionsPage, batch: UpdateBatcher, ticks: list[PriceUpdate]) -> None:
    """From the first of them to the painted, sorted table."""
    told = asyncio.Event()
    page.model.live_updated.connect(told.set)
    for tick in ticks:
        batch.price(tick)
    await told.wait()
    page.model.live_updated.disconnect(told.set)
    page.order.order()
    while page.model.is_busy:
        QApplication.processEvents()
    page.table.viewport().repaint()


def priced(held: Position, step: int) -> Position:
    price = (held.market_price or Decimal(0)) + step
    return replace(held, market_price=price, market_value=price * held.quantity)


def pushed(now: Position) -> PriceUpdate:
    at = now.last_synced_at.replace(year=2027)
    figures = now.market_price, now.market_value, now.unrealized_pnl
    return PriceUpdate(*now.identity, now.quantity, *figures, at)


def seconds(call: Callable[[], object]) -> float:
    begun = perf_counter()
    call()
    return perf_counter() - begun


def into_items(widget: QTableWidget, items: Items, ticks: list[Position]) -> None:
    for now in ticks:
        price, value = items[now.id or 0]
        price.setText(str(now.market_price))
        value.setData(NUMBER, float(now.market_value or 0))
    widget.viewport().repaint()


def peer(page: PositionsPage, held: tuple[Position, ...]) -> tuple[QTableWidget, Items]:
    """A sorted QTableWidget with the same rows, and the items of each position that move."""
    model = page.model
    widget = QTableWidget(len(held), len(COLUMNS))
    items: Items = {}
    value = KEYS.index("market_value")
    for row, one in enumerate(model.values):
        texts = [str(model.index(row, column).data()) for column in range(len(COLUMNS))]
        made = [QTableWidgetItem(text) for text in texts]
        made[value].setData(NUMBER, float(one.market_value or 0))
        for column, item in enumerate(made):
            widget.setItem(row, column, item)
        items[one.id or 0] = made[KEYS.index("market_price")], made[value]
    widget.resize(page.size())
    widget.setSortingEnabled(True)
    widget.sortItems(value)
    widget.show()
    return widget, items
