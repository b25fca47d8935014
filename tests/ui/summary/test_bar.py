"""The summary above the table shows each figure at each width, in columns that line up."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from PySide6.QtWidgets import QApplication

from app.domain.desktop.app_state import PortfolioView
from app.domain.portfolio.fx_rates import ConversionBasis
from app.domain.portfolio.realized_totals import RealizedByPeriod, RealizedSum, RealizedTotals
from app.domain.portfolio.summary import AccountSummary, PortfolioSummary
from app.ui.summary.breakpoints import ORDER
from app.ui.summary.figure_cell import FigureCell
from app.ui.summary.figures import TITLES
from tests.ui.conftest import Desk, until
from tests.ui.fakes import NOW, book, position
from tests.ui.summary.test_figures import NOTHING, ever, row


def stored(*rows: AccountSummary) -> PortfolioView:
    return replace(book(position("AAPL")), portfolio=PortfolioSummary(rows, NOW))


def realized_texts(desk: Desk) -> Sequence[str]:
    return desk.window.summary.headline.texts()[6:10]


async def test_the_strip_shows_todays_months_years_and_all_realized_pnl(desk: Desk) -> None:
    by_period = RealizedByPeriod(
        *(RealizedSum(RealizedTotals(Decimal(n), Decimal(0), n)) for n in (1, 20, 300, 4000))
    )
    await desk.load(stored(row(by_period)))
    assert realized_texts(desk) == ["+1.00", "+20.00", "+300.00", "+4,000.00"]


async def test_partial_and_estimated_are_said_in_words(desk: Desk) -> None:
    await desk.load(
        stored(row(ever("5", "7", basis=ConversionBasis(lacking=("CHF",)), today=NOTHING)))
    )
    QApplication.processEvents()
    today, month, *_ = desk.window.summary.headline.figures[5:]
    assert not today.partial.isVisible()
    assert not today.note.isVisible()
    assert month.partial.isVisible()
    assert month.partial.text() == "partial"
    assert month.note.isVisible()
    assert month.note.text() == "≈ +7.00 estimated"
    assert "CHF" in month.toolTip()


async def test_each_base_currency_has_a_headline_of_its_own(desk: Desk) -> None:
    await desk.load(
        stored(
            row(ever("1"), account="DU1", net="100"),
            row(ever("2"), account="DU2", net="7", currency="EUR"),
            row(ever("4"), account="DU3", net="50"),
        )
    )
    dollars, euros = desk.window.summary.headlines()
    shown = [(texts[0], texts[1], texts[6]) for texts in (dollars.texts(), euros.texts())]
    assert shown == [("USD", "150.00", "+5.00"), ("EUR", "7.00", "+2.00")]
    QApplication.processEvents()
    assert euros.figures[0].isVisible()
    name = euros.figures[0].number.accessibleName()
    assert name == "Net liquidation: 7.00 EUR"
    desk.window.view.choose_account("DU3")
    assert [line.texts()[1] for line in desk.window.summary.headlines()] == ["50.00"]


async def test_no_total_is_shown_while_a_base_currency_is_unknown(desk: Desk) -> None:
    unknown = row(ever("4"), account="DU3", currency="CHF", is_base=False)
    totals = row(ever("4"), currency="CHF", is_base=False)
    dollars = row(ever("1"), account="DU1")
    euros = row(ever("2"), account="DU2", currency="EUR")
    other = row(ever("2"), currency="EUR", is_base=False)
    await desk.load(stored(totals, other, dollars, euros, unknown))
    assert realized_texts(desk) == ["—"] * 4
    assert "no total over several currencies" in desk.window.summary.headline.figures[5].toolTip()


async def test_accounts_in_several_currencies_have_their_own_lines(desk: Desk) -> None:
    await desk.load(
        stored(row(ever("1"), account="DU1"), row(ever("2"), account="DU2", currency="EUR"))
    )
    summary = desk.window.summary
    summary.toggle.click()
    lines = [line.texts() for line in summary.visible_lines()]
    assert [(line[0], line[6]) for line in lines] == [
        ("DU1 in USD", "+1.00"),
        ("DU2 in EUR", "+2.00"),
    ]


async def test_the_only_currency_is_shown_where_it_is_not_the_base(desk: Desk) -> None:
    euro = row(ever("1"), currency="EUR", is_base=False)
    await desk.load(stored(row(ever("2")), euro))
    desk.window.summary.toggle.click()
    assert [line.texts()[0] for line in desk.window.summary.visible_lines()] == ["in EUR"]
    await desk.load(stored(row(ever("2")), replace(euro, currency="USD")))
    assert not desk.window.summary.toggle.isVisible()
    assert desk.window.summary.visible_lines() == []


def right_edge(desk: Desk, cell: FigureCell) -> int:
    return cell.mapTo(desk.window, cell.rect().topRight()).x()


async def test_a_wide_window_has_one_band_and_a_narrow_one_two_that_line_up(desk: Desk) -> None:
    euro = row(ever("-1"), currency="EUR", is_base=False)
    await desk.load(stored(row(ever("2", "3")), euro, replace(euro, currency="USD")))
    summary = desk.window.summary
    summary.toggle.click()
    desk.window.resize(1800, 700)
    QApplication.processEvents()
    figures_wide = summary.headline.figures
    assert figures_wide[0].y() == figures_wide[5].y()
    desk.window.resize(900, 700)
    QApplication.processEvents()
    headline, line = summary.headline.figures, summary.visible_lines()[1].figures
    assert headline[5].y() > line[0].y() > headline[0].y()
    for upper, lower in zip(ORDER[:4], range(5, 9), strict=True):
        edges = {right_edge(desk, cells[n]) for cells in (headline, line) for n in (upper, lower)}
        assert len(edges) == 1
    assert all(cell.isVisible() for cell in (*headline, *line))


def visible_in(desk: Desk, width: int) -> list[str]:
    """The titles of the figures that are shown, none of them past this width."""
    cells = dict(zip(TITLES, desk.window.summary.headline.figures, strict=True))
    visible = [title for title, cell in cells.items() if cell.isVisible()]
    assert all(right_edge(desk, cells[title]) < width for title in visible)
    return visible


async def test_in_a_narrow_window_the_least_important_figures_are_hidden(desk: Desk) -> None:
    desk.window.resize(900, 700)
    folded: list[set[str]] = []
    for digits in range(6, 17):  # fonts differ in when it begins
        huge = "-" + "9" * digits + ".25"
        figures = replace(row(ever(huge), net=huge), unrealized_pnl=Decimal(huge))
        await desk.load(stored(figures))
        QApplication.processEvents()
        folded.append(set(TITLES) - set(visible_in(desk, 900)))
    steps = [step for n, step in enumerate(folded) if step not in folded[:n]]
    fewer, few = {"Cash", "This year"}, {"Cash", "This year", "Market value", "All time"}
    assert steps == [set(), fewer, few][: len(steps)]
    assert len(steps) > 1
    huge_everywhere = replace(
        row(ever("-9123456789012345.5", "98765432109"), net="-9123456789012345.25"),
        market_value=Decimal("2222222222222222"),
        unrealized_pnl=Decimal("-99999999999"),
    )
    await desk.load(stored(huge_everywhere))
    QApplication.processEvents()
    visible = visible_in(desk, 900)
    assert {"Net liquidation", "Today"} <= set(visible) <= set(TITLES) - fewer
    desk.window.resize(2500, 700)
    QApplication.processEvents()
    assert all(cell.isVisible() for cell in desk.window.summary.headline.figures)


async def test_at_midnight_the_store_is_read_again(desk: Desk) -> None:
    desk.now = datetime(2026, 11, 23, 23, 59, 59).astimezone()
    await desk.load(stored(row(ever("5"))))
    desk.store.content = stored(row(ever("5", today=NOTHING)))
    desk.now += timedelta(seconds=1)
    desk.broker.connect()
    await until(lambda: realized_texts(desk) == ["0.00", "+5.00", "+5.00", "+5.00"])


async def test_many_accounts_scroll_and_leave_room_for_the_table(desk: Desk) -> None:
    names = [f"DU{number}" for number in range(60)]
    rows = [row(ever("1"), account=name) for name in names]
    await desk.load(replace(stored(row(ever("60")), *rows), accounts=tuple(names)))
    desk.window.summary.toggle.click()
    QApplication.processEvents()
    assert len(desk.window.summary.visible_lines()) == 60
    assert desk.window.height() == 800
    assert desk.window.summary.height() < 400
