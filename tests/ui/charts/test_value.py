"""The value over time: from syncs and statements to the chart, and its data against SQL."""

from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.domain.charts.ranges import ChartRange
from app.domain.model.runs import Run, RunStatus, Trigger
from app.domain.model.snapshot import AccountValue
from app.domain.model.statements import Deposit, DepositPeriod, KnownDeposits, Statement
from app.ui.charts.page import ChartsPage
from app.ui.charts.sections.value import ValueSection
from app.ui.charts.state import ChartKind
from tests.store.trading import at, execute, held, rows, snapshot
from tests.ui.charts.desk import ChartsDesk
from tests.ui.charts.test_page import data_of

DAY = 24 * 60  # minutes
# net liquidation, cash and market value in dollars; days after the first
WEEK = (
    *((0, "1000.10", "400", "600.10"), (1, "1510.35", "900", "610.35")),
    *((2, "1490", "900", "590"), (3, "1200.5", "600", "600.5")),
)


def figures(net: str, cash: str, market: str, account: str = "DU1") -> list[AccountValue]:
    named = (
        *(("NetLiquidation", "USD", net), ("TotalCashValue", "USD", cash)),
        *(("StockMarketValue", "BASE", market), ("UnrealizedPnL", "BASE", "7")),
        *(("ExchangeRate", "EUR", "1.1"), ("TotalCashBalance", "EUR", "10")),
        *(("TotalCashBalance", "USD", cash), ("StockMarketValue", "USD", market)),
    )
    return [AccountValue(account, key, currency, Decimal(value)) for key, currency, value in named]


async def synced_week(desk: ChartsDesk) -> None:
    for day, net, cash, market in WEEK:
        await desk.take(snapshot(day * DAY, held(), values=figures(net, cash, market)))


async def told(desk: ChartsDesk, *paid: tuple[int, str], until: int = 3) -> None:
    """Imports a statement of all days, with these deposits."""
    first, last = (at(day * DAY).date() for day in (0, until))
    deposits = tuple(
        Deposit("DU1", str(day), at(day * DAY).date(), "USD", Decimal(amount))
        for day, amount in paid
    )
    known = KnownDeposits(deposits, (DepositPeriod("DU1", first, last),))
    statement = Statement(("DU1",), first, last, None, (), known_deposits=known)
    await desk.kept.import_fills(
        statement, Run(Trigger.FLEX, "All", at(5 * DAY), 0.0, RunStatus.SUCCESS)
    )
    await desk.load()


async def shown(desk: ChartsDesk, period: ChartRange = ChartRange.ALL) -> ChartsPage:
    return await desk.open_charts(ChartKind.VALUE, period=period)


def column(page: ChartsPage, title: str) -> list[str]:
    """Oldest first."""
    return [row[title] for row in data_of(page)][::-1]


async def test_the_data_is_what_the_syncs_stored_and_deposits_are_no_gains(
    charts: ChartsDesk,
) -> None:
    await synced_week(charts)
    await told(charts, (1, "500"), (3, "-300"))
    page = await shown(charts)
    stored = rows(
        charts.path,
        "SELECT net_liquidation, cash, market_value, unrealized_pnl FROM portfolio_value"
        " WHERE is_total ORDER BY taken_at",
    )
    titles = ("Net liquidation", "Cash", "Market value", "Unrealized P&L")
    found = list(zip(*(map(Decimal, column(page, title)) for title in titles), strict=True))
    assert found == [tuple(Decimal(str(one)) for one in row) for row in stored]
    assert len(found) == len(WEEK)
    paid = dict(rows(charts.path, "SELECT substr(day, 1, 10), amount FROM deposit"))
    assert [Decimal(one or 0) for one in column(page, "Deposited")] == [0, 500, 0, -300]
    assert {Decimal(str(amount)) for amount in paid.values()} == {500, -300}
    assert column(page, "Gain") == ["", "10.25", "-20.35", "10.5"]
    assert column(page, "Total gain") == ["", "10.25", "-10.10", "0.40"]
    assert page.figures.texts == {
        "Net liquidation, USD": "1,200.50",
        "Change": "+200.40",
        "Deposited": "+200.00",
        "Gain": "+0.40",
    }
    section = page.section
    assert isinstance(section, ValueSection)
    assert [is_withdrawal for _, is_withdrawal in section.plot.deposits.marks] == [False, True]
    assert "deposit 500.00 USD" in section.plot.accessibleDescription()
    assert "▲ Deposit" in section.plot.panels[0].text
    QTest.keyClick(section.plot, Qt.Key.Key_End)
    assert page.reading.text().endswith(
        "deposited −300.00; gained +10.50, since the first day +0.40"
    )


