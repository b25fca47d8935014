"""The tab of the charts: its data is what plain SQL finds, and its choice filters the tables."""

import csv
import io
import os
import subprocess
import sys
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from app.domain.charts.ranges import BarLength
from app.export.text_files import csv_lines
from app.ui.charts.drawing.pictures import SHARP, png_of, svg_of
from app.ui.charts.page import ChartsPage
from app.ui.charts.sections.realized import RealizedSection
from app.ui.charts.state import ChartKind
from app.ui.closed.periods import PERIODS, ClosedPeriod
from app.ui.style.theme import DARK
from app.ui.table.model.exporting import table_sheet
from tests.end_to_end.driver import user_folders
from tests.store.chart_year import by_period, by_symbol, store_of_a_year
from tests.store.trading import AAPL, MSFT, SAP, fill, held, rows, snapshot
from tests.ui.charts.desk import ChartsDesk
from tests.ui.conftest import until
from tests.ui.pixels import colours_of

FORMATS = {BarLength.DAY: "%Y-%m-%d", BarLength.MONTH: "%Y-%m-01", BarLength.YEAR: "%Y-01-01"}
SHORT_SAP = held(SAP, "-10")


def data_of(page: ChartsPage) -> list[dict[str, str]]:
    """The rows of the CSV file of the chart's data, by title."""
    source = page.export_source()
    lines = csv_lines(table_sheet(source.model, is_everything=True))
    return list(csv.DictReader(io.StringIO("\n".join(lines))))


def cents(text: str) -> int | None:
    return int(Decimal(text) * 100) if text else None


def sums_of(row: dict[str, str]) -> tuple[object, ...]:
    amounts = cents(row["Exact"]), cents(row["Estimated"])
    return (*amounts, int(row["Closes"]), int(row["Unknown"]), cents(row["Commission"]))


async def only(desk: ChartsDesk, page: ChartsPage, currency: str) -> None:
    box = page.choices.currency
    box.setCurrentIndex(box.findText(f"Only {currency}"))
    await desk.charts_read()


async def year(desk: ChartsDesk, kind: ChartKind) -> ChartsPage:
    await store_of_a_year(desk.path)
    await desk.load()
    return await desk.open_charts(kind)


@pytest.mark.parametrize("length", FORMATS)
async def test_the_data_of_realized_pnl_is_what_sql_sums(
    charts: ChartsDesk, length: BarLength
) -> None:
    page = await year(charts, ChartKind.REALIZED)
    page.choices.length.setCurrentIndex(page.choices.length.findData(length))
    for currency in ("USD", "EUR", "JPY"):
        await only(charts, page, currency)
        found = {row["Period"]: sums_of(row) for row in data_of(page)}
        expected = {
            str(row[0]): row[1:] for row in by_period(charts.path, FORMATS[length], currency)
        }
        assert found == expected
        assert {row["Currency"] for row in data_of(page)} == {currency}


async def test_the_data_of_what_paid_is_what_sql_sums(charts: ChartsDesk) -> None:
    page = await year(charts, ChartKind.PAID)
    await only(charts, page, "USD")
    found = data_of(page)
    assert {row["Underlying"]: sums_of(row) for row in found} == by_symbol(charts.path, "USD")
    ((unrealized,),) = rows(
        charts.path,
        "SELECT SUM(CAST(ROUND(unrealized_pnl * 100) AS INTEGER)) FROM position"
        " JOIN instrument USING (con_id) WHERE currency = 'USD' AND closed_at IS NULL",
    )
    assert sum(cents(row["Unrealized P&L"]) or 0 for row in found) == unrealized


async def test_the_data_of_the_allocation_is_what_sql_sums(charts: ChartsDesk) -> None:
    page = await year(charts, ChartKind.ALLOCATION)
    await only(charts, page, "EUR")
    found = {row["Name"]: cents(row["Market value"]) for row in data_of(page)}
    assert found == dict(
        rows(
            charts.path,
            "SELECT symbol, SUM(CAST(ROUND(market_value * 100) AS INTEGER)) FROM position"
            " JOIN instrument USING (con_id) WHERE currency = 'EUR' AND closed_at IS NULL"
            " GROUP BY symbol",
        )
    )


