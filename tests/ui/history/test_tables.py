"""The tables of runs, changes and steps: what their users arrange, and that no figure is cut."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget
from pytestqt.qtbot import QtBot

from app.domain.explain.model import ExplainedField
from app.domain.history.position_history import HistoryEntry, Timeline
from app.domain.model.positions import ChangeKind, Source
from app.domain.model.runs import Counts, Run, RunStatus, Trigger
from app.ui.history.change_columns import KEYS
from app.ui.history.change_rows import ChangeFigures, ChangeRow
from app.ui.history.change_table import ChangesTable
from app.ui.history.runs_columns import RUNS
from app.ui.history.runs_table import RunsModel, RunsTable
from app.ui.history.timeline_dialog import TimelineDialog
from app.ui.style.formatting import Formats
from app.ui.table.core.column import PlainContext
from app.ui.table.core.layout import SortKey
from app.ui.table.view.fast_table_view import FastTableView
from tests.ui.conftest import ENGLISH
from tests.ui.fakes import NOW, position
from tests.ui.history.test_page import table
from tests.ui.pixels import picture

D = Decimal
SIZES = (9, 11, 14, 18, 24)  # points
LONG = "A sentence that goes on and on until it is longer than any table is wide, and then some."


def figures(quantity: str, realized: str | None = None) -> ChangeFigures:
    pnl = None if realized is None else D(realized)
    return ChangeFigures(D(quantity), D("1234567.1234"), pnl, pnl and Source.ESTIMATE)


ROWS = (
    ChangeRow(0, "DU1", "MSFT", ChangeKind.CREATED, None, figures("9"), LONG, 1),
    ChangeRow(
        1, "DU2", "aapl", ChangeKind.CLOSED, figures("10"), figures("0", "-7654321.5"), "", 2
    ),
    ChangeRow(
        *(2, "DU1", "SPXW 17 Dec 2027 5432.5 C", ChangeKind.CREATED),
        *(None, figures("-123456789.12345678", "1"), "", 3),
    ),
)


@pytest.fixture
def changes(qtbot: QtBot) -> ChangesTable:
    made = ChangesTable(Formats(ENGLISH))
    qtbot.addWidget(made)
    made.resize(900, 300)
    made.show()
    made.show_changes(ROWS)
    return made


def click_title(view: FastTableView, key: str, qtbot: QtBot) -> None:
    section = [column.key for column in view.table.spec.columns].index(key)
    left, width = view.header.sectionViewportPosition(section), view.header.sectionSize(section)
    middle = QPoint(left + width // 2, view.header.height() // 2)
    qtbot.mouseClick(view.header.viewport(), Qt.MouseButton.LeftButton, pos=middle)


def symbols(changes: ChangesTable) -> list[str]:
    return [row[0] for row in table(changes.table, "Symbol")]


def test_changes_are_sorted_by_a_click_on_a_title(changes: ChangesTable, qtbot: QtBot) -> None:
    assert symbols(changes) == ["MSFT", "aapl", "SPXW 17 Dec 2027 5432.5 C"]
    click_title(changes, "quantity", qtbot)
    assert symbols(changes) == ["SPXW 17 Dec 2027 5432.5 C", "aapl", "MSFT"]
    click_title(changes, "symbol", qtbot)
    assert symbols(changes) == ["aapl", "MSFT", "SPXW 17 Dec 2027 5432.5 C"]
    click_title(changes, "realized_pnl", qtbot)
    click_title(changes, "realized_pnl", qtbot)
    assert symbols(changes)[-1] == "MSFT", "an unknown figure is the last in both orders"


def test_sorted_changes_are_explained_and_opened_as_what_they_are(
    changes: ChangesTable, qtbot: QtBot
) -> None:
    changes.show_layout(changes.table.layout.sorted_by("quantity"))
    changes.setCurrentIndex(changes.table.index(0, KEYS.index("quantity")))
    with qtbot.waitSignal(changes.explain_wanted) as asked:
        changes.explain()
    assert asked.args[:2] == [ROWS[2], ExplainedField.QUANTITY]
    with qtbot.waitSignal(changes.timeline_wanted) as asked:
        qtbot.keyClick(changes, Qt.Key.Key_Return)
    assert asked.args == [3]


def test_changes_are_grouped_by_what_happened_from_the_headers_menu(
    changes: ChangesTable, qtbot: QtBot
) -> None:
    changes.header.customContextMenuRequested.emit(QPoint(5, 5))
    (by,) = changes.header_menu.findChildren(QMenu)
    by.aboutToShow.emit()
    next(action for action in by.actions() if action.text() == "Change").trigger()
    changes.header_menu.close()
    assert symbols(changes)[:2] == ["Closed (1)", "aapl"]
    assert len(symbols(changes)) == 5
    changes.setCurrentIndex(changes.table.index(0, 0))
    with qtbot.assertNotEmitted(changes.timeline_wanted):
        qtbot.keyClick(changes, Qt.Key.Key_Return)
    assert symbols(changes)[:2] == ["Closed (1)", "Created (2)"], "Enter folds a group"
    changes.explain()
    menu = changes.menu_at(changes.visualRect(changes.currentIndex()).center())
    texts = [action.text() for action in menu.actions() if action.text()]
    assert texts == ["&Copy"]


def test_columns_are_hidden_and_shown_by_the_headers_menu(changes: ChangesTable) -> None:
    menu = changes.header_menu
    menu.aboutToShow.emit()
    actions = {action.text(): action for action in menu.actions()}
    assert not actions["Symbol"].isEnabled()
    actions["Average cost"].trigger()
    assert changes.isColumnHidden(KEYS.index("average_cost"))
    actions["Average cost"].trigger()
    assert not changes.isColumnHidden(KEYS.index("average_cost"))


def test_another_runs_changes_take_the_place_of_those_before(changes: ChangesTable) -> None:
    changes.selectRow(1)
    many = tuple(replace(ROWS[0], number=number) for number in range(5000))
    changes.show_changes(many)
    assert not {ROWS[1], ROWS[2]} & {row.value for row in changes.table.rows}
    changes.show_changes(ROWS[:1])
    assert [row.value for row in changes.table.rows] == [ROWS[0]]
    assert not changes.selectionModel().hasSelection()


def test_changes_are_copied_with_what_was_before(changes: ChangesTable) -> None:
    changes.selectRow(1)
    changes.copy()
    (titles, line) = QGuiApplication.clipboard().text().splitlines()
    assert titles.split("\t")[:3] == ["Symbol", "Change", "Quantity"]
    assert line.split("\t")[:3] == ["aapl", "Closed", "10 → 0"]
    assert line.split("\t")[4] == "≈ −7,654,321.50"


def runs_table(qtbot: QtBot) -> RunsTable:
    made = RunsTable(RunsModel(RUNS, PlainContext(Formats(ENGLISH)), is_paged=True))
    qtbot.addWidget(made)
    counts = Counts(123456, 7890123, 4567890, 12345678)
    made.table.show(
        [
            Run(Trigger.CLI, "All", NOW, 0.1, RunStatus.ERROR, Counts(), LONG, 2),
            Run(Trigger.MANUAL, "DU1", NOW, 86399.94, RunStatus.SUCCESS, counts, None, 1),
        ]
    )
    return made


def test_runs_stay_in_the_order_in_which_they_are_read(qtbot: QtBot) -> None:
    runs = runs_table(qtbot)
    runs.resize(1200, 300)
    runs.show()
    click_title(runs, "created", qtbot)
    assert runs.table.layout.sort == ()
    assert [run.id for run in runs.table.values] == [2, 1]


def test_runs_are_copied_exactly(qtbot: QtBot) -> None:
    runs = runs_table(qtbot)
    runs.selectRow(1)
    runs.copy()
    cells = QGuiApplication.clipboard().text().splitlines()[1].split("\t")
    assert cells[4:9] == ["86399.94", "123456", "7890123", "4567890", "12345678"]


def timeline(qtbot: QtBot) -> TimelineDialog:
    steps = tuple(
        HistoryEntry(
            *(NOW + timedelta(days=n), 10**n, ChangeKind.UPDATED, D(-(10**n)), D(10) ** n),
            *(D(-7) * 10**n if n else None, Source.ESTIMATE if n else None, LONG),
        )
        for n in range(9)
    )
    dialog = TimelineDialog(Timeline(position("AAPL"), steps), Formats(ENGLISH))
    qtbot.addWidget(dialog)
    return dialog


def test_a_timeline_is_sorted_by_a_click_and_begins_oldest_first(qtbot: QtBot) -> None:
    dialog = timeline(qtbot)
    dialog.show()
    assert [row[0] for row in table(dialog.steps, "Run")][:2] == ["1", "10"]
    click_title(dialog.table, "quantity", qtbot)
    assert dialog.steps.layout.sort == (SortKey("quantity"),)
    assert [row[0] for row in table(dialog.steps, "Run")][:2] == ["100,000,000", "10,000,000"]


@pytest.mark.parametrize("points", SIZES)
def test_no_figure_is_cut_in_any_size(points: int, changes: ChangesTable, qtbot: QtBot) -> None:
    dialog = timeline(qtbot)
    for shown, view in (
        *((view, view) for view in (changes, runs_table(qtbot))),
        (dialog, dialog.table),
    ):
        show_in(shown, points)
        look_over(view)
        assert cut(view) == []


@pytest.mark.parametrize("points", SIZES)
def test_a_long_note_does_not_make_a_table_scroll(points: int, qtbot: QtBot) -> None:
    runs = runs_table(qtbot)
    show_in(runs, points)
    runs.resize(2600, 300)
    look_over(runs)
    assert runs.horizontalScrollBar().maximum() == 0


def show_in(widget: QWidget, points: int) -> None:
    font = widget.font()
    font.setPointSize(points)
    widget.setFont(font)
    widget.resize(700, 500)
    widget.show()


def look_over(view: FastTableView) -> None:
    """Scrolls down and to the right and paints all that comes into sight."""
    down, right = view.verticalScrollBar(), view.horizontalScrollBar()
    for line in range(view.table.rowCount()):
        view.scrollTo(view.table.index(line, 0))
        right.setValue(0)
        picture(view)
        while right.value() < right.maximum():
            right.setValue(right.value() + right.pageStep())
            picture(view)
    down.setValue(0)


def cut(view: FastTableView) -> list[str]:
    """The columns, but for texts, that are too narrow for what is in them."""
    model, header = view.table, view.header
    return [
        column.key
        for number, column in enumerate(model.spec.columns)
        if column.is_number or not column.is_hideable
        if header.sectionSize(number)
        < view.painting.needed(model.lines, number, is_first=header.visualIndex(number) == 0)
    ]
