"""Rows that come above what is on the screen do not move it."""

from operator import attrgetter

from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot

from app.ui.style.formatting import Formats
from app.ui.table.core.column import Column, PlainContext, TableSpec, default_columns
from app.ui.table.core.layout import TableLayout
from app.ui.table.model.table_model import TableModel
from app.ui.table.view.fast_table_view import FastTableView
from tests.ui.conftest import ENGLISH, until

COLUMNS: tuple[Column[int, PlainContext], ...] = (
    Column("number", "Number", lambda n, _: n, lambda n, _: str(n)),
)
SPEC: TableSpec[int, PlainContext] = TableSpec(
    name="numbers",
    columns=COLUMNS,
    key=attrgetter("real"),
    tie_break=attrgetter("real"),
    search_text=str,
    default=TableLayout(default_columns(COLUMNS)),
)


def first_on(table: FastTableView) -> tuple[int | None, int]:
    """The row, and how far from the top it begins."""
    index = table.indexAt(QPoint(0, 0))
    return table.table.value(index.row()), table.visualRect(index).top()


async def test_the_first_row_on_the_screen_stays_there(qtbot: QtBot) -> None:
    for many in (100, 3000):  # at once, and in slices
        model = TableModel(SPEC, PlainContext(Formats(ENGLISH)))
        table = FastTableView(model, "Numbers")
        qtbot.addWidget(table)
        table.resize(300, 400)
        table.show()
        model.show(range(100, 100 + many))
        await until(lambda model=model: not model.is_showing)  # type: ignore[misc]
        table.executeDelayedItemsLayout()
        table.verticalScrollBar().setValue(333)
        before = first_on(table)
        assert before[0] == 100 + 333 // table.rowHeight(0)
        model.show(range(40, 100 + many))
        await until(lambda model=model: not model.is_showing)  # type: ignore[misc]
        assert first_on(table) == before
