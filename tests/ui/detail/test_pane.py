"""What the pane shows of one position, of several, of none; where it stands, when it reads."""

import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QToolButton, QWidget
from qasync import QEventLoop

from app.domain.explain.model import ExplainedField
from app.domain.model.notes import NotesEdit
from app.domain.model.positions import Position
from app.ui.detail.controller import GONE_TEXT
from app.ui.detail.fact_list import FactList
from app.ui.detail.facts import close_sums, position_sums, sum_fact
from app.ui.detail.pane import NOTHING, PAST
from app.ui.detail.state import DetailLayout, SelectionSum, layout_of
from app.ui.export.source import ExportSource
from app.ui.style.formatting import Formats
from tests.end_to_end.driver import user_folders
from tests.store.trading import AAPL, CALL, MSFT, SAP, fill, held, snapshot
from tests.ui.conftest import ENGLISH, delete, until
from tests.ui.detail.desk import DetailDesk
from tests.ui.fakes import position
from tests.ui.history.test_page import table

BOUGHT = fill("b1.01", "100", minute=0.5, price="10", commission="1")
SOLD = fill("s1.01", "-40", minute=5, price="12", commission="1", realized="79")
START = snapshot(1, held(), held(CALL, "2", "300"), held(SAP), fills=[BOUGHT])
REDUCED = snapshot(10, held(quantity="60"), held(CALL, "2", "300"), held(SAP), fills=[SOLD])
GONE = snapshot(20, held(CALL, "2", "300"), held(SAP), fills=[fill("s2.01", "-60", minute=15)])


def texts(facts: FactList) -> dict[str, str]:
    return {title: value.text() for title, value in facts.values.items()}


