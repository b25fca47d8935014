"""What is on the screen of the positions table, pixel by pixel."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from PySide6.QtCore import QLocale, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from app.ui.positions.columns import KEYS
from app.ui.positions.context import PositionsContext
from app.ui.positions.spec import SPEC
from app.ui.positions.table import PositionsModel, PositionsTable
from app.ui.style.formatting import Formats
from app.ui.style.theme import DARK, LIGHT
from app.ui.table.view.cell_painter import MARGIN, CellPainter
from tests.ui.conftest import delete
from tests.ui.fakes import position
from tests.ui.pixels import inked, near, picture, strongest


@pytest.fixture
def table(qapp: QApplication) -> Iterator[PositionsTable]:
    formats = Formats(QLocale("en_US"))
    made = PositionsTable(PositionsModel(SPEC, PositionsContext(formats)))
    made.set_colours(LIGHT)
    made.resize(1600, 300)
    made.show()
    gains = (Decimal(5), Decimal(-5), None)
    held = [position(f"S{n}", number=n, unrealized_pnl=gain) for n, gain in enumerate(gains)]
    made.table.show(held)
    yield made
    delete(made, qapp)


def cell(table: PositionsTable, row: int, key: str) -> QRect:
    return table.visualRect(table.model().index(row, KEYS.index(key)))


def test_gains_are_green_losses_red_and_others_plain(table: PositionsTable) -> None:
    image = picture(table)
    seen = [strongest(image, cell(table, row, "unrealized_pnl")) for row in range(3)]
    assert near(seen[0], LIGHT.gain) and not near(seen[0], LIGHT.loss)
    assert near(seen[1], LIGHT.loss) and not near(seen[1], LIGHT.gain)
    assert near(seen[2], LIGHT.text)


def test_a_selected_row_keeps_its_colours(table: PositionsTable) -> None:
    table.selectRow(1)
    image = picture(table)
    part = cell(table, 1, "unrealized_pnl")
    assert image.pixelColor(part.topLeft()).name() == LIGHT.selection
    assert near(strongest(image, part), LIGHT.loss)
    other = cell(table, 0, "unrealized_pnl").topLeft()
    assert image.pixelColor(other).name() != LIGHT.selection


def test_a_changed_row_is_marked(table: PositionsTable) -> None:
    held = table.table.values
    table.table.show(held, frozenset({held[2].identity}))
    image = picture(table)
    assert image.pixelColor(cell(table, 2, "symbol").topLeft()).name() == LIGHT.mark
    assert image.pixelColor(cell(table, 0, "symbol").topLeft()).name() != LIGHT.mark


def test_numbers_stand_right_and_words_left(table: PositionsTable) -> None:
    image = picture(table)
    word, number = cell(table, 0, "account"), cell(table, 0, "unrealized_pnl")
    assert inked(image, word)[0] - word.left() in range(9, 13)
    assert number.right() - inked(image, number)[-1] in range(9, 13)


def test_a_text_that_is_too_wide_stays_in_its_cell(table: PositionsTable) -> None:
    layout = table.table.layout.with_width("account", 50)
    table.show_layout(layout)
    image = picture(table)
    part = cell(table, 0, "account")
    written = inked(image, part)
    assert written and max(written) <= part.right() - 9


def test_a_scrolled_table_is_painted_where_its_cells_are(table: PositionsTable) -> None:
    table.resize(500, 300)
    table.scrollTo(table.model().index(0, KEYS.index("unrealized_pnl")))
    assert table.horizontalScrollBar().value() > 0
    image = picture(table)
    assert near(strongest(image, cell(table, 0, "unrealized_pnl")), LIGHT.gain)


def test_a_hidden_column_is_not_painted_over_its_neighbour(table: PositionsTable) -> None:
    table.show_layout(table.table.layout.with_column("quantity", is_shown=False))
    image = picture(table)
    part = cell(table, 0, "currency")
    assert part.left() == cell(table, 0, "symbol").right() + 1
    assert inked(image, part)[0] - part.left() in range(9, 13)


def test_other_colours_are_used_at_once(table: PositionsTable) -> None:
    table.set_colours(DARK)
    seen = strongest(picture(table), cell(table, 1, "unrealized_pnl"))
    assert near(seen, DARK.loss)


def test_the_column_that_names_the_row_stays_in_sight(table: PositionsTable) -> None:
    table.resize(500, 300)
    table.horizontalScrollBar().setValue(table.horizontalScrollBar().maximum())
    name = cell(table, 1, "symbol")
    assert name.left() == 0
    assert inked(picture(table), name)[0] in range(9, 13)
    assert table.indexAt(name.center()) == table.model().index(1, KEYS.index("symbol"))
    table.scrollTo(table.model().index(0, KEYS.index("quantity")))
    assert cell(table, 0, "quantity").left() >= name.right()


def test_the_table_is_mirrored_where_one_reads_from_right_to_left(table: PositionsTable) -> None:
    table.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    image = picture(table)
    word, number = cell(table, 1, "symbol"), cell(table, 1, "unrealized_pnl")
    assert word.left() > number.left()
    assert word.right() - inked(image, word)[-1] in range(9, 13)
    assert number.right() - inked(image, number)[-1] in range(9, 13)  # the points stay in line


def test_letters_of_another_font_do_not_move_the_others_off_their_line(
    qapp: QApplication,
) -> None:
    texts = CellPainter(qapp.font())
    rows = []
    for text in ("100", "100日"):  # the figures come first, in their own font
        image = QImage(200, 40, QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.white)
        painter = QPainter(image)
        texts.begin(painter)
        painter.setPen(Qt.GlobalColor.black)
        texts.paint(painter, text, 0, 200, texts.top(0, 40), is_right=False)
        painter.end()
        places = range(MARGIN, MARGIN + round(texts.width("100")) - 1)
        white = QColor(Qt.GlobalColor.white)
        rows.append([y for y in range(40) if any(image.pixelColor(x, y) != white for x in places)])
    assert rows[0]
    assert rows[0] == rows[1]
