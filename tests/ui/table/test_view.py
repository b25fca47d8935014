"""The table view with its filter bar and totals, used as a user would."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QFontMetricsF, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.ui.style.theme import LIGHT, figures_font
from app.ui.table.arranging.filter_bar import FilterBar
from app.ui.table.core.layout import Filter, SortKey, TableLayout
from app.ui.table.model.table_model import TableModel
from app.ui.table.view.cell_painter import MARGIN
from app.ui.table.view.fast_table_view import FastTableView
from app.ui.table.view.totals_line import TotalsLine
from tests.ui.conftest import WAIT_MS, delete
from tests.ui.pixels import near, picture, strongest
from tests.ui.table.values import COLUMNS, SPEC, Amount, Rated

Key, Button = Qt.Key, Qt.MouseButton
HUGE = Decimal("-123456789012345678.99")


class Page(QWidget):
    """The least that a page does: it owns the layout."""

    def __init__(self) -> None:
        super().__init__()
        self.model = TableModel(SPEC, Rated())
        self.view = FastTableView(self.model, "Amounts")
        self.bar = FilterBar(self.model)
        self.totals = TotalsLine(self.view)
        column = QVBoxLayout(self)
        for part in (self.bar, self.view, self.totals):
            column.addWidget(part)
        self.view.layout_wanted.connect(self.arrange)
        self.bar.layout_wanted.connect(self.arrange)
        self.view.set_colours(LIGHT)
        self.resize(700, 500)
        self.show()

    def arrange(self, layout: TableLayout) -> None:
        self.view.show_layout(layout)
        self.bar.show_layout(layout)

    @property
    def layout_now(self) -> TableLayout:
        return self.model.layout

    def texts(self, key: str) -> list[str]:
        column = [one.key for one in COLUMNS].index(key)
        return [str(self.model.index(row, column).data()) for row in range(self.model.rowCount())]


@pytest.fixture
def page(qapp: QApplication) -> Iterator[Page]:
    made = Page()
    yield made
    delete(made, qapp)


def amounts() -> list[Amount]:
    return [
        Amount(1, "DU1", "AAPL"),
        Amount(2, "DU2", "MSFT", pnl=Decimal(-3)),
        Amount(3, "DU1", "SAP", "EUR", quantity=Decimal(-5)),
    ]


class Paints(QObject):
    """Counts how often a widget is painted."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Paint
        return super().eventFilter(watched, event)


