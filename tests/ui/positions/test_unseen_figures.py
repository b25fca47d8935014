"""A table that nobody sees only collects figures that move, and has them all when it is seen."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import QEvent, QLocale, QObject
from PySide6.QtWidgets import QApplication, QTabWidget

from app.domain.desktop.app_state import PortfolioView, SyncState
from app.domain.model.positions import Position
from app.ui.positions.columns import KEYS
from app.ui.positions.page import PositionsPage
from app.ui.style.formatting import Formats
from app.ui.table.core.layout import SortKey
from app.ui.table.core.rows import GroupLine
from tests.ui.conftest import until
from tests.ui.fakes import position

MANY = 2500
BY_VALUE = "market_value"


class Paints(QObject):
    """Counts them, and notes where they are."""

    def __init__(self, page: PositionsPage) -> None:
        super().__init__(page)
        self.regions: list[tuple[int, int]] = []  # top and height
        page.table.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            box = event.rect()  # type: ignore[attr-defined]
            self.regions.append((box.top(), box.height()))
        return super().eventFilter(watched, event)


class Moving:
    """Doubles values, and counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, held: Position) -> Position:
        self.asked += 1
        return replace(held, market_value=(held.market_value or Decimal(0)) * 2)


@pytest.fixture
def tabs(qapp: QApplication) -> Iterator[QTabWidget]:
    assert qapp is not None
    made = QTabWidget()
    made.addTab(PositionsPage(Formats(QLocale("en_US"))), "Positions")
    made.addTab(PositionsPage(Formats(QLocale("en_US"))), "Other")
    made.resize(1200, 700)
    made.show()
    yield made
    made.close()
    made.deleteLater()


async def shown(tabs: QTabWidget, count: int) -> PositionsPage:
    """The first page with so many positions, sorted and grouped."""
    page = tabs.widget(0)
    assert isinstance(page, PositionsPage)
    held = tuple(
        position(f"S{n:05}", number=n, market_value=Decimal(n)) for n in range(1, count + 1)
    )
    page.render_state(SyncState(stored=PortfolioView(held, ("DU1",))))
    await until(lambda: not page.model.is_showing)
    page.pane.set_layout(page.model.layout.sorted_by(BY_VALUE).grouped_by("type"))
    QApplication.processEvents()
    return page


def move(page: PositionsPage, moving: Callable[[Position], Position]) -> None:
    """All positions move, as a push of IBKR's tells the page."""
    held = [row.value.identity for row in page.model.rows]
    page.order.schedule(page.model.tick(held, moving))


def total(page: PositionsPage) -> Decimal | None:
    return page.model.subtotal(page.model.total, KEYS.index(BY_VALUE)).value


def hide_tab(tabs: QTabWidget) -> None:
    tabs.setCurrentIndex(1)


def show_tab(tabs: QTabWidget) -> None:
    tabs.setCurrentIndex(0)


@pytest.mark.parametrize(
    ("hide", "show"),
    [(hide_tab, show_tab), (QTabWidget.hide, QTabWidget.show)],
    ids=["a hidden tab", "a window in the tray"],
)
async def test_what_is_hidden_only_collects_and_has_the_newest_figures_when_shown(
    tabs: QTabWidget, hide: Callable[[QTabWidget], None], show: Callable[[QTabWidget], None]
) -> None:
    page, moving = await shown(tabs, MANY), Moving()
    before = total(page)
    hide(tabs)
    QApplication.processEvents()
    paints = Paints(page)
    move(page, moving)
    page.order.order()
    QApplication.processEvents()
    assert (moving.asked, paints.regions, total(page)) == (0, [], before)
    assert page.order.timer.isActive(), "it looks again later"
    show(tabs)
    await until(lambda: not page.model.is_busy and moving.asked == MANY)
    assert before is not None and total(page) == before * 2
    assert not page.order.timer.isActive()


async def test_a_minimized_window_only_collects(tabs: QTabWidget) -> None:
    page, moving = await shown(tabs, MANY), Moving()
    before = total(page)
    tabs.showMinimized()
    QApplication.processEvents()
    asked = moving.asked
    move(page, moving)
    page.order.order()
    assert (moving.asked, total(page)) == (asked, before)
    tabs.showNormal()
    page.order.order()
    await until(lambda: not page.model.is_busy and moving.asked == MANY)
    assert before is not None and total(page) == before * 2


async def test_only_the_lines_that_move_are_painted_again(tabs: QTabWidget) -> None:
    page, moving = await shown(tabs, 20), Moving()
    page.table.viewport().repaint()
    QApplication.processEvents()
    paints = Paints(page)
    number = 3
    row = page.model.value(number)
    assert row is not None
    page.model.tick([row.identity], moving)
    QApplication.processEvents()
    table = page.table
    assert paints.regions == [(table.rowViewportPosition(number), table.rowHeight(number))]
    assert moving.asked == 1


async def test_after_many_have_moved_order_and_sums_are_right(tabs: QTabWidget) -> None:
    page = await shown(tabs, MANY)

    def turned(held: Position) -> Position:
        return replace(held, market_value=-(held.market_value or Decimal(0)))

    before = [one.market_value for one in page.model.values]
    move(page, turned)
    page.model.rearrange()
    await until(lambda: not page.model.is_busy)
    after = [one.market_value for one in page.model.values]
    assert after == [-value for value in reversed(before) if value is not None]
    listed = [line.value for line in page.model.lines if not isinstance(line, GroupLine)]
    assert listed == page.model.values
    (group,) = (line for line in page.model.lines if isinstance(line, GroupLine))
    column = KEYS.index(BY_VALUE)
    assert page.model.subtotal(group, column).value == total(page) == -sum(range(1, MANY + 1))


async def test_sums_move_too_in_a_table_whose_order_does_not(tabs: QTabWidget) -> None:
    page, moving = await shown(tabs, MANY), Moving()
    page.pane.set_layout(replace(page.model.layout, sort=(SortKey("symbol"),)))
    before, summed = total(page), []
    page.model.summed.connect(lambda: summed.append(total(page)))
    move(page, moving)
    page.model.rearrange()
    await until(lambda: not page.model.is_busy)
    assert before is not None and summed == [before * 2]


async def test_what_the_user_does_meanwhile_does_not_wait(tabs: QTabWidget) -> None:
    page, moving = await shown(tabs, MANY), Moving()
    before = total(page)
    move(page, moving)
    page.model.rearrange()
    page.model.filter("All", "S00007")
    assert not page.model.is_busy
    assert [one.market_value for one in page.model.values] == [Decimal(14)]
    page.model.filter("All", "")
    assert before is not None and total(page) == before * 2
