"""What the charts say in words."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from PySide6.QtCore import QLocale

from app.domain.charts.value import ValueHistory
from app.domain.charts.value_gains import DepositMark, ValueChange
from app.domain.portfolio.fx_rates import Rate
from app.ui.charts.sections.value_texts import mark_text, marks_text, value_note
from app.ui.charts.state import ChartKind
from app.ui.charts.texts import held_text, in_currency, left_out_sentences, rates_text
from app.ui.style.formatting import Formats
from tests.ui.charts.desk import ChartsDesk
from tests.ui.charts.test_page import year

FORMATS = Formats(QLocale("en_US"), "24h")
DAY = date(2026, 11, 14)


@pytest.mark.parametrize(
    ("held", "text"),
    [
        (None, "—"),
        (timedelta(hours=1.5), "1.5 h"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=1, hours=12), "1.5 days"),
        (timedelta(days=30), "30 days"),
    ],
)
def test_a_holding_time_is_in_hours_or_days(held: timedelta | None, text: str) -> None:
    assert held_text(held, FORMATS) == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (Decimal(500), "14 Nov 2026: deposit 500.00 USD."),
        (Decimal(-300), "14 Nov 2026: withdrawal 300.00 USD."),
        (None, "14 Nov 2026: deposit or withdrawal of an unknown amount."),
    ],
)
def test_a_deposit_of_an_unknown_amount_may_be_a_withdrawal(
    amount: Decimal | None, text: str
) -> None:
    assert mark_text(DepositMark(DAY, amount), "USD", FORMATS) == text


def test_many_deposits_are_counted() -> None:
    marks = [DepositMark(DAY + timedelta(days=n), Decimal(1)) for n in range(6)]
    assert marks_text(marks, "USD", FORMATS) == "6 days with a deposit or a withdrawal."


def test_what_is_left_out_is_one_or_several() -> None:
    assert left_out_sentences(1, 2, FORMATS) == [
        "1 position without a market value is left out.",
        "2 positions without an exchange rate are left out.",
    ]
    note = value_note(ValueHistory(left_out=1), ValueChange(), FORMATS, is_base=False)
    assert note.startswith("1 sync is left out")


def test_a_title_names_its_currency_and_a_rate_its_time() -> None:
    assert in_currency("Long", "USD") == "Long, USD"
    assert in_currency("Long", "") == "Long"
    time = datetime(2026, 11, 14, 22, 5, tzinfo=UTC)
    (line,) = rates_text([Rate("EUR", "USD", Decimal("1.0871"), time)], FORMATS).splitlines()
    assert line == f"1 EUR = 1.0871 USD ({FORMATS.time(time)})"


async def test_the_menu_of_pictures_shows_the_ampersand_of_a_chart(charts: ChartsDesk) -> None:
    page = await year(charts, ChartKind.REALIZED)
    page.picture_menu.fill()
    assert page.picture_menu.actions()[0].text() == "Copy: Realized P&&L over time"
