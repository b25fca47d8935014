"""The positions table against a C++ model in the same kind of view: repaint, reset; and how long
the user waits for a filter, an order, groups."""

import os
from collections.abc import Callable, Iterator

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_LOGGING_RULES", "qt.qpa.*=false")

from PySide6.QtCore import QLocale
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QApplication, QTableView

from app.domain.model.positions import LastSync, Position
from app.domain.model.snapshot import Holding
from app.sync.in_flight import gc_paused
from app.ui.positions.columns import COLUMNS, KEYS
from app.ui.positions.context import PositionsContext
from app.ui.positions.spec import SPEC
from app.ui.positions.table import PositionsModel, PositionsTable
from app.ui.style.formatting import Formats
from app.ui.style.theme import LIGHT
from app.ui.table.core.layout import SortKey, TableLayout
from tests.benchmarks.figures import Figure, milliseconds
from tests.benchmarks.scale import Scale
from tests.benchmarks.trading import START, holdings

SIZE = 1500, 900
SYNCED = LastSync(START)
REPAINTS = 20  # of which one sample is the mean


def measure(scale: Scale) -> Iterator[Figure]:
    application = QApplication.instance() or QApplication(["benchmarks"])
    held = tuple(position(n, one) for n, one in enumerate(holdings(scale.positions), 1))
    formats = Formats(QLocale("en_US"))
    model = PositionsModel(SPEC, PositionsContext(formats))
    table = PositionsTable(model)
    table.set_colours(LIGHT)
    table.resize(*SIZE)
    table.show()
    shown(table, held)
    application.processEvents()
    texts = texts_of(model)
    plain = plain_view(table, texts)
    application.processEvents()
    yield repaints(table, plain, scale.rounds)
    listed = tuple(model.values)
    for is_sorted, limit in ((False, 1.5), (True, 2.5)):
        yield resets(listed, texts, (table, plain), scale.rounds, is_sorted=is_sorted, limit=limit)
    shown(table, held)
    yield from waits(table, scale.rounds)
    for view in (table, plain):
        view.close()


def waits(table: PositionsTable, rounds: int) -> Iterator[Figure]:
    """From what the user does to what is painted."""
    model, default = table.table, SPEC.default
    value, symbol = SortKey("market_value", is_descending=True), SortKey("symbol")
    plain, by_value = (
        TableLayout(default.columns, (symbol,)),
        TableLayout(default.columns, (value,)),
    )
    by_type = TableLayout(default.columns, (value,), groups=("account", "type"))

    def search(text: str) -> None:
        model.filter("All", text)
        table.viewport().repaint()

    def arrange(layout: TableLayout) -> None:
        table.show_layout(layout)
        for column in range(len(COLUMNS)):
            model.subtotal(model.total, column)
        table.viewport().repaint()

    def waited(
        name: str, limit: float, begin: Callable[[], None], act: Callable[[], None]
    ) -> Figure:
        found = []
        for _ in range(rounds + 1):
            begin()
            QApplication.processEvents()
            found.append(milliseconds(act))
        return Figure(f"table: {name}", "ms", tuple(found[1:]), f"≤ {limit:g} ms", limit)

    yield waited("keystroke of a search", 50.0, lambda: search(""), lambda: search("s1"))
    search("")
    yield waited("sort", 60.0, lambda: arrange(plain), lambda: arrange(by_value))
    yield waited("group, subtotals", 120.0, lambda: arrange(plain), lambda: arrange(by_type))


def position(number: int, held: Holding) -> Position:
    return Position(
        *(held.account, held.instrument, held.quantity, held.average_cost, START, SYNCED),
        market_price=held.market_price,
        market_value=held.market_value,
        unrealized_pnl=held.unrealized_pnl,
        id=number,
    )


def texts_of(model: PositionsModel) -> list[list[str]]:
    """What the app's table shows, cell by cell: the floor shows the same."""
    rows, across = range(model.rowCount()), range(len(COLUMNS))
    return [[str(model.index(row, column).data() or "") for column in across] for row in rows]