async def test_without_a_statement_gains_are_unknown_and_not_drawn(charts: ChartsDesk) -> None:
    await synced_week(charts)
    page = await shown(charts)
    assert page.figures.texts["Change"] == "+200.40"
    assert page.figures.texts["Gain"] == "—"
    assert set(column(page, "Gain")) == {""}
    section = page.section
    assert isinstance(section, ValueSection)
    assert not section.plot.panels[1].box.isVisible()
    assert "section Cash Transactions" in page.reading.text()
    await told(charts, (1, "500"), until=2)
    await charts.charts_read()
    assert section.plot.panels[1].box.isVisible()
    assert page.figures.texts["Gain, as far as known"] == "−10.10"
    QTest.keyClick(section.plot, Qt.Key.Key_End)
    assert "gain is unknown" in page.reading.text()


async def test_one_currency_shows_its_parts_and_no_gains(charts: ChartsDesk) -> None:
    await synced_week(charts)
    await told(charts, (1, "500"))
    page = await shown(charts)
    box = page.choices.currency
    box.setCurrentIndex(box.findText("Only EUR"))
    await charts.charts_read()
    assert column(page, "Cash") == ["10"] * 4
    assert set(column(page, "Gain")) == {""}
    assert "Gain" not in page.figures.texts


async def test_derived_values_are_told_apart_and_a_long_silence_is_a_gap(
    charts: ChartsDesk,
) -> None:
    for day in (0, 1, 2):
        await charts.take(snapshot(day * DAY, held(price=str(12 + day))))
    execute(charts.path, "DELETE FROM portfolio_value")
    for day, *amounts in WEEK:
        await charts.take(snapshot((day + 9) * DAY, held(), values=figures(*amounts)))
    page = await shown(charts)
    assert column(page, "Source") == ["Derived"] * 3 + ["Reported"] * 4
    assert column(page, "Market value")[:3] == ["1200", "1300", "1400"]
    assert column(page, "Net liquidation")[:3] == [""] * 3
    section = page.section
    assert isinstance(section, ValueSection)
    assert "Market value, derived" in section.plot.panels[0].text
    assert "1 gap without a sync" in section.plot.accessibleDescription()
    QTest.keyClick(section.plot, Qt.Key.Key_Home)
    assert "≈ 1,200.00" in page.reading.text()
    assert "derived from quantities and prices" in page.reading.text()


async def test_all_accounts_are_added_and_one_is_shown_by_itself(charts: ChartsDesk) -> None:
    both = ("DU1", "DU2")
    for day, *amounts in WEEK:
        values = [one for account in both for one in figures(*amounts, account)]
        positions = [held(account=account) for account in both]
        await charts.take(snapshot(day * DAY, *positions, accounts=both, values=values))
    page = await shown(charts)
    assert column(page, "Net liquidation")[0] == "2000.20"
    charts.window.view.choose_account("DU2")
    await charts.charts_read()
    assert column(page, "Net liquidation")[0] == "1000.10"


async def test_a_period_shows_its_own_points_only(charts: ChartsDesk) -> None:
    await synced_week(charts)
    page = await shown(charts, ChartRange.OWN)
    day = at(1 * DAY).astimezone().date()
    for field in (page.choices.first, page.choices.last):
        field.setDate(day)
    await charts.charts_read()
    assert column(page, "Net liquidation") == ["1510.35"]
    assert not page.section.is_drawn


@pytest.mark.parametrize("what", ["search", "source"])
async def test_it_says_that_a_search_or_a_filter_does_not_narrow_it(
    charts: ChartsDesk, what: str
) -> None:
    await synced_week(charts)
    page = await shown(charts)
    if what == "search":
        charts.window.search_field.setText("msft")
    else:
        charts.window.closed_page.filters.source.setCurrentIndex(3)
    await charts.charts_read()
    assert page.reading.text().startswith("The value of whole accounts")
    assert len(data_of(page)) == len(WEEK)


async def test_without_any_value_it_says_so(charts: ChartsDesk, tmp_path: Path) -> None:
    assert tmp_path.is_dir()
    await charts.kept.open()
    await charts.load()
    page = await shown(charts)
    assert not page.section.is_drawn
    assert page.section.sentence.text().startswith("No sync in this period")