async def test_sums_in_the_base_currency_leave_out_and_count_what_has_no_rate(
    charts: ChartsDesk,
) -> None:
    page = await year(charts, ChartKind.REALIZED)
    ((known, without),) = rows(
        charts.path,
        "SELECT SUM(CASE currency WHEN 'USD' THEN realized_pnl WHEN 'EUR' THEN realized_pnl * 1.1"
        " END), COUNT(CASE currency WHEN 'JPY' THEN realized_pnl END) FROM (SELECT currency,"
        " close.realized_pnl FROM close JOIN position ON position.id = position_id"
        " JOIN instrument USING (con_id))",
    )
    found = data_of(page)
    assert sum(int(row["No rate"]) for row in found) == without
    assert float(Decimal(found[0]["Running total"])) == pytest.approx(known)
    assert "1 EUR = 1.10 USD" in page.choices.currency.toolTip()


def symbols(desk: ChartsDesk) -> list[str]:
    return [position.instrument.symbol for position in desk.window.positions.model.values]


async def test_a_click_on_an_allocation_filters_the_positions_until_the_chip_is_removed(
    charts: ChartsDesk,
) -> None:
    await charts.take(snapshot(0, held(), held(MSFT), SHORT_SAP))
    page = await charts.open_charts(ChartKind.ALLOCATION)
    chart = page.section.charts[0]
    QTest.keyClick(chart, Qt.Key.Key_Home)
    QTest.keyClick(chart, Qt.Key.Key_Return)
    assert page.selection.chip.text() == "Filtered by chart: Instrument: AAPL"
    assert symbols(charts) == ["AAPL"]
    assert [row["Name"] for row in data_of(page)] == ["AAPL"]
    assert chart.count() == 2  # the chart keeps what else there is in dollars
    page.selection.link.click()
    assert charts.window.tabs.currentIndex() == 0
    charts.window.tabs.setCurrentIndex(3)
    page.selection.chip.click()
    assert sorted(symbols(charts)) == ["AAPL", "MSFT", "SAP"]
    assert page.selection.isHidden()


async def test_a_filter_of_the_positions_binds_the_charts(charts: ChartsDesk) -> None:
    await charts.take(snapshot(0, held(), held(MSFT), SHORT_SAP))
    page = await charts.open_charts(ChartKind.ALLOCATION)
    charts.window.search_field.setText("msft")
    await charts.charts_read()
    assert [row["Name"] for row in data_of(page)] == ["MSFT"]
    charts.window.search_field.clear()
    await charts.charts_read()
    assert len(data_of(page)) > 1


async def test_a_picked_day_lists_its_closes(charts: ChartsDesk) -> None:
    page = await year(charts, ChartKind.REALIZED)
    section = page.sections[ChartKind.REALIZED]
    assert isinstance(section, RealizedSection)
    QTest.keyClick(section.calendar, Qt.Key.Key_End)
    QTest.keyClick(section.calendar, Qt.Key.Key_Return)
    day = section.day_rows[-1]
    assert [row["Period"] for row in data_of(page)] == [day.bar.start.isoformat()]
    page.selection.link.click()
    await charts.answered()
    closed = charts.window.closed_page
    assert charts.window.tabs.currentWidget() is closed
    assert closed.filters.period.currentText() == PERIODS[ClosedPeriod.CUSTOM]
    assert closed.model.rowCount() == day.bar.sums.totals.closes + day.bar.sums.lacking
    charts.window.tabs.setCurrentIndex(3)
    page.selection.chip.click()
    assert closed.filters.period.currentText() == PERIODS[ClosedPeriod.ALL]


async def test_keys_walk_the_points_and_read_them_out(charts: ChartsDesk) -> None:
    page = await year(charts, ChartKind.REALIZED)
    section = page.sections[ChartKind.REALIZED]
    assert isinstance(section, RealizedSection)
    for key in (Qt.Key.Key_Home, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_End):
        QTest.keyClick(section.plot, key)
        assert page.reading.text() == section.plot.read_out(section.plot.current)
        assert page.reading.text() in section.plot.accessibleDescription()
    assert section.plot.current == section.plot.count() - 1
    assert section.plot.accessibleDescription().count("Realized P&L from") == 1