def plain_view(like: PositionsTable, texts: list[list[str]]) -> QTableView:
    """The same kind of view, with the same columns, over Qt's own model."""
    view = QTableView()
    view.setFont(like.font())
    view.setShowGrid(False)
    view.setWordWrap(False)
    view.verticalHeader().hide()
    view.verticalHeader().setDefaultSectionSize(like.verticalHeader().defaultSectionSize())
    view.setModel(QStandardItemModel(0, len(COLUMNS)))
    for column in range(len(COLUMNS)):
        view.setColumnWidth(column, like.columnWidth(column))
    view.resize(like.size())
    view.show()
    put(view, prepared(texts), is_sorted=False)
    return view


def prepared(texts: list[list[str]]) -> QStandardItemModel:
    """Qt's own model of these cells, made before the clock runs."""
    model = QStandardItemModel(0, len(COLUMNS))
    for row in texts:
        model.appendRow([QStandardItem(text) for text in row])
    return model


def put(view: QTableView, model: QStandardItemModel, *, is_sorted: bool) -> None:
    """The least that a reset takes: other rows that stand ready, and their order."""
    with gc_paused():
        if is_sorted:
            model.sort(KEYS.index("symbol"))
        view.setModel(model)
        view.viewport().repaint()


def repaints(table: PositionsTable, plain: QTableView, rounds: int) -> Figure:
    assert painted(table) > 1 and painted(plain) > 1, "nothing is on the screen"

    def one(view: QTableView) -> float:
        return milliseconds(lambda: [view.viewport().repaint() for _ in range(REPAINTS)]) / REPAINTS

    pairs = [(one(plain), one(table)) for _ in range(rounds + 1)][1:]
    floors, samples = zip(*pairs, strict=True)
    return Figure("table: full repaint", "ms", samples, "≤ 1.3 ×", 1.3, floors)


def painted(view: QTableView) -> int:
    """How many colours a picture of the rows has; one where they are blank."""
    image = view.viewport().grab().toImage()
    middle = image.height() // 2
    return len({image.pixel(x, y) for x in range(image.width()) for y in range(middle, middle + 9)})


def resets(
    listed: tuple[Position, ...],
    texts: list[list[str]],
    views: tuple[PositionsTable, QTableView],
    rounds: int,
    *,
    is_sorted: bool,
    limit: float,
) -> Figure:
    """From an empty table, itself painted, to all of them painted. The app's own table is always in
    an order: it sorts rows that come in order, where "unsorted" is meant, and else rows that come
    backwards.

    Args:
        listed, texts: the positions and what their cells show, both in the table's order.
    """
    table, plain = views
    given, plain_given = (listed[::-1], texts[::-1]) if is_sorted else (listed, texts)
    samples, floors = [], []
    kept: list[QStandardItemModel] = []  # freeing 150,000 items is no part of a reset
    for _ in range(rounds + 1):
        model = prepared(plain_given)
        floors.append(milliseconds(lambda model=model: put(plain, model, is_sorted=is_sorted)))  # type: ignore[misc]
        kept.append(model)
        shown(table, ())
        QApplication.processEvents()
        samples.append(milliseconds(lambda: shown(table, given)))
        assert table.model().rowCount() == len(listed) == plain.model().rowCount()
    name = f"table: reset, {'sorted' if is_sorted else 'unsorted'}"
    ratios = tuple(samples[1:]), f"≤ {limit:g} ×", limit, tuple(floors[1:])
    return Figure(name, "ms", *ratios)


def shown(table: PositionsTable, held: tuple[Position, ...]) -> None:
    """As the controller has it shown: the collector waits meanwhile."""
    with gc_paused():
        table.table.show(held)
        while table.table.is_showing:
            QApplication.processEvents()
        table.viewport().repaint()
