"""Times are read in the zone of their row, of the file's header, or New York's."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.model.errors import StatementError
from app.domain.model.statements import Statement
from app.flex.reader import read_statement
from app.flex.times import StatementClock
from app.flex.zones import ABBREVIATIONS
from tests.flex.files import account_statement, cancel, document, saved, trade, written

CASES = Path(__file__).parent / "cases"
HALF_PAST_TEN = datetime(2026, 11, 3, 15, 30, 15, tzinfo=UTC)  # New York's


def read(folder: Path, row: str, generated: str = "20261128;014509") -> Statement:
    text = document(account_statement(row, generated=generated))
    return read_statement(saved(folder, text))


@pytest.mark.parametrize("file", ["zone-sydney.xml", "zone-offset.xml", "cancel-1-trade.xml"])
def test_one_instant_is_the_same_in_sydney_berlin_and_new_york(file: str) -> None:
    statement = read_statement(CASES / file)
    assert statement.fills[0].time == HALF_PAST_TEN
    assert statement.is_zone_assumed == (file == "cancel-1-trade.xml")


@pytest.mark.parametrize(
    "text",
    [
        "20261103;153015 UTC",
        "20261103;153015 GMT",
        "2026-11-03T15:30:15Z",
        "2026-11-03T16:30:15+01:00",
        "2026-11-03 16:30:15 +0100",
        "20261103;163015+01",
        "20261103;233015 GMT+08:00",
        "20261103;103015-0500",
        "20261103;103015 EST",
        "20261103;113015 EDT",
        "20261103;093015 CST",
        "20261103;103015 CDT",
        "20261103;083015 MST",
        "20261103;093015 MDT",
        "20261103;073015 PST",
        "20261103;083015 PDT",
        "20261103;163015 BST",
        "20261103;163015 CET",
        "20261103;173015 CEST",
        "20261103;233015 HKT",
        "20261103;233015 SGT",
        "20261104;003015 JST",
        "20261104;013015 AEST",
        "20261104;023015 AEDT",
        "20261103;210015 IST",
        "20261103;153015 Europe/London",
        "20261103;163015 Europe/Berlin",
        "2026-11-03, 10:30:15 US/Eastern",
        "03-Nov-26;10:30:15 America/New_York",
        "20261103 09:30:15 America/Indiana/Knox",
    ],
)
def test_a_zone_or_an_offset_in_a_row_counts(text: str, tmp_path: Path) -> None:
    statement = read(tmp_path, trade(dateTime=text))
    assert statement.fills[0].time == HALF_PAST_TEN
    assert not statement.is_zone_assumed


@pytest.mark.parametrize(
    ("generated", "winter", "summer"),
    [
        ("20261128;124509 AEDT", "20261104;023015", "20260704;003015"),
        ("2026-11-28T07:45:09+01:00", "20261103;163015", "20260703;153015"),
        ("20261128;074509 CET", "20261103;163015", "20260703;163015"),
        ("20261128;074509 Europe/Berlin", "20261103;163015", "20260703;163015"),
        ("20261128;064509 GMT", "20261103;153015", "20260703;153015"),
        ("20261128;014509 EST", "20261103;103015", "20260703;103015"),
        ("20261128;014509 -05:00", "20261103;103015", "20260703;103015"),  # New York's
        ("20260801;014509 EDT", "20261103;103015", "20260703;103015"),
        ("20261128;064509 UTC", "20261103;153015", "20260703;143015"),
    ],
)
def test_rows_without_a_zone_follow_the_header_s_clocks_in_winter_and_summer(
    generated: str, winter: str, summer: str, tmp_path: Path
) -> None:
    statement = read(tmp_path, trade(dateTime=winter), generated)
    assert (statement.fills[0].time, statement.is_zone_assumed) == (HALF_PAST_TEN, False)
    (fill,) = read(tmp_path, trade(dateTime=summer), generated).fills
    assert fill.time == datetime(2026, 7, 3, 14, 30, 15, tzinfo=UTC)


def test_a_row_s_own_zone_precedes_the_header_s(tmp_path: Path) -> None:
    statement = read(tmp_path, trade(dateTime="20261103;153015 UTC"), "20261128;124509 AEDT")
    assert statement.fills[0].time == HALF_PAST_TEN
    assert statement.generated_at == datetime(2026, 11, 28, 1, 45, 9, tzinfo=UTC)


def test_each_statement_of_a_file_has_its_own_zone(tmp_path: Path) -> None:
    sydney = account_statement(trade(dateTime="20261104;023015"), generated="20261128;124509 AEDT")
    other = account_statement(trade(dateTime="20261103;103015"), account="U7654321")
    statement = read_statement(saved(tmp_path, document(sydney, other)))
    assert {fill.time for fill in statement.fills} == {HALF_PAST_TEN}
    assert statement.is_zone_assumed


def test_without_any_zone_new_york_s_is_assumed_and_said(tmp_path: Path) -> None:
    statement = read(tmp_path, trade(dateTime="20261103;103015"))
    assert (statement.fills[0].time, statement.is_zone_assumed) == (HALF_PAST_TEN, True)
    assert read_statement(CASES / "no-trades.xml").is_zone_assumed
    assert read(tmp_path, cancel("1")).is_zone_assumed


@pytest.mark.parametrize(
    "text",
    [
        "20261103;103015 XYZ",
        "20261103;103015 British Summer Time",
        "20261103;103015 Europe/Atlantis",
        "20261103;103015 America",
        "20261103;103015 ../etc/passwd",
        "20261103;103015+25:00",
        "20261103;103015+0175",
    ],
)
def test_a_zone_that_cannot_be_read_is_what_the_refusal_is_about(text: str, tmp_path: Path) -> None:
    with pytest.raises(StatementError) as caught:
        read(tmp_path, trade(dateTime=text))
    said = str(caught.value)
    assert f"has {text!r} as its Date/Time, whose time zone cannot be read" in said
    assert "date format" not in said
    assert said.endswith(".")
    with pytest.raises(StatementError, match=r"trades\.xml was generated at .* whose time zone"):
        read(tmp_path, trade(), generated=text)


def test_a_time_of_making_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(StatementError, match="was generated at '28/11/2026 01:45'"):
        read(tmp_path, trade(), generated="28/11/2026 01:45")
    assert read(tmp_path, trade(), generated="").generated_at is None


def test_a_date_and_a_time_that_stand_apart_are_one_time(tmp_path: Path) -> None:
    apart = {"tradeDate": "20261103", "tradeTime": "10:30:15"}
    path = written(tmp_path, trade(without=("dateTime",), **apart))
    assert read_statement(path).fills[0].time == HALF_PAST_TEN


ZONES = sorted(ABBREVIATIONS)


@given(
    seconds=st.integers(0, 800_000_000),  # 25 years
    zone=st.sampled_from(ZONES),
    form=st.sampled_from(["%Y%m%d;%H%M%S", "%Y-%m-%d %H:%M:%S", "%Y%m%d%H%M%S"]),
)
@settings(deadline=None)
def test_any_time_in_any_zone_is_read_as_it_was_written(seconds: int, zone: str, form: str) -> None:
    offset = timezone(timedelta(hours=ABBREVIATIONS[zone][0]))
    written = datetime(2010, 1, 1, tzinfo=offset) + timedelta(seconds=seconds)
    clock = StatementClock()
    text = written.strftime(form)
    assert clock.moment(f"{text} {zone}") == written
    assert clock.moment(text + written.strftime("%z")) == written
    assert StatementClock(offset).moment(text) == written


@pytest.mark.parametrize("abbreviation", ZONES)
def test_each_abbreviation_is_what_its_place_s_clocks_show_at_some_time(abbreviation: str) -> None:
    hours, place = ABBREVIATIONS[abbreviation]
    offsets = {datetime(2010, month, 1, tzinfo=ZoneInfo(place)).utcoffset() for month in (1, 7)}
    assert timedelta(hours=hours) in offsets
