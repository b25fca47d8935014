"""Live figures on the positions table, and on a QTableWidget as their peer."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTableWidget, QTableWidgetItem

from app.domain.live import PriceUpdate
from app.domain.living import Live
from app.domain.positions import Position
from app.ui import columns
from app.ui.columns import COLUMNS
from app.ui.positions_model import PositionsModel
from app.ui.positions_table import PositionsTable
from tests.benchmarks.figures import Figure, milliseconds

MOVING = 500  # positions
FLUSHED = 1_000  # ticks of a tenth of a second
PEER_TICKS = 200
ASCENDING = Qt.SortOrder.AscendingOrder
NUMBER = Qt.ItemDataRole.DisplayRole
# position's id -> the items of its price and its value
Items = dict[int, tuple[QTableWidgetItem, QTableWidgetItem]]


def ceiling(
    table: PositionsTable, held: tuple[Position, ...], texts: list[list[str]], rounds: int
) -> Figure:
    """Ticks a second on a table that is sorted by what moves and filtered. The app's folds the
    ticks of a tenth of a second into one flush; here it also sorts at every flush, which it
    really does every two seconds. A QTableWidget takes each tick, and sorts as it goes."""
    model = table.model()
    assert isinstance(model, PositionsModel)
    table.sortByColumn(columns.MARKET_VALUE, ASCENDING)
    model.filter("All", "S")
    widget, items = peer(table, texts, held)
    samples, floors = [], []
    for number in range(1, rounds + 1):
        ticks = [held[n % min(MOVING, len(held))] for n in range(FLUSHED)]
        few = ticks[:PEER_TICKS]
        floors.append(rate(lambda n=number, few=few: into_items(widget, items, few, n), len(few)))  # type: ignore[misc]
        samples.append(rate(lambda n=number, t=ticks: into_model(table, t, n), len(ticks)))  # type: ignore[misc]
        told = {model.position(row).id: row for row in range(model.rowCount())}
        row = told[ticks[0].id]
        shown = model.position(row).market_value
        assert shown == priced(ticks[0], number).market_value, "the ticks are not in the table"
    widget.close()
    goal = "≥ 20 × QTableWidget's", 20.0, tuple(floors)
    return Figure("ticks: ceiling", "/s", tuple(samples), *goal, at_least=True)


def priced(held: Position, step: int) -> Position:
    price = (held.market_price or Decimal(0)) + step
    return replace(held, market_price=price, market_value=price * held.quantity)


def rate(call: Callable[[], object], ticks: int) -> float:
    return ticks / milliseconds(call) * 1000


def into_model(table: PositionsTable, ticks: list[Position], step: int) -> None:
    model = table.model()
    assert isinstance(model, PositionsModel)
    prices = {one.identity: pushed(one, step) for one in ticks}
    if model.tick(Live(prices, moved=frozenset(prices))):
        model.rearrange()
    table.viewport().repaint()


def pushed(held: Position, step: int) -> PriceUpdate:
    now = priced(held, step)
    at = held.last_synced_at.replace(year=2027)
    figures = now.market_price, now.market_value, now.unrealized_pnl
    return PriceUpdate(*held.identity, held.quantity, *figures, at)


def into_items(widget: QTableWidget, items: Items, ticks: list[Position], step: int) -> None:
    for one in ticks:
        now = priced(one, step)
        price, value = items[one.id or 0]
        price.setText(str(now.market_price))
        value.setData(NUMBER, float(now.market_value or 0))
    widget.viewport().repaint()


def peer(
    like: PositionsTable, texts: list[list[str]], held: tuple[Position, ...]
) -> tuple[QTableWidget, Items]:
    """A sorted QTableWidget with the same rows, and the items of each position that move."""
    widget = QTableWidget(len(texts), len(COLUMNS))
    items: Items = {}
    for row, (cells, one) in enumerate(zip(texts, held, strict=True)):
        made = [QTableWidgetItem(text) for text in cells]
        made[columns.MARKET_VALUE].setData(NUMBER, float(one.market_value or 0))
        for column, item in enumerate(made):
            widget.setItem(row, column, item)
        items[one.id or 0] = made[columns.MARKET_PRICE], made[columns.MARKET_VALUE]
    widget.resize(like.size())
    widget.setSortingEnabled(True)
    widget.sortItems(columns.MARKET_VALUE)
    widget.show()
    return widget, items
