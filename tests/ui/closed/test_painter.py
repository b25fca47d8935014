"""What is on the screen of the tree of closed positions, pixel by pixel."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from PySide6.QtCore import QLocale, QModelIndex, QRect
from PySide6.QtWidgets import QApplication

from app.domain.history.closed_positions import ClosedPositionRow
from app.domain.model.positions import Close, Source, StoredClose
from app.ui.closed import columns
from app.ui.closed.model import ClosedModel
from app.ui.closed.state import ClosedState
from app.ui.closed.tree import ClosedTree
from app.ui.style.formatting import Formats
from app.ui.style.theme import DARK, LIGHT
from tests.store.trading import AAPL, at
from tests.ui.conftest import delete
from tests.ui.pixels import inked, near, picture, strongest


def line(number: int, *gains: int) -> ClosedPositionRow:
    """A position with a close for each gain."""
    closes = tuple(
        StoredClose(n, number, 1, "DU1", AAPL, close(gain)) for n, gain in enumerate(gains)
    )
    return ClosedPositionRow(number, "DU1", AAPL, at(0), at(9), closes)


def close(gain: int) -> Close:
    return Close(Decimal(1), None, None, Decimal(gain), Source.BROKER, at(9), is_full_close=True)


@pytest.fixture
def tree(qapp: QApplication) -> Iterator[ClosedTree]:
    formats = Formats(QLocale("en_US"))
    made = ClosedTree(ClosedModel(formats, LIGHT), formats, LIGHT)
    made.resize(1500, 300)
    made.show()
    lines = line(1, 5), line(2, -5), line(3, 2, -9)
    made.show_state(ClosedState(ids=(1, 2, 3), lines=lines, read=3))
    made.expandAll()
    yield made
    delete(made, qapp)


def cell(tree: ClosedTree, row: int, column: int, parent: QModelIndex | None = None) -> QRect:
    return tree.visualRect(tree.model().index(row, column, parent or QModelIndex()))


def test_gains_are_green_and_losses_red_in_selected_rows_too(tree: ClosedTree) -> None:
    tree.setCurrentIndex(tree.model().index(1, 0))
    image = picture(tree)
    parts = [cell(tree, row, columns.REALIZED) for row in range(2)]
    assert near(strongest(image, parts[0]), LIGHT.gain)
    assert near(strongest(image, parts[1]), LIGHT.loss)
    backs = [image.pixelColor(part.topLeft()).name() == LIGHT.selection for part in parts]
    assert backs == [False, True]


def test_parts_are_quieter_and_stand_beneath_an_arrow(tree: ClosedTree) -> None:
    image = picture(tree)
    whole = tree.model().index(2, 0)
    part = cell(tree, 0, columns.SYMBOL, whole)
    assert near(strongest(image, part), LIGHT.muted)
    assert near(strongest(image, cell(tree, 2, columns.SYMBOL)), LIGHT.text)
    indent = tree.indentation()
    arrows = [QRect(0, cell(tree, row, 0).top(), indent, part.height()) for row in range(3)]
    assert [bool(inked(image, arrow)) for arrow in arrows] == [False, False, True]
    assert inked(image, cell(tree, 0, columns.ACCOUNT))[0] in range(indent + 9, indent + 13)


def test_texts_are_written_where_a_moved_and_scrolled_column_is(tree: ClosedTree) -> None:
    tree.resize(500, 300)
    tree.header().moveSection(columns.REALIZED, 1)
    assert near(strongest(picture(tree), cell(tree, 0, columns.REALIZED)), LIGHT.gain)
    bar = tree.horizontalScrollBar()
    bar.setValue(40)
    assert bar.value() == 40
    assert near(strongest(picture(tree), cell(tree, 1, columns.REALIZED)), LIGHT.loss)


def test_the_source_is_a_badge_in_its_cell(tree: ClosedTree) -> None:
    part = cell(tree, 0, columns.SOURCE)
    written = inked(picture(tree), part)
    assert written[0] == part.left() + 7
    assert written[-1] < part.left() + 80


def test_other_colours_are_used_at_once(tree: ClosedTree) -> None:
    tree.set_colours(DARK)
    assert near(strongest(picture(tree), cell(tree, 1, columns.REALIZED)), DARK.loss)
