"""Many positions come to stand in the table in slices; nothing that happens meanwhile is lost."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QTableView, QWidget

from app.domain.model.positions import Position
from app.domain.portfolio.broker_updates import PriceUpdate
from app.domain.portfolio.live_overlay import LiveOverlay, overlay_position
from app.ui.positions.columns import KEYS
from app.ui.positions.context import PositionsContext
from app.ui.positions.spec import SPEC
from app.ui.positions.table import PositionsModel
from app.ui.style.formatting import Formats
from app.ui.table.core.layout import SortKey
from app.ui.table.core.row_store import SLICE
from app.ui.table.model.time_slicer import TimeSlicer, Work
from tests.ui.conftest import Desk, until
from tests.ui.fakes import NOW, book, position

MANY = 2 * SLICE + 500


def many(price: str = "110") -> list[Position]:
    return [position(f"S{n:05}", number=n, market_price=Decimal(price)) for n in range(1, MANY + 1)]


@pytest.fixture
def model(qapp: QApplication) -> Iterator[PositionsModel]:
    assert qapp is not None
    made = PositionsModel(SPEC, PositionsContext(Formats(QLocale("en_US"))))
    tester = QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Fatal)
    yield made
    tester.deleteLater()


def price_of(model: PositionsModel, row: int) -> str:
    return str(model.index(row, KEYS.index("market_price")).data())


async def test_many_positions_come_in_slices_and_then_all_at_once(model: PositionsModel) -> None:
    counts: list[int] = []
    model.rowsInserted.connect(lambda *_: counts.append(model.rowCount()))
    model.modelReset.connect(lambda: counts.append(model.rowCount()))
    model.show(many())
    assert (model.is_showing, model.rowCount()) == (True, 0)
    await until(lambda: not model.is_showing)
    assert counts == [MANY]


async def test_what_was_there_stays_until_the_others_are_taken_in(model: PositionsModel) -> None:
    model.show([position("OLD", number=MANY + 1)])
    model.show(many())
    assert [model.index(0, KEYS.index("symbol")).data(), model.rowCount()] == ["OLD", 1]
    await until(lambda: not model.is_showing)
    assert model.rowCount() == MANY


async def test_the_next_positions_follow_those_under_way(model: PositionsModel) -> None:
    model.show(many())
    model.show(many("120"))
    await until(lambda: not model.is_showing)
    assert {price_of(model, row) for row in (0, SLICE, MANY - 1)} == {"120.00"}


async def test_sorting_and_searching_do_not_wait(model: PositionsModel) -> None:
    model.show(many())
    model.set_layout(replace(model.layout, sort=(SortKey("symbol", is_descending=True),)))
    assert not model.is_showing
    assert model.index(0, KEYS.index("symbol")).data() == f"S{MANY:05}"
    model.show(many("120"))
    model.filter("All", "S00001")
    assert not model.is_showing
    assert (model.rowCount(), price_of(model, 0)) == (1, "120.00")


async def test_a_figure_that_moves_meanwhile_is_shown(model: PositionsModel) -> None:
    held = many()
    model.show(held)
    late = held[-1]
    price = PriceUpdate(
        *late.identity, late.quantity, Decimal(777), None, None, NOW + timedelta(seconds=1)
    )
    live = LiveOverlay(prices={late.identity: price}, changed=frozenset({late.identity}))
    model.tick(live.changed, lambda one: overlay_position(one, live))
    await until(lambda: not model.is_showing)
    assert price_of(model, MANY - 1) == "777.00"


async def test_the_window_shows_no_empty_page_meanwhile(desk: Desk) -> None:
    page = desk.window.positions
    content = replace(book(position("S")), positions=tuple(many()))
    pages: list[QWidget] = []
    page.stack.currentChanged.connect(lambda _: pages.append(page.stack.currentWidget()))
    await desk.load(content)
    assert page.stack.currentWidget() is page.empty_state
    await until(lambda: not page.model.is_showing)
    assert [page.table in shown.findChildren(QTableView) for shown in pages] == [True]
    assert page.caption.text().startswith(f"{MANY:,} positions")


async def test_many_new_rows_leave_the_first_line_where_it_is(desk: Desk) -> None:
    page = desk.window.positions
    held = many()
    await desk.load(replace(book(position("S")), positions=tuple(held[1 + SLICE :])))
    await until(lambda: not page.model.is_showing)
    page.table.scrollTo(page.model.index(SLICE, 0), page.table.ScrollHint.PositionAtTop)
    first = page.model.value(page.table.rowAt(0)).instrument.symbol
    await desk.load(replace(book(position("S")), positions=tuple(held)))
    await until(lambda: not page.model.is_showing)
    assert page.model.rowCount() == MANY
    assert page.model.value(page.table.rowAt(0)).instrument.symbol == first


def test_work_that_fails_is_over(qapp: QApplication) -> None:
    assert qapp is not None
    done: list[int] = []

    def failing() -> Work:
        done.append(1)
        yield
        raise ValueError("in the second slice")

    slices = TimeSlicer()
    slices.begin(failing())
    assert (done, slices.is_busy) == ([1], True)
    with pytest.raises(ValueError, match="second"):
        slices.finish()
    assert not slices.is_busy
