"""What is on the screen of the table of closed positions, pixel by pixel."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from PySide6.QtCore import QLocale, QRect
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QApplication

from app.domain.history.closed_positions import ClosedPositionRow
from app.domain.model.positions import Close, Source, StoredClose
from app.ui.closed.columns import KEYS, SPEC
from app.ui.closed.state import ClosedLine, ClosedState
from app.ui.closed.table import ClosedModel, ClosedTable
from app.ui.style.formatting import Formats
from app.ui.style.theme import DARK, LIGHT, figures_font
from app.ui.table.core.column import PlainContext
from app.ui.table.view.table_painter import INDENT
from tests.store.trading import AAPL, CALL, at
from tests.ui.conftest import delete
from tests.ui.pixels import inked, near, picture, strongest


def line(number: int, *gains: str, source: Source = Source.BROKER) -> ClosedLine:
    """A position with a close for each gain."""
    closes = tuple(
        StoredClose(n, number, 1, "DU1", AAPL, close(gain, source)) for n, gain in enumerate(gains)
    )
    return ClosedLine(ClosedPositionRow(number, "DU1", AAPL, at(0), at(9), closes))


def close(gain: str, source: Source) -> Close:
    return Close(Decimal(1), None, None, Decimal(gain), source, at(9), is_full_close=True)


def show(table: ClosedTable, *lines: ClosedLine) -> None:
    ids = tuple(line.row.position_id for line in lines)
    table.show_state(ClosedState(ids=ids, lines=lines, read=len(ids)))


@pytest.fixture
def table(qapp: QApplication) -> Iterator[ClosedTable]:
    model = ClosedModel(SPEC, PlainContext(Formats(QLocale("en_US"))), is_paged=True)
    made = ClosedTable(model)
    made.set_colours(LIGHT)
    made.resize(1700, 300)
    made.show()
    show(made, line(1, "5"), line(2, "-5"), line(3, "2", "-9"))
    model.unfold(2, is_unfolded=True)
    yield made
    delete(made, qapp)


def cell(table: ClosedTable, row: int, key: str) -> QRect:
    return table.visualRect(table.model().index(row, KEYS.index(key)))


def test_gains_are_green_and_losses_red_in_selected_rows_too(table: ClosedTable) -> None:
    table.selectRow(1)
    image = picture(table)
    parts = [cell(table, row, "realized") for row in range(2)]
    assert near(strongest(image, parts[0]), LIGHT.gain)
    assert near(strongest(image, parts[1]), LIGHT.loss)
    backs = [image.pixelColor(part.topLeft()).name() == LIGHT.selection for part in parts]
    assert backs == [False, True]


def test_parts_are_quieter_and_stand_beneath_an_arrow(table: ClosedTable) -> None:
    table.clearFocus()  # whose frame is no arrow
    image = picture(table)
    part = cell(table, 3, "symbol")
    assert near(strongest(image, part), LIGHT.muted)
    assert near(strongest(image, cell(table, 1, "symbol")), LIGHT.text)
    arrows = [
        QRect(0, cell(table, row, "symbol").top(), INDENT + 9, part.height()) for row in range(4)
    ]
    assert [bool(inked(image, arrow)) for arrow in arrows] == [False, False, True, False]
    assert inked(image, part)[0] in range(2 * INDENT + 9, 2 * INDENT + 13)
    assert not inked(image, cell(table, 3, "account"))


def test_texts_are_written_where_a_moved_and_scrolled_column_is(table: ClosedTable) -> None:
    table.resize(600, 300)
    table.header.moveSection(table.header.visualIndex(KEYS.index("realized")), 1)
    assert near(strongest(picture(table), cell(table, 0, "realized")), LIGHT.gain)
    bar = table.horizontalScrollBar()
    bar.setValue(20)
    assert bar.value() == 20
    part = cell(table, 1, "realized")
    part.setLeft(cell(table, 1, "symbol").right() + 2)  # which stays in sight
    assert near(strongest(picture(table), part), LIGHT.loss)


def test_the_source_is_a_badge_in_its_cell(table: ClosedTable) -> None:
    part = cell(table, 0, "source")
    written = inked(picture(table), part)
    assert written[0] == part.left() + 7
    assert written[-1] < part.left() + 80


@pytest.mark.parametrize("points", [9, 14, 24])
def test_a_badge_grows_with_the_font_and_keeps_its_colours(table: ClosedTable, points: int) -> None:
    table.set_colours(DARK)
    table.setFont(QFont(table.font().family(), points))
    table.resize(4000, 300)
    show(table, line(1, "5", source=Source.ESTIMATE))
    image = picture(table)
    part = cell(table, 0, "source")
    assert near(
        strongest(image, QRect(part.left() + 10, part.center().y() - 4, 60, 8)), DARK.warning
    )
    rim = [
        part.top() + y
        for y in range(part.height())
        if image.pixelColor(part.left() + 7 + 10, part.top() + y).name() == DARK.warning_line
    ]
    written = QFontMetricsF(figures_font(table.font(), scale=0.88)).height()
    assert max(rim) - min(rim) >= written
    assert part.contains(part.left(), max(rim) + 1)
    assert inked(image, part)[-1] < part.right() - 5


@pytest.mark.parametrize("points", [9, 11, 18, 24])
def test_no_figure_is_cut_in_any_font(table: ClosedTable, points: int) -> None:
    table.setFont(QFont(table.font().family(), points))
    table.resize(4000, 300)
    large = line(1, "-1234567890.12", "-98765432109.87", source=Source.ESTIMATE)
    show(table, large)
    table.model().unfold(0, is_unfolded=True)
    picture(table)
    texts = QFontMetricsF(figures_font(table.font()))
    for row in range(3):
        for number, column in enumerate(SPEC.columns):
            if not table.isColumnHidden(number):
                text = str(table.model().index(row, number).data())
                indent = 0 if number else INDENT * 2
                room = table.columnWidth(number) - 20 - indent
                assert texts.horizontalAdvance(text) <= room + 1, column.title


def test_an_option_is_written_whole(table: ClosedTable) -> None:
    stored = StoredClose(1, 1, 1, "DU1", CALL, close("5", Source.BROKER))
    show(table, ClosedLine(ClosedPositionRow(1, "DU1", CALL, at(0), at(9), (stored,))))
    table.resize(400, 300)
    picture(table)
    texts = QFontMetricsF(figures_font(table.font()))
    needed = texts.horizontalAdvance(CALL.description) + 20 + INDENT
    assert table.columnWidth(KEYS.index("symbol")) >= needed


def test_other_colours_are_used_at_once(table: ClosedTable) -> None:
    table.set_colours(DARK)
    assert near(strongest(picture(table), cell(table, 1, "realized")), DARK.loss)