async def test_nothing_is_built_or_read_before_the_pane_is_wanted(detail: DetailDesk) -> None:
    await detail.take(START)
    await detail.choose(0)
    assert detail.detail.pane is None
    assert detail.window.centralWidget() is detail.window.tabs
    assert detail.detail_controller.state.position_id is None
    QTest.keyClick(detail.window, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    await detail.detail_read()
    assert detail.pane.isVisible()
    assert detail.pane.headline.text() == "AAPL · DU1"
    detail.window.window_actions.detail.trigger()
    assert detail.pane.isHidden()
    await detail.choose(1)
    assert detail.detail_controller.state.position_id is None


async def test_an_option_is_shown_in_full_and_its_contract_number_is_copied(
    detail: DetailDesk,
) -> None:
    await detail.take(START)
    pane = await detail.open_pane()
    await detail.choose(1)
    assert texts(pane.instrument) == {
        "Symbol": "AAPL",
        "Description": "AAPL 19 Dec 2026 200.5 C",
        "Type": "Option",
        "Underlying": "AAPL",
        "Expiry": "19 Dec 2026",
        "Strike": "200.5",
        "Right": "Call",
        "Multiplier": "100",
        "Value factor": "100",
        "Exchange": "SMART",
        "Currency": "USD",
        "Con ID": "4",
    }
    (copy,) = pane.instrument.findChildren(QToolButton)
    copy.click()
    assert QGuiApplication.clipboard().text() == "4"
    shown = texts(pane.holding)
    assert shown["Account"] == "DU1"
    assert shown["Average cost"] == "300.00"
    assert shown["Average price"] == "3.00"
    assert shown["Cost basis, USD"] == "600.00"
    assert shown["Market value, USD"] == "2,400.00"


async def test_the_pnl_has_its_formula_and_leads_to_the_explanation(detail: DetailDesk) -> None:
    await detail.take(START, REDUCED)
    pane = await detail.open_pane()
    await detail.choose(0)
    unrealized = pane.figures[ExplainedField.UNREALIZED]
    assert unrealized.value.text() == "+120.00 (+20.00%)"
    assert unrealized.formula.text() == "market value − average cost × quantity"
    assert unrealized.numbers.text() == "720 − 10 × 60 = +120.00"
    realized = pane.figures[ExplainedField.REALIZED]
    assert realized.value.text() == "+79.00"
    assert realized.numbers.text() == "79 = +79.00"
    asked: list[tuple[Position, ExplainedField]] = []
    detail.detail.explain_wanted.connect(lambda held, field, _cell: asked.append((held, field)))
    realized.link.click()
    ((of, field),) = asked
    assert (of.instrument, field) == (AAPL, ExplainedField.REALIZED)


async def test_executions_closes_and_changes_stand_in_tables(detail: DetailDesk) -> None:
    await detail.take(START, REDUCED)
    pane = await detail.open_pane()
    await detail.choose(0)
    found = table(pane.executions, "Side", "Quantity", "Price", "Commission", "Execution")
    assert found == [
        ["Bought", "100", "10", "1", "b1.01"],
        ["Sold", "−40", "12", "1", "s1.01"],
    ]
    assert table(pane.closes, "Kind", "Quantity", "Exit", "Realized P&L", "Source") == [
        ["Partial close", "40", "12.00", "+79.00", "exact"]
    ]
    assert table(pane.timeline.steps, "Change", "Quantity") == [
        ["Created", "100"],
        ["Reduced", "60"],
    ]
    await detail.choose(2)
    assert pane.executions_table.isHidden()
    assert pane.no_executions.isVisible()
    assert pane.no_closes.isVisible()


async def test_a_table_of_the_pane_copies_its_own_rows(detail: DetailDesk) -> None:
    await detail.take(START, REDUCED)
    pane = await detail.open_pane()
    await detail.choose(0)
    pane.executions_table.selectRow(1)
    pane.executions_table.setFocus()
    QTest.keyClick(pane.executions_table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert "s1.01" in QGuiApplication.clipboard().text()


async def test_a_table_of_the_pane_is_exported_from_its_menu(detail: DetailDesk) -> None:
    await detail.take(START)
    pane = await detail.open_pane()
    await detail.choose(0)
    asked: list[ExportSource] = []
    detail.detail.export_wanted.connect(asked.append)
    menu = pane.executions_table.menu_at(QPoint(5, 5))
    next(action for action in menu.actions() if "xport" in action.text()).trigger()
    menu.close()
    assert [source.model for source in asked] == [pane.executions]


async def test_the_chart_is_drawn_when_the_timeline_is_unfolded(detail: DetailDesk) -> None:
    await detail.take(START, REDUCED)
    pane = await detail.open_pane()
    await detail.choose(0)
    timeline = pane.sections[-1]
    assert not timeline.is_open
    assert pane.timeline.chart is None
    timeline.fold.click()
    await until(lambda: pane.timeline.chart is not None)
    first = pane.timeline.chart
    await detail.choose(1)
    await until(lambda: pane.timeline.chart not in (None, first))
    assert layout_of(detail.window.window_settings.detail).folded == ()


async def test_several_are_summed_up_by_currency(detail: DetailDesk) -> None:
    await detail.take(START)
    pane = await detail.open_pane()
    await detail.choose(0, 1, 2)
    assert pane.headline.text() == "3 positions are selected"
    assert pane.body.isHidden()
    assert list(pane.summary.lists) == ["EUR", "USD"]
    assert texts(pane.summary.lists["USD"])["Market value"] == "3,600.00"
    assert texts(pane.summary.lists["EUR"])["Unrealized P&L"] == "+200.00"
    await detail.choose()
    assert pane.sentence.isVisible()
    assert pane.sentence.text() == NOTHING


def test_an_incomplete_sum_says_how_many_are_missing() -> None:
    unknown = position("BBB", number=2, market_value=None)
    (usd,) = position_sums([position("AAA"), unknown]).values()
    assert usd[0] == SelectionSum("Market value", Decimal(1100), 1)
    assert sum_fact(usd[0], Formats(ENGLISH)).text == "1,100.00 (1 unknown)"


async def test_a_closed_position_is_read_and_shown_in_full(detail: DetailDesk) -> None:
    await detail.take(START, REDUCED, GONE)
    pane = await detail.open_pane()
    page = await detail.open_closed()
    await detail.choose(0, table=page.table)
    assert pane.headline.text() == "AAPL · DU1"
    shown = texts(pane.holding)
    assert shown["Quantity"] == "0"
    assert "Closed" in shown
    assert "Cost basis, USD" not in shown
    assert pane.figures[ExplainedField.UNREALIZED].isHidden()
    assert [row[0] for row in table(pane.closes, "Kind")] == ["Partial close", "Final close"]
    assert pane.notes.isEnabled()
    rows = [line.row for line in detail.closed.state.lines]
    (usd,) = close_sums(rows).values()
    assert [one.title for one in usd] == ["Realized P&L", "Commission"]


async def test_the_pane_hides_on_tabs_without_positions(detail: DetailDesk) -> None:
    await detail.take(START)
    pane = await detail.open_pane()
    await detail.choose(0)
    await detail.open_history()
    assert pane.isHidden()
    assert detail.detail_controller.state.position_id is None
    detail.window.tabs.setCurrentIndex(0)
    assert pane.isVisible()
    assert pane.headline.text() == "AAPL · DU1"


async def test_past_positions_say_so_and_their_notes_follow_an_edit(detail: DetailDesk) -> None:
    await detail.take(START, REDUCED)
    pane = await detail.open_pane()
    detail.history.show_as_of(1)
    await detail.answered()
    await detail.choose(0)
    assert pane.problem.text() == PAST
    assert texts(pane.holding)["Quantity"] == "100"
    assert pane.figures[ExplainedField.DAILY].isHidden()
    pane.notes.note.setPlainText("Bought too late")
    pane.notes.flush()
    await detail.answered_edits(1)
    past = detail.window.view.state.as_of
    assert past is not None
    assert [one.notes.text for one in past.positions if one.notes] == ["Bought too late"]
    assert detail.cell(0, "note") == "Bought too late"


async def test_a_position_whose_run_was_undone_is_not_stored_any_more(detail: DetailDesk) -> None:
    await detail.take(START)
    await detail.open_pane()
    detail.detail_controller.show(99)
    await detail.detail_read()
    assert detail.detail_controller.state.error == GONE_TEXT


async def test_the_newest_of_many_selections_wins(detail: DetailDesk) -> None:
    await detail.take(START)
    pane = await detail.open_pane()
    for row in (0, 1, 2, 0, 1):
        detail.window.positions.table.selectRow(row)
    await detail.detail_read()
    assert pane.headline.text().startswith("AAPL 19 Dec 2026")
    assert detail.detail_controller.state.detail is not None
    assert detail.detail_controller.state.detail.timeline.position.instrument == CALL


async def test_it_stands_beside_the_tables_where_there_is_room_else_under_them(
    detail: DetailDesk,
) -> None:
    await detail.take(START)
    await detail.open_pane()
    splitter = detail.detail.splitter
    assert splitter is not None
    detail.window.sync_dock.hide()
    detail.window.resize(1500, 800)
    await until(lambda: splitter.is_beside)
    splitter.moveSplitter(900, 1)
    width = detail.pane.width()
    assert layout_of(detail.window.window_settings.detail).beside == width
    detail.window.resize(800, 800)
    await until(lambda: not splitter.is_beside)
    detail.window.resize(1500, 800)
    await until(lambda: splitter.is_beside)
    assert abs(detail.pane.width() - width) <= 2


def test_a_layout_that_cannot_be_read_is_the_first_one() -> None:
    kept = DetailLayout(is_open=True, beside=300, under=200, folded=("Closes",))
    assert layout_of(kept.to_text()) == kept
    for text in ("", "nonsense", "[]", "null", '{"is_open": true}', '{"folded": 3}'):
        assert layout_of(text) == DetailLayout()


def test_a_remembered_pane_is_open_again(
    qapp: QApplication, settings: QSettings, tmp_path: Path, loop: QEventLoop
) -> None:
    settings.setValue("window/detail", DetailLayout(is_open=True, folded=("Closes",)).to_text())
    desk = DetailDesk(settings, tmp_path / "p.sqlite")
    loop.run_until_complete(until(desk.pane.isVisible))
    assert desk.window.window_actions.detail.isChecked()
    assert desk.pane.folded_titles == ("Closes",)
    loop.run_until_complete(desk.end())
    delete(desk.window, qapp)


@pytest.mark.parametrize("points", [9, 11, 18])
async def test_no_figure_is_wider_than_the_pane(detail: DetailDesk, points: int) -> None:
    huge = held(quantity="123456789012345", cost="98765.4321", price="99999.99")
    await detail.take(snapshot(1, huge, held(MSFT)))
    font = detail.window.font()
    font.setPointSize(points)
    detail.window.setFont(font)
    pane = await detail.open_pane()
    await detail.choose(0)
    detail.window.resize(1000, 700)
    await until(lambda: pane.width() > 0)
    for facts in (pane.holding, pane.instrument):
        for value in facts.values.values():
            assert value.width() >= value.minimumSizeHint().width()
            assert value.height() >= value.heightForWidth(value.width()) - 1
    content = pane.widget()
    assert content is not None
    assert content.width() <= pane.viewport().width()
    assert texts(pane.holding)["Quantity"] == "123,456,789,012,345"


async def test_every_control_of_the_pane_has_a_name(detail: DetailDesk) -> None:
    await detail.take(START, REDUCED)
    await detail.kept.edit_notes(("DU1", 1), NotesEdit(text="x", added_tags=("core",)))
    await detail.load()
    pane = await detail.open_pane()
    pane.fold(())
    await detail.choose(0)
    seen = 0
    for widget in pane.findChildren(QWidget):
        is_own = widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.focusProxy() is None
        if widget.isVisible() and is_own:
            heard = QAccessible.queryAccessibleInterface(widget)
            what = f"{type(widget).__name__} {widget.objectName()}"
            assert heard.text(QAccessible.Text.Name), what
            seen += 1
    assert seen > 20
    assert all(button.accessibleName() for button in pane.body.findChildren(QPushButton)[:3])


LOOK = """
import asyncio, sys
from pathlib import Path
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop
application = QApplication([])
loop = QEventLoop(application)
asyncio.set_event_loop(loop)
from tests.ui.detail.desk import DetailDesk
from tests.store.trading import held, snapshot
async def look(folder):
    settings = QSettings(str(folder / "w.ini"), QSettings.Format.IniFormat)
    desk = DetailDesk(settings, folder / "p.sqlite")
    await desk.take(snapshot(0, held()))
    print("app.ui.detail.pane" in sys.modules)
    await desk.open_pane()
    await desk.choose(0)
    print(desk.pane.headline.text())
    await desk.end()
    desk.window.close()
"""
RUN = """
with loop:
    loop.run_until_complete(look(Path(sys.argv[1])))
print([name for name in ("numpy", "pyqtgraph") if name in sys.modules])
"""


def test_the_pane_without_its_chart_imports_neither_numpy_nor_pyqtgraph(tmp_path: Path) -> None:
    environment = {**os.environ, **user_folders(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    said = subprocess.run(
        [sys.executable, "-c", LOOK + RUN, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env=environment,
    )
    assert said.stdout.splitlines()[-2:] == ["AAPL · DU1", "[]"]
