"""One selection for charts and tables: each page says by a chip what filters it."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton

from app.domain.model.positions import Source
from app.ui.charts.page import ChartsPage
from app.ui.charts.sections.realized import RealizedSection
from app.ui.charts.state import ChartKind
from app.ui.closed.periods import PERIODS, ClosedPeriod
from app.ui.table.core.layout import Filter
from tests.store.trading import MSFT, held, rows, snapshot
from tests.ui.charts.desk import ChartsDesk
from tests.ui.charts.test_page import SHORT_SAP, data_of, only, year

AAPL_ONLY = Filter("underlying", "AAPL")


def choose_source(desk: ChartsDesk, source: Source) -> None:
    box = desk.window.closed_page.filters.source
    box.setCurrentIndex(box.findData(source))


def filter_positions(desk: ChartsDesk, *filters: Filter) -> None:
    pane = desk.window.positions.pane
    pane.set_layout(replace(pane.model.layout, filters=filters))


def chips(page: ChartsPage) -> dict[str, QToolButton]:
    return {button.text(): button for button in page.chips.chips.values()}


def closes_of(page: ChartsPage) -> int:
    return sum(int(row["Closes"]) for row in data_of(page))


async def pick_last_day(desk: ChartsDesk, page: ChartsPage) -> RealizedSection:
    section = page.section
    assert isinstance(section, RealizedSection)
    QTest.keyClick(section.calendar, Qt.Key.Key_End)
    QTest.keyClick(section.calendar, Qt.Key.Key_Return)
    await desk.charts_read()
    await desk.answered()
    return section


@pytest.mark.parametrize("kind", [ChartKind.REALIZED, ChartKind.PAID])
async def test_the_source_that_is_chosen_in_closed_binds_what_closes_brought(
    charts: ChartsDesk, kind: ChartKind
) -> None:
    page = await year(charts, kind)
    await only(charts, page, "USD")
    everything = closes_of(page)
    choose_source(charts, Source.ESTIMATE)
    await charts.charts_read()
    ((estimates,),) = rows(
        charts.path,
        "SELECT count(*) FROM close JOIN position ON position.id = position_id"
        " JOIN instrument USING (con_id) WHERE currency = 'USD' AND close.source = 'estimate'",
    )
    assert closes_of(page) == estimates < everything
    chips(page)["Source: Estimates"].click()
    await charts.charts_read()
    assert charts.window.closed_page.filters.chosen_source() is None
    assert closes_of(page) == everything
    assert page.chips.isHidden()


@pytest.mark.parametrize("kind", [ChartKind.REALIZED, ChartKind.PAID])
async def test_a_chip_of_the_positions_binds_closes_too_where_they_can_be_held_against_it(
    charts: ChartsDesk, kind: ChartKind
) -> None:
    page = await year(charts, kind)
    await only(charts, page, "USD")
    filter_positions(charts, AAPL_ONLY)
    await charts.charts_read()
    ((apples,),) = rows(
        charts.path,
        "SELECT count(*) FROM close JOIN position ON position.id = position_id"
        " JOIN instrument USING (con_id) WHERE symbol = 'AAPL'",
    )
    assert closes_of(page) == apples
    assert list(chips(page)) == ["Underlying: AAPL"]
    chips(page)["Underlying: AAPL"].click()
    await charts.charts_read()
    assert charts.window.positions.model.layout.filters == ()
    assert closes_of(page) > apples


async def test_a_chip_of_the_positions_binds_the_allocation(charts: ChartsDesk) -> None:
    await charts.take(snapshot(0, held(), held(MSFT), SHORT_SAP))
    page = await charts.open_charts(ChartKind.ALLOCATION)
    await only(charts, page, "USD")
    filter_positions(charts, AAPL_ONLY)
    await charts.charts_read()
    assert [row["Name"] for row in data_of(page)] == ["AAPL"]
    choose_source(charts, Source.ESTIMATE)
    assert list(chips(page)) == ["Underlying: AAPL"], "a source says nothing about positions"
    page.choices.show_kind(ChartKind.VALUE)
    assert chips(page) == {}


async def test_what_is_picked_in_one_chart_filters_the_others(charts: ChartsDesk) -> None:
    page = await year(charts, ChartKind.PAID)
    await only(charts, page, "USD")
    QTest.keyClick(page.section.charts[0], Qt.Key.Key_Home)
    QTest.keyClick(page.section.charts[0], Qt.Key.Key_Return)
    picked = [(row["Underlying"], int(row["Closes"])) for row in data_of(page)]
    assert len(picked) == 1
    page.choices.show_kind(ChartKind.REALIZED)
    await charts.charts_read()
    assert closes_of(page) == picked[0][1]
    page.choices.show_kind(ChartKind.ALLOCATION)
    await charts.charts_read()
    assert {row["Name"].split()[0] for row in data_of(page)} == {picked[0][0]}
    page.selection.chip.click()
    await charts.charts_read()
    assert len(data_of(page)) > 1


async def test_positions_say_which_chip_came_from_a_chart(charts: ChartsDesk) -> None:
    page = await year(charts, ChartKind.PAID)
    QTest.keyClick(page.section.charts[0], Qt.Key.Key_Home)
    QTest.keyClick(page.section.charts[0], Qt.Key.Key_Return)
    (own,) = charts.window.positions.pane.filters.chips
    assert own.text().startswith("Filtered by chart: Underlying: ")
    assert chips(page) == {}, "the chart's own chip is the selection's"
    own.click()
    await charts.charts_read()
    assert page.chosen is None
    assert page.selection.isHidden()


async def test_closed_says_that_a_chart_filters_it_until_the_chip_is_removed(
    charts: ChartsDesk,
) -> None:
    page = await year(charts, ChartKind.REALIZED)
    filters = charts.window.closed_page.filters
    assert filters.by_chart.isHidden()
    await pick_last_day(charts, page)
    assert not filters.by_chart.isHidden()
    assert filters.by_chart.text() == "Filtered by chart"
    filters.by_chart.click()
    await charts.charts_read()
    assert filters.by_chart.isHidden()
    assert filters.period.currentText() == PERIODS[ClosedPeriod.ALL]
    assert page.chosen is None
    assert page.selection.isHidden()


async def test_another_period_in_closed_takes_the_place_of_the_charts(charts: ChartsDesk) -> None:
    page = await year(charts, ChartKind.REALIZED)
    filters = charts.window.closed_page.filters
    await pick_last_day(charts, page)
    filters.period.setCurrentIndex(filters.period.findData(ClosedPeriod.YEAR))
    await charts.charts_read()
    assert filters.by_chart.isHidden()
    assert filters.period.currentText() == PERIODS[ClosedPeriod.YEAR]
    assert page.chosen is None


async def test_a_pick_leaves_the_plot_where_it_was_panned_to(charts: ChartsDesk) -> None:
    page = await year(charts, ChartKind.REALIZED)
    section = page.section
    assert isinstance(section, RealizedSection)
    box = section.plot.panels[0].box
    left, right = box.viewRange()[0]
    box.setXRange(left + 60, right - 60, padding=0)
    await pick_last_day(charts, page)
    assert box.viewRange()[0] == pytest.approx([left + 60, right - 60])
