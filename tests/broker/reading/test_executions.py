"""Executions of all kinds of texts: what can be read is a fill, and what cannot waits."""

import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.broker.protocol.execution_times import ALL_YEAR, STANDARD, SUMMER, ZoneError, time_of
from app.broker.protocol.field_parsing import WireError
from app.broker.reading.executions import ExecutionError, LeftOut, execution_key, execution_row
from app.broker.simulator.server.protocol import Fields
from app.domain.model.snapshot import Snapshot
from app.domain.portfolio.broker_updates import EventKind
from tests.broker.broker_client import kept

CONTRACT = ("265598", "AAPL", "STK", "", "0.0", "", "", "NASDAQ", "USD", "AAPL", "NMS")
EXEC_ID, ACCOUNT = 14, 16


def fields_of_execution(**changes: str) -> list[str]:
    """Args: changes: "f19" for the field of that place."""
    fields = [
        *("11", "3", "0", *CONTRACT, "ab.cd.01.01", "20261103 20:50:00 UTC", "DU1", "NASDAQ"),
        *("SLD", "40", "230.5", "1", "0", "0", "40", "230.5", "", "", "", "", "1"),
    ]
    for place, text in changes.items():
        fields[int(place[1:])] = text
    return fields


def test_an_execution_has_every_digit_and_its_sign() -> None:
    fill = execution_row(fields_of_execution(f19="0.00000012", f20="230.55"))
    assert (fill.exec_id, fill.account, fill.instrument.con_id) == ("ab.cd.01.01", "DU1", 265598)
    assert (str(fill.quantity), str(fill.price)) == ("-1.2E-7", "230.55")
    assert fill.time == datetime(2026, 11, 3, 20, 50, tzinfo=UTC)


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"f20": ""}, "price"),
        ({"f20": "1.7976931348623157E308"}, "price"),
        ({"f20": "NaN"}, "price"),
        ({"f20": "1_0.5"}, "price"),
        ({"f19": ""}, "quantity"),
        ({"f19": "0"}, "quantity"),
        ({"f19": "-5"}, "quantity"),
        ({"f19": "NaN"}, "quantity"),
        ({"f18": ""}, "side"),
        ({"f18": "BUY"}, "side"),
        ({"f15": ""}, "time"),
        ({"f15": "20261103"}, "time"),
        ({"f15": "20261303 20:50:00 UTC"}, "time"),
        ({"f15": "20261103 25:50:00 UTC"}, "time"),
        ({"f15": "00011103 20:50:00 UTC"}, "time"),
        ({"f5": "OPT", "f9": "NaN"}, "contract"),
        ({"f3": "7" * 30}, "contract"),
        ({"f3": ""}, "contract"),
    ],
)
def test_the_unreadable_part_of_an_execution_is_named(change: dict[str, str], part: str) -> None:
    with pytest.raises(ExecutionError, match=part):
        execution_row(fields_of_execution(**change))


def test_an_execution_with_the_wrong_number_of_fields_has_no_key() -> None:
    for fields in (fields_of_execution()[:-1], fields_of_execution(f14=""), ["11"]):
        with pytest.raises(ExecutionError):
            execution_key(fields)


def test_the_summary_of_a_combo_may_lack_a_contract_id() -> None:
    fill = execution_row(fields_of_execution(f3="", f5="BAG"))
    assert fill.is_combo_summary


