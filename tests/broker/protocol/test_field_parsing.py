from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.broker.protocol.contract_cache import EXCHANGE_RESOLVER, INSTRUMENTS
from app.broker.protocol.field_parsing import (
    LARGEST_FLOAT,
    UNSET,
    WireError,
    parse_double,
    parse_quantity,
)
from app.broker.protocol.framing import LARGEST, FrameDecoder, fields_of
from app.broker.protocol.rows import DecodeCache, portfolio_row, position_row, value_row
from app.broker.simulator.server.protocol import fields, frame
from app.domain.model.instruments import Instrument

DIGITS = st.text("0123456789", min_size=0, max_size=17)


@given(st.sampled_from(["", "-", "+"]), DIGITS, DIGITS)
def test_a_number_is_read_as_the_double_that_was_sent(sign: str, whole: str, fraction: str) -> None:
    text = f"{sign}{whole}.{fraction}"
    if not whole and not fraction:
        with pytest.raises(WireError):
            parse_double(text)
        return
    expected = None if float(text) == 2147483647 else Decimal(repr(float(text)))
    assert str(parse_double(text)) == str(expected), "the same digits are stored"


@given(st.floats(-LARGEST_FLOAT, LARGEST_FLOAT, exclude_min=True, exclude_max=True))
def test_a_double_reads_as_its_shortest_decimal(value: float) -> None:
    expected = None if value == 2147483647 else Decimal(repr(value))
    found = parse_double(repr(value))
    assert found == expected
    assert str(found) == str(expected), "the same digits are stored"


ODD = ["1.5x", "12.3.4", "1..5", "x.5", "1.5 1", "--1.5", " 1.5", "1.5\n", "0x10", "1_000", "1_0.5"]
ODD += ["\uff11\uff12", "\u0661.5", "\xb2", "1\xb2", "1,5", "e5", "1e", "ten", "-", "NaN1"]


@pytest.mark.parametrize("text", [*ODD, "1e18", "-1e299", "1" + "0" * 18])
def test_a_text_that_is_not_a_number_is_an_error(text: str) -> None:
    with pytest.raises(WireError):
        parse_double(text)


@pytest.mark.parametrize(
    "text",
    [
        *("nan", "NaN", "inf", "-inf", "Infinity", "1.7976931348623157E308", "1e308"),
        *("2147483647", "9223372036854775807", "9.223372036854776E18", ""),
    ],
)
def test_unset_numbers_are_none(text: str) -> None:
    assert parse_double(text) is None


@pytest.mark.parametrize(
    "text", ["", "NaN", "inf", "1e18", "1E-99", "0." + "1" * 60, *ODD, *map(str, UNSET)]
)
def test_an_invalid_quantity_is_an_error(text: str) -> None:
    with pytest.raises(WireError):
        parse_quantity(text)


@pytest.mark.parametrize(
    "text", ["0", "5", "999999999", "-5", "0.00000001", "1E-8", "+2", "12345678901.25"]
)
def test_a_quantity_has_every_digit(text: str) -> None:
    assert str(parse_quantity(text)) == str(Decimal(text))


class Taken:
    """Frames with a handler of 61, and what went where."""

    def __init__(self) -> None:
        self.own: list[list[str]] = []
        self.others: list[list[str]] = []
        self.frames = FrameDecoder(
            {b"61": lambda m: self.own.append(fields_of(m))}, self.others.append
        )


@given(st.lists(st.sampled_from(["61", "6", "611", "4"]), max_size=6), st.integers(1, 9))
def test_messages_are_complete_however_they_arrive(numbers: list[str], piece: int) -> None:
    sent = [fields(number, "a", "") for number in numbers]
    data = b"".join(map(frame, sent))
    taken = Taken()
    for start in range(0, len(data), piece):
        taken.frames.feed(data[start : start + piece])
    assert taken.own == [list(one) for one in sent if one[0] == "61"]
    assert taken.others == [list(one) for one in sent if one[0] != "61"]


def test_an_impossible_length_is_an_error_and_is_not_waited_for() -> None:
    taken = Taken()
    with pytest.raises(WireError, match="a message of"):
        taken.frames.feed((LARGEST + 1).to_bytes(4, "big") + b"61\0")


def row(quantity: str) -> bytes:
    texts = (
        "61",
        "3",
        "DU1",
        "7",
        "AAPL",
        "STK",
        "",
        "0.0",
        "",
        "",
        "NASDAQ",
        "USD",
        "AAPL",
        "NMS",
    )
    return ("\0".join((*texts, quantity, "12.5")) + "\0").encode()


@pytest.mark.parametrize("message", [row("5")[:-1], row("5\0"), row("5") + b"x", b"61\0003\0"])
def test_a_position_row_with_wrong_fields_is_an_error(message: bytes) -> None:
    with pytest.raises(WireError):
        position_row(message)


def listed(*, exchange: str = "NASDAQ", figures: int = 7) -> bytes:
    contract = ("7", "AAPL", "STK", "", "0.0", "", "", exchange, "USD", "AAPL", "NMS")
    texts = ("7", "8", *contract, "5", "12.5", "62.5", "11", "7.5", "0.0", "DU1")
    return ("\0".join(texts[: 13 + figures]) + "\0").encode()


def test_a_portfolio_row_has_its_figures_and_the_exchange() -> None:
    row = portfolio_row(listed())
    assert (row.identity, row.exchange, row.quantity) == (("DU1", 7), "NASDAQ", 5)
    assert [str(n) for n in (row.market_price, row.market_value, row.unrealized_pnl)] == [
        "12.5",
        "62.5",
        "7.5",
    ]