def click_title(page: Page, key: str) -> None:
    header = page.view.header
    section = [one.key for one in COLUMNS].index(key)
    place = QPoint(header.sectionViewportPosition(section) + 20, header.height() // 2)
    QTest.mouseClick(header.viewport(), Button.LeftButton, pos=place)


@pytest.mark.parametrize("size", [9, 11, 14, 18, 24])
def test_no_figure_is_cut_in_any_font(page: Page, size: int) -> None:
    huge = [replace(one, value=HUGE, quantity=HUGE, pnl=HUGE) for one in amounts()]
    page.model.show([*amounts(), *(replace(one, number=one.number + 9) for one in huge)])
    font = page.view.font()
    font.setPointSize(size)
    page.view.setFont(font)
    page.grab()
    metrics = QFontMetricsF(figures_font(page.view.font()))
    for number, column in enumerate(COLUMNS):
        for text in page.texts(column.key):
            needed = metrics.horizontalAdvance(text) + 2 * MARGIN
            assert page.view.columnWidth(number) >= int(needed), (column.key, text)
    header = page.view.header
    assert all(header.sectionSize(n) >= header.width_of_title(n) for n in range(len(COLUMNS)))


def test_totals_are_not_cut_either(page: Page) -> None:
    page.model.show([replace(one, value=HUGE, currency="USD") for one in amounts()])
    page.grab()
    text = page.totals.texts()["value"]
    metrics = QFontMetricsF(figures_font(page.view.font()))
    assert page.view.columnWidth(4) >= metrics.horizontalAdvance(text) + 2 * MARGIN


def test_spare_width_goes_to_the_first_column(page: Page) -> None:
    page.model.show(amounts())
    page.resize(2500, 500)
    page.grab()
    header = page.view.header
    assert header.length() == page.view.viewport().width()
    assert max(range(len(COLUMNS)), key=header.sectionSize) == 0


def test_a_click_on_a_title_sorts_and_another_turns_the_order_around(page: Page) -> None:
    page.model.show(amounts())
    click_title(page, "pnl")
    assert page.texts("pnl") == ["−3.00", "+10.00", "+10.00"]
    click_title(page, "pnl")
    assert page.texts("pnl") == ["+10.00", "+10.00", "−3.00"]
    assert page.layout_now.sort[0] == SortKey("pnl", is_descending=True)


def test_groups_fold_by_keys_and_by_the_mouse(page: Page) -> None:
    page.model.show(amounts())
    page.arrange(page.layout_now.grouped_by("account"))
    assert page.texts("symbol") == ["DU1 (2)", "AAPL", "SAP", "DU2 (1)", "MSFT"]
    page.view.setCurrentIndex(page.model.index(0, 0))
    QTest.keyClick(page.view, Key.Key_Left)
    assert page.texts("symbol") == ["DU1 (2)", "DU2 (1)", "MSFT"]
    QTest.keyClick(page.view, Key.Key_Right)
    assert page.model.rowCount() == 5
    page.view.setCurrentIndex(page.model.index(3, 0))
    QTest.keyClick(page.view, Key.Key_Return)
    assert page.model.rowCount() == 4
    arrow = page.view.visualRect(page.model.index(0, 0)).topLeft() + QPoint(12, 10)
    QTest.mouseClick(page.view.viewport(), Button.LeftButton, pos=arrow)
    assert page.texts("symbol") == ["DU1 (2)", "DU2 (1)"]


def test_a_group_shows_its_subtotals_and_the_totals_those_of_all(page: Page) -> None:
    page.model.show(amounts())
    page.arrange(page.layout_now.grouped_by("currency"))
    assert page.texts("value")[0] == "100.00"
    assert page.totals.texts()["value"] == "325.00"
    page.arrange(page.layout_now.with_filter(Filter("side", "long")))
    assert page.totals.texts()["value"] == "200.00"
    assert page.totals.title() == "Total (2)"


def test_a_chip_says_what_is_filtered_and_removes_it(page: Page) -> None:
    page.model.show(amounts())
    page.arrange(page.layout_now.with_filter(Filter("account", "DU2")))
    assert page.texts("symbol") == ["MSFT"]
    assert [chip.text() for chip in page.bar.chips] == ["Account: DU2"]
    page.bar.chips[0].click()
    assert page.model.rowCount() == 3
    assert page.bar.chips == []


def test_the_filter_menu_offers_what_there_is(page: Page) -> None:
    page.model.show(amounts())
    page.bar.filters.fill()
    kinds = {action.text(): action.menu() for action in page.bar.filters.actions()}
    assert [action.text() for action in kinds["Account"].actions()] == ["DU1", "DU2"]
    kinds["Account"].actions()[1].trigger()
    assert page.layout_now.filters == (Filter("account", "DU2"),)


def test_columns_are_hidden_and_shown_and_the_first_one_stays(page: Page) -> None:
    page.model.show(amounts())
    page.bar.columns.fill()
    first, second = page.bar.columns.actions()[:2]
    assert not first.isEnabled()
    second.trigger()
    assert page.view.isColumnHidden(1)
    second.trigger()
    assert page.layout_now.keys == tuple(column.key for column in COLUMNS)


def test_a_row_that_comes_and_goes_leaves_the_selection(page: Page) -> None:
    page.model.show(amounts())
    page.view.selectRow(1)
    page.model.show([*amounts(), Amount(9, symbol="AAAA")])
    chosen = page.view.selected_lines()
    assert [page.model.value(line).symbol for line in chosen] == ["MSFT"]


def test_copy_gives_exact_figures_with_titles_as_text_and_as_a_table(page: Page) -> None:
    page.model.show([replace(amounts()[0], value=Decimal("1234.56789"))])
    page.view.selectAll()
    QTest.keyClick(page.view, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    data = QGuiApplication.clipboard().mimeData()
    title, row = data.text().splitlines()
    assert title.split("\t")[:2] == ["Symbol", "Account"]
    assert row.split("\t")[4] == "1234.56789"
    assert "<td>1234.56789</td>" in data.html()


def test_an_empty_table_is_painted(page: Page) -> None:
    page.model.show([])
    assert not page.grab().isNull()
    assert page.totals.texts() == {}


def test_rows_with_which_a_scroll_bar_comes_are_painted_once(page: Page, qtbot: QtBot) -> None:
    many = [replace(amounts()[0], number=n) for n in range(60)]
    bar = page.view.verticalScrollBar()
    page.model.show(many)
    qtbot.waitUntil(bar.isVisible, timeout=WAIT_MS)
    page.model.show(())
    qtbot.waitUntil(lambda: not bar.isVisible(), timeout=WAIT_MS)
    QApplication.processEvents()
    paints = Paints(page.view.viewport())
    page.model.show(many)
    qtbot.waitUntil(lambda: bar.isVisible() and paints.count > 0, timeout=WAIT_MS)
    QApplication.processEvents()
    assert paints.count == 1


def test_a_screen_reader_says_the_row_the_column_and_the_currency(page: Page) -> None:
    page.model.show([replace(amounts()[0], pnl=Decimal("1240.5"), value=None)])
    role = Qt.ItemDataRole.AccessibleTextRole
    said = [page.model.index(0, column).data(role) for column in range(len(COLUMNS))]
    assert said[0] == "AAPL"
    assert said[4] == "AAPL, Value: not known"
    assert said[5] == "AAPL, P&L: +1,240.50 USD"


def test_the_text_of_the_current_cell_stays_readable_beside_a_marked_row(
    qapp: QApplication,
) -> None:
    spec = replace(SPEC, is_unseen=lambda row, _: row.symbol == "SAP")
    model = TableModel(spec, Rated())
    view = FastTableView(model, "Amounts")
    view.set_colours(LIGHT)
    view.resize(700, 300)
    model.show(amounts())
    view.show()
    view.setFocus()
    view.activateWindow()
    QTest.qWaitForWindowActive(view)
    view.setCurrentIndex(model.index(0, 0))
    assert view.hasFocus()
    image = picture(view)
    cell = view.visualRect(model.index(0, 0)).adjusted(2, 2, -2, -3)
    assert near(strongest(image, cell), LIGHT.text)
    assert image.pixelColor(cell.topRight()).name() == LIGHT.selection
    delete(view, qapp)


def test_a_mirrored_table_has_its_arrows_at_the_right_and_figures_still_end_there(
    page: Page,
) -> None:
    page.model.show(amounts())
    page.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    page.arrange(page.layout_now.grouped_by("account"))
    page.view.repaint()
    cell = page.view.visualRect(page.model.index(0, 0))
    left, right = (
        QPoint(cell.left() + 5, cell.center().y()),
        QPoint(cell.right() - 12, cell.y() + 8),
    )
    before = page.model.rowCount()
    QTest.mouseClick(page.view.viewport(), Button.LeftButton, pos=left)
    assert page.model.rowCount() == before
    QTest.mouseClick(page.view.viewport(), Button.LeftButton, pos=right)
    assert page.model.rowCount() < before
    places = page.view.places(page.view.viewport().rect())
    assert all(place.is_right and place.is_mirrored for place in places)
