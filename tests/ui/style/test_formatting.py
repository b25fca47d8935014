from datetime import timedelta
from decimal import Decimal

import pytest
from PySide6.QtCore import QLocale

from app.ui.style.formatting import Formats
from tests.ui.fakes import NOW


@pytest.fixture
def english() -> Formats:
    return Formats(QLocale("en_US"))


@pytest.fixture
def german() -> Formats:
    return Formats(QLocale("de_DE"))


def test_numbers_are_formatted_by_the_locale(english: Formats, german: Formats) -> None:
    huge = Decimal("-12345678.90")
    assert english.money(huge) == "−12,345,678.90"
    assert german.money(huge) == "−12.345.678,90"
    assert Formats(QLocale("hi_IN")).money(huge) == "−1,23,45,678.90"


def test_without_a_locale_thousands_are_grouped_all_the_same() -> None:
    assert Formats(QLocale.c()).money(Decimal("1234567.8")) == "1,234,567.80"


def test_quantities_are_exact(english: Formats) -> None:
    assert english.quantity(Decimal("0.12345678")) == "0.12345678"
    assert english.quantity(Decimal("100.00")) == "100"
    assert english.quantity(Decimal("1E+3")) == "1,000"
    assert (
        english.quantity(Decimal("123456789012345678901234")) == "123,456,789,012,345,678,901,234"
    )


def test_prices_keep_the_digits_that_matter(english: Formats) -> None:
    texts = [english.price(Decimal(text)) for text in ("171.5", "171.23456", "0.00001", "1.08")]
    assert texts == ["171.50", "171.2346", "0.00001", "1.08"]


def test_gains_and_losses_have_a_sign_and_nothing_else_does(english: Formats) -> None:
    texts = [english.gain(Decimal(text)) for text in ("5", "-5", "0", "-0.001")]
    assert texts == ["+5.00", "−5.00", "0.00", "0.00"]
    assert [english.tone(Decimal(text)) for text in ("5", "-5", "0", "-0.001")] == [1, -1, 0, 0]
    assert english.percent(Decimal("12.345")) == "+12.35%"


def test_an_unknown_value_is_a_dash_and_never_a_number(english: Formats) -> None:
    writers = (english.money, english.price, english.quantity, english.gain, english.percent)
    assert {write(None) for write in writers} == {"—"}


def test_the_age_counts_in_the_unit_that_fits(english: Formats) -> None:
    ages = [1, 12, 119, 3 * 3600, 86400, 5 * 86400]
    texts = [english.ago(NOW - timedelta(seconds=age), NOW) for age in ages]
    assert texts == ["just now", "12 s ago", "1 min ago", "3 h ago", "1 day ago", "5 days ago"]


def test_a_duration_always_has_a_significant_digit(english: Formats) -> None:
    assert [english.seconds(s) for s in (0.4, 12.34, 0.023)] == ["0.4 s", "12.3 s", "0.02 s"]


def test_a_time_of_another_day_is_shown_with_its_day(english: Formats) -> None:
    assert english.as_of(NOW, NOW) == english.as_of(NOW, NOW + timedelta(minutes=5))
    assert "26" in english.as_of(NOW, NOW + timedelta(days=2))


def test_numbers_for_other_programs_are_exact_and_ungrouped(german: Formats) -> None:
    assert german.plain(Decimal("-1234567.8900")) == "-1234567,8900"
    assert german.plain(None) == ""


def test_the_clock_is_the_locales_or_the_chosen_one() -> None:
    time = NOW.astimezone().replace(hour=16, minute=30, second=5)
    now = time.replace(hour=20)
    for name, clock, text, moment in (
        ("de_DE", "system", "16:30", "16:30:05"),
        ("de_DE", "12h", "4:30 PM", "4:30:05 PM"),
        ("en_US", "24h", "16:30", "16:30:05"),
        ("en_US", "system", "4:30\u202fPM", "4:30:05\u202fPM"),
        ("fi_FI", "system", "16.30", "16.30.05"),
    ):
        formats = Formats(QLocale(name), clock)
        assert formats.as_of(time, now) == text
        assert formats.time(time).endswith(text)
        assert formats.exact_time(time).endswith(moment)
        assert formats.second(time) == moment


def test_every_date_is_in_one_style_with_the_month_by_its_name(english: Formats) -> None:
    day = NOW.astimezone().replace(month=11, day=3, year=2026, hour=16, minute=30)
    now = day + timedelta(days=2)
    texts = (
        english.date(day),
        english.time(day),
        english.exact_time(day),
        english.as_of(day, now),
    )
    for text in texts:
        assert text.startswith("3 Nov 2026")


def test_formats_change_with_the_chosen_locale() -> None:
    formats = Formats(QLocale("en_US"))
    formats.choose(QLocale("de_DE"), "24h")
    assert formats.money(Decimal("1234567.8")) == "1.234.567,80"


def test_a_date_reads_as_in_the_language_of_the_locale(german: Formats) -> None:
    day = NOW.astimezone().replace(month=11, day=3, year=2026, hour=16, minute=30)
    assert (german.date(day), german.month(day.date())) == ("3. Nov. 2026", "Nov. 2026")
    japanese = Formats(QLocale("ja_JP"))
    assert japanese.time(day) == "2026年11月3日 16:30"
    assert japanese.month(day.date()) == "2026年11月"
    japanese.choose(QLocale("en_GB"), "24h")
    assert japanese.date(day) == "3 Nov 2026"