@pytest.mark.parametrize("message", [listed(figures=6), listed(figures=0), listed() + b"x\0"])
def test_a_portfolio_row_with_wrong_fields_is_an_error(message: bytes) -> None:
    with pytest.raises(WireError):
        portfolio_row(message)


def test_a_position_without_an_exchange_gets_that_of_its_prices_and_is_made_once() -> None:
    held = position_row(row("5").replace(b"NASDAQ", b"")).instrument
    placed = EXCHANGE_RESOLVER.instrument(held, "NYSE")
    assert (held.exchange, placed.exchange) == ("", "NYSE")
    assert EXCHANGE_RESOLVER.instrument(held, "NYSE") is placed
    assert EXCHANGE_RESOLVER.instrument(held, "ARCA").exchange == "ARCA"


def test_the_same_bytes_are_the_same_row_and_others_are_decoded() -> None:
    memory = DecodeCache(position_row)
    memory.begin()
    first = memory.row(row("5"))
    memory.begin()
    assert memory.row(row("5")) is first
    assert memory.row(row("6")).quantity == 6


def test_rows_that_two_reads_did_not_have_are_dropped() -> None:
    memory = DecodeCache(position_row)
    first = memory.row(row("5"))
    for quantity in ("6", "7"):
        memory.begin()
        memory.row(row(quantity))
    assert memory.row(row("5")) is not first


def test_a_read_without_rows_of_the_kind_drops_nothing() -> None:
    memory = DecodeCache(position_row)
    first = memory.row(row("5"))
    for _ in range(3):
        memory.begin()
    assert memory.row(row("5")) is first


def instrument_of(**texts: str) -> Instrument:
    fields = {
        "con_id": "7", "symbol": "X", "sec_type": "OPT", "expiry": "20991218", "strike": "200.0",
        "right": "C", "multiplier": "100", "exchange": "SMART", "currency": "USD", "local": "X",
        "class": "X",
    }  # fmt: skip
    return INSTRUMENTS.of("\0".join((fields | texts).values()))


BAD_MULTIPLIERS = ["NaN", "inf", "-inf", "1e308", "1.7976931348623157E308", "2147483647", "1e10"]
BAD_MULTIPLIERS += ["-100", "0", "0.0", *ODD]


@pytest.mark.parametrize("sec_type", ["OPT", "FOP", "FUT", "WAR", "IOPT"])
@pytest.mark.parametrize("text", ["", *BAD_MULTIPLIERS])
def test_an_invalid_multiplier_is_an_error_and_never_1(sec_type: str, text: str) -> None:
    with pytest.raises(WireError, match=r"multiplier|number"):
        instrument_of(sec_type=sec_type, multiplier=text)


@pytest.mark.parametrize("text", BAD_MULTIPLIERS)
def test_an_invalid_multiplier_of_a_stock_is_an_error_too(text: str) -> None:
    with pytest.raises(WireError, match=r"multiplier|number"):
        instrument_of(sec_type="STK", multiplier=text)


@pytest.mark.parametrize("sec_type", ["STK", "CASH", "CRYPTO", "BOND", "BILL", "FUND", "CFD"])
def test_an_instrument_without_a_multiplier_has_1(sec_type: str) -> None:
    assert instrument_of(sec_type=sec_type, multiplier="").multiplier == 1


@pytest.mark.parametrize("text", ["100", "0.5", "0.1", "12500000", "5.0"])
def test_a_multiplier_is_what_tws_sends(text: str) -> None:
    assert instrument_of(multiplier=text).multiplier == Decimal(text)


@pytest.mark.parametrize("con_id", ["", "0", "-7", "7" * 30, "2147483647", "7.0", "\uff17", "7_0"])
def test_an_invalid_contract_id_is_an_error(con_id: str) -> None:
    with pytest.raises(WireError, match="contract id"):
        instrument_of(con_id=con_id)
    listed_there = listed().replace(b"\x008\x007\0", f"\x008\0{con_id}\0".encode())
    with pytest.raises(WireError, match="contract id"):
        portfolio_row(listed_there)


@pytest.mark.parametrize("strike", ["-5", "NaN", "1.7976931348623157E308", "1e12", *ODD])
def test_an_unset_or_impossible_strike_is_an_error(strike: str) -> None:
    with pytest.raises(WireError, match=r"strike|number"):
        instrument_of(strike=strike)


@pytest.mark.parametrize(
    ("sec_type", "strike", "expected"),
    [("FOP", "-37.5", Decimal("-37.5")), ("FOP", "0.0", None), ("WAR", "", None),
     ("OPT", "0", None), ("IOPT", "0.0", None), ("WAR", "11.5", Decimal("11.5")),
     ("STK", "0.0", None)],
)  # fmt: skip
def test_a_strike_is_what_such_a_contract_can_have(
    sec_type: str, strike: str, expected: Decimal | None
) -> None:
    assert instrument_of(sec_type=sec_type, strike=strike).strike == expected


def test_a_combo_without_a_contract_id_is_not_a_position() -> None:
    combo = row("5").replace(b"\x007\0AAPL\0STK", b"\x000\0AAPL\0BAG")
    with pytest.raises(WireError, match="contract id"):
        position_row(combo)


def test_a_row_with_wrong_fields_is_reported_with_the_right_article() -> None:
    with pytest.raises(WireError, match="an account value row of 5 fields"):
        value_row(["6", "2", "CashBalance", "1.0", "USD"])


def test_a_position_or_portfolio_row_without_an_account_is_an_error_and_not_left_out() -> None:
    with pytest.raises(WireError, match="without an account"):
        position_row(row("5").replace(b"DU1", b""))
    with pytest.raises(WireError, match="without an account"):
        portfolio_row(listed().replace(b"DU1", b""))