async def test_under_three_days_there_is_a_sentence_and_no_chart(charts: ChartsDesk) -> None:
    await charts.take(snapshot(0, held(), held(MSFT)))
    page = await charts.open_charts(ChartKind.REALIZED)
    assert not page.section.is_drawn
    assert page.section.sentence.text() == "Nothing to draw in this period."
    sold = fill("1.01", "-100", minute=5, commission="1", realized="99")
    await charts.take(snapshot(10, held(MSFT), fills=[sold]))
    await charts.charts_read()
    assert not page.section.is_drawn
    assert page.section.sentence.text().startswith("Only one day with a close so far")
    assert [row["Realized P&L"] for row in data_of(page)] == ["99"]


async def test_a_hidden_tab_reads_nothing_and_catches_up_when_it_is_opened(
    charts: ChartsDesk,
) -> None:
    await charts.take(snapshot(0, held(), held(MSFT)))
    await charts.open_charts(ChartKind.REALIZED)
    charts.window.tabs.setCurrentIndex(0)
    before = charts.charts_controller.state
    sold = fill("1.01", "-100", minute=5, commission="1", realized="99")
    await charts.take(snapshot(10, held(MSFT), fills=[sold]))
    assert not charts.charts_controller.is_reading
    assert charts.charts_controller.state is before
    charts.window.tabs.setCurrentIndex(3)
    await charts.charts_read()
    assert len(charts.charts_controller.state.closes) == 1


async def test_each_chart_is_a_picture_in_both_formats(charts: ChartsDesk, tmp_path: Path) -> None:
    page = await year(charts, ChartKind.REALIZED)
    for kind in (ChartKind.REALIZED, ChartKind.ALLOCATION, ChartKind.PAID):
        page.choices.show_kind(kind)
        await charts.charts_read()
        for chart in page.section.charts:
            assert png_of(chart).startswith(b"\x89PNG")
            svg = svg_of(chart).decode()
            assert "<svg" in svg
            assert "<path" in svg or "<rect" in svg
    said: list[str] = []
    charts.charts_controller.picture_saved.connect(said.append)
    page.picture_wanted.emit(png_of(page.section.charts[0]), tmp_path / "paid.png")
    await until(lambda: bool(said))
    assert said == ["Saved the picture as paid.png."]
    assert (tmp_path / "paid.png").read_bytes().startswith(b"\x89PNG")


async def test_a_picture_that_cannot_be_saved_says_why(charts: ChartsDesk, tmp_path: Path) -> None:
    page = await year(charts, ChartKind.PAID)
    page.picture_wanted.emit(b"x", tmp_path / "nowhere" / "paid.png")
    bar = charts.window.statusBar()
    await until(lambda: bool(bar.currentMessage()))
    assert "no such folder" in bar.currentMessage()


async def test_copy_takes_the_picture_of_the_chart_with_the_focus_or_else_the_rows(
    charts: ChartsDesk,
) -> None:
    page = await year(charts, ChartKind.PAID)
    chart, clipboard = page.section.charts[0], QGuiApplication.clipboard()
    page.section.table.selectAll()
    page.section.table.setFocus()
    page.copy()
    assert clipboard.image().isNull()
    assert "AAPL" in clipboard.text()
    chart.setFocus()
    assert charts.window.focusWidget() is chart  # in front or not
    page.copy()
    assert clipboard.image().size() == chart.size() * SHARP


async def test_the_charts_follow_the_window_into_the_dark(charts: ChartsDesk) -> None:
    page = await year(charts, ChartKind.PAID)
    charts.window.theme.on_scheme_changed(Qt.ColorScheme.Dark)
    chart = page.section.charts[0]
    await until(lambda: DARK.base in colours_of(chart.grab().toImage()))
    charts.window.theme.on_scheme_changed(Qt.ColorScheme.Light)


LOOK = """
import asyncio, sys
from pathlib import Path
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop
application = QApplication([])
loop = QEventLoop(application)
asyncio.set_event_loop(loop)
from tests.ui.charts.desk_start import opened_all_but_charts
with loop:
    loop.run_until_complete(opened_all_but_charts(Path(sys.argv[1])))
print([name for name in ("numpy", "pyqtgraph") if name in sys.modules])
"""


def test_numpy_and_pyqtgraph_are_imported_only_for_the_charts(tmp_path: Path) -> None:
    environment = {**os.environ, **user_folders(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    command: Sequence[str] = [sys.executable, "-c", LOOK, str(tmp_path)]
    said = subprocess.run(
        command, capture_output=True, text=True, check=True, timeout=60, env=environment
    )
    assert said.stdout.strip().splitlines()[-1] == "[]"
    assert AAPL.symbol in said.stdout
