"""The page fits every window: sizes are remembered, the table folds, and no figure is cut."""

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from app.ui.charts.page import ChartsPage
from app.ui.charts.state import ChartKind
from tests.store.chart_year import store_of_a_year
from tests.ui.charts.desk import ChartsDesk
from tests.ui.charts.test_page import year
from tests.ui.conftest import delete


def is_whole(page: ChartsPage) -> bool:
    """Whether every large figure has the room that it needs."""
    cards = [card for card in page.figures.cards if not card.isHidden()]
    return bool(cards) and all(
        card.figure.width() >= card.figure.sizeHint().width()
        and card.figure.height() >= card.figure.minimumSizeHint().height()
        for card in cards
    )


async def test_the_table_folds_and_the_calendar_stays(charts: ChartsDesk) -> None:
    page = await year(charts, ChartKind.REALIZED)
    section = page.section
    assert section.table.isVisible()
    page.arrangement.table_switch.click()
    assert not section.table.isVisible()
    assert section.charts[1].isVisible()
    page.choices.show_kind(ChartKind.PAID)
    await charts.charts_read()
    assert not page.arrangement.lower.isVisible()
    page.arrangement.table_switch.click()
    assert page.section.table.isVisible()


async def test_an_empty_chart_has_no_empty_table(charts: ChartsDesk) -> None:
    await charts.kept.open()
    await charts.load()
    page = await charts.open_charts(ChartKind.REALIZED)
    assert page.section.sentence.isVisible()
    assert not page.arrangement.lower.isVisible()
    assert page.choices.currency.isHidden()


@pytest.mark.parametrize("points", [9, 18])
async def test_no_figure_is_cut_in_a_small_window_with_large_letters(
    charts: ChartsDesk, qapp: QApplication, points: int
) -> None:
    before = qapp.font()
    try:
        font = qapp.font()
        font.setPointSize(points)
        qapp.setFont(font)
        charts.window.resize(900, 640)
        page = await year(charts, ChartKind.PAID)
        qapp.processEvents()
        assert is_whole(page)
    finally:
        qapp.setFont(before)


async def open_year(desk: ChartsDesk, *, is_new: bool) -> ChartsPage:
    if is_new:
        await store_of_a_year(desk.path)
    await desk.load()
    return await desk.open_charts(ChartKind.REALIZED)


def test_sizes_and_the_folded_table_are_remembered(
    qapp: QApplication, settings: QSettings, tmp_path: Path, loop: QEventLoop
) -> None:
    found = []
    for run in (1, 2):
        desk = ChartsDesk(settings, tmp_path / "p.sqlite")
        page = loop.run_until_complete(open_year(desk, is_new=run == 1))
        splitter = page.arrangement.splitter
        if run == 1:
            assert page.arrangement.table_switch.isChecked()
            splitter.moveSplitter(splitter.height() // 2, 1)
            page.arrangement.table_switch.click()
        found.append(splitter.sizes())
        assert not page.arrangement.table_switch.isChecked()
        loop.run_until_complete(desk.end())
        delete(desk.window, qapp)
        delete(desk.controller, qapp)
        delete(desk.history, qapp)
    assert found[0] == pytest.approx(found[1], abs=2)