# -- times --


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("20261103 20:50:00 UTC", 20),
        ("20261103-20:50:00", 20),
        ("20261103 20:50:00 US/Eastern", 25),
        ("20261103 20:50:00 America/New_York", 25),
        ("20261103 20:50:00 EST", 25),
        ("20261103 20:50:00 Eastern Standard Time", 25),
        ("20261103 20:50:00 MET", 19),
        ("20261103 20:50:00 Europe/Amsterdam", 19),
        ("20261103 20:50:00 Central European Standard Time", 19),
        ("20261103 20:50:00 W. Europe Standard Time", 19),
        ("20260703 20:50:00 W. Europe Standard Time", 18),
        ("20260703 20:50:00 Central European Summer Time", 18),
        ("20260703 20:50:00 CEST", 18),
        ("20260703 20:50:00 British Summer Time", 19),
        ("20261103 20:50:00 Greenwich Mean Time", 20),
        ("20260703 20:50:00 EDT", 24),
        ("20261103 20:50:00 JST", 11),
        ("20261103 20:50:00 GMT+08:00", 12),
        ("20261103 20:50:00 Hongkong", 12),
        ("20261103 20:50:00 Australian Eastern Daylight Time (New South Wales)", 9),
    ],
)
def test_a_time_is_read_in_its_zone(text: str, hour: int) -> None:
    day = datetime.strptime(text[:8], "%Y%m%d").replace(tzinfo=UTC)
    assert time_of(text) == day + timedelta(hours=hour, minutes=50)


@pytest.mark.parametrize(
    "name",
    [
        "British Summer Time",  # in winter
        "Central Daylight Time",
        "CST",
        "IST",
        "BST",
        "PST",
        "Middle Earth",
        "Europe",
        "../UTC",
        "/etc/localtime",
        "GMT+99:00",
        "x" * 500,
        "\uff35\uff34\uff23",
    ],
)
def test_an_unknown_or_ambiguous_zone_is_an_error(name: str) -> None:
    with pytest.raises(ZoneError):
        time_of(f"20261103 20:50:00 {name}")


def test_eastern_standard_time_in_summer_is_ambiguous() -> None:
    """Windows means New York's summer time with it, Java five hours behind UTC."""
    with pytest.raises(ZoneError):
        time_of("20260703 20:50:00 Eastern Standard Time")


def test_the_hour_that_comes_twice_is_recognized_by_the_name_of_the_season() -> None:
    summer, winter = (
        time_of(f"20261101 01:30:00 Eastern {season} Time") for season in ("Daylight", "Standard")
    )
    assert winter - summer == timedelta(hours=1)


@pytest.mark.parametrize("name", [*STANDARD, *SUMMER, *ALL_YEAR])
def test_every_known_name_is_read_in_one_of_the_seasons(name: str) -> None:
    def is_read(month: int) -> bool:
        try:
            time_of(f"2026{month:02}15 12:00:00 {name}")
        except ZoneError:
            return False
        return True

    assert is_read(1) or is_read(7)


@given(st.text(max_size=60))
def test_no_text_of_a_time_raises_another_error(text: str) -> None:
    for written in (text, f"20261103 20:50:00 {text}"):
        with contextlib.suppress(WireError):
            assert time_of(written).tzinfo is UTC


# -- notes --


def test_one_sentence_says_why_executions_were_left_out() -> None:
    left_out = LeftOut()
    left_out.add(ZoneError("Middle Earth"))
    (one,) = left_out.notes
    assert one.startswith(
        "The time of an execution names a zone that cannot be read (Middle Earth)"
    )
    for zone in ("Middle Earth", "Far Side"):
        left_out.add(ZoneError(zone))
    (many,) = left_out.notes
    assert "(Middle Earth, Far Side), so they were left out; choose another time zone" in many
    left_out.add(ExecutionError("price"))
    assert len(left_out.notes) == 2


def test_a_note_shows_no_zone_that_is_not_a_name() -> None:
    for name in ("DU1234567\x1b[0m", "1234567", "x" * 500):
        left_out = LeftOut()
        left_out.add(ZoneError(name))
        assert name not in left_out.notes[0]


# -- reads --

ODD_ZONE = "20261103 20:50:00 British Summer Time"


async def snapshot_with(*rows: list[str], account: str | None = None) -> Snapshot:
    """A read in which TWS answers with these executions too."""
    async with kept() as k:

        def answer_oddly(request: Fields) -> None:
            if request[0] == "7":
                k.tws.send(*(("11", request[2], *fields[2:]) for fields in rows))

        k.tws.before_answer = answer_oddly
        return await k.broker.snapshot(account)


def sold(number: int, **changes: str) -> list[str]:
    return fields_of_execution(f14=f"ab.{number}.01.01", f16="DU1234567", **changes)


async def test_an_unreadable_zone_never_fails_a_read() -> None:
    odd = (sold(number, f15=ODD_ZONE) for number in range(3))
    snapshot = await snapshot_with(*odd, sold(4))
    assert len(snapshot.holdings) == 18
    assert snapshot.fills_complete
    assert [fill.exec_id for fill in snapshot.fills] == ["ab.4.01.01"]
    (note,) = snapshot.notes
    assert "(British Summer Time)" in note
    assert "DU" not in note and "40" not in note


async def test_an_unreadable_execution_is_left_out_alone() -> None:
    odd = (sold(1, f20=""), sold(2, f19="1_000"), sold(3, f5="OPT", f9="NaN"), sold(4)[:-1])
    snapshot = await snapshot_with(*odd, sold(5))
    assert len(snapshot.holdings) == 18
    assert [fill.exec_id for fill in snapshot.fills] == ["ab.5.01.01"]
    (note,) = snapshot.notes
    assert "their price, quantity, contract, fields cannot be read" in note


async def test_an_unreadable_correction_leaves_out_what_it_corrects_too() -> None:
    corrected = sold(1, f20="")
    corrected[EXEC_ID] = "ab.1.01.02"
    snapshot = await snapshot_with(sold(1), corrected)
    assert (snapshot.fills, len(snapshot.notes)) == ((), 1)


async def test_two_accounts_may_have_the_same_execution_id() -> None:
    other = sold(1)
    other[ACCOUNT] = "DU7654321"
    snapshot = await snapshot_with(sold(1), other)
    assert {fill.account for fill in snapshot.fills} == {"DU1234567", "DU7654321"}


async def test_an_unreadable_execution_of_another_account_does_not_concern_this_read() -> None:
    odd = sold(1, f15=ODD_ZONE)
    snapshot = await snapshot_with(odd, account="DU7654321")
    assert snapshot.notes == ()


async def test_a_pushed_execution_in_an_unreadable_zone_is_still_an_event() -> None:
    async with kept() as k:
        k.tws.send(("11", "-1", *sold(1, f15=ODD_ZONE)[2:]), ("11", "-1", "0"))
        await k.diary.until(lambda: k.diary.count(EventKind.EXECUTION))
        assert len((await k.broker.snapshot(None)).holdings) == 18
        assert k.tws.requests[71] == 1, "the connection is the same"


async def test_the_end_of_an_earlier_request_is_not_the_end_of_this_one() -> None:
    async with kept() as k:

        def end_an_earlier_one(request: Fields) -> None:
            if request[0] == "7":
                k.tws.send(("55", "1", str(int(request[2]) + 100)))
                k.tws.send(("11", request[2], *sold(1)[2:]))

        k.tws.before_answer = end_an_earlier_one
        snapshot = await k.broker.snapshot(None)
    assert [fill.exec_id for fill in snapshot.fills] == ["ab.1.01.01"]
    assert snapshot.fills_complete


async def test_a_refused_request_leaves_a_snapshot_without_fills_and_keeps_the_connection() -> None:
    async with kept(silent_executions=True) as k:

        def refuse(request: Fields) -> None:
            if request[0] == "7":
                k.tws.send(("4", "2", str(int(request[2]) + 100), "321", "of another request", ""))
                k.tws.send(("11", request[2], *sold(1)[2:]))
                k.tws.send(("4", "2", request[2], "2106", "a notice", ""))
                k.tws.send(("4", "2", request[2], "321", "Error validating request.", ""))

        k.tws.before_answer = refuse
        snapshot = await k.broker.snapshot(None)
        assert (len(snapshot.holdings), snapshot.fills, snapshot.fills_complete) == (18, (), False)
        assert k.tws.requests[71] == 1, "the connection is the same"
