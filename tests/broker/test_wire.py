from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.broker.contracts import PLACED
from app.broker.frames import LARGEST, Frames, fields_of
from app.broker.row_memory import RowMemory
from app.broker.rows import portfolio_row, position_row
from app.broker.simulator.protocol import fields, frame
from app.broker.wire import UNSET, WireError, from_float, number, size

DIGITS = st.text("0123456789", min_size=0, max_size=17)


@given(st.sampled_from(["", "-", "+"]), DIGITS, DIGITS)
def test_a_number_is_the_double_that_was_sent(sign: str, whole: str, fraction: str) -> None:
    text = f"{sign}{whole}.{fraction}"
    if not whole and not fraction:
        with pytest.raises(WireError):
            number(text)
        return
    assert str(number(text)) == str(from_float(float(text))), "the same digits are stored"


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_double_reads_as_its_shortest_decimal(value: float) -> None:
    found, expected = number(repr(value)), from_float(value)
    assert found == expected
    assert str(found) == str(expected), "the same digits are stored"


@pytest.mark.parametrize("text", ["1.5x", "12.3.4", "1..5", "x.5", "1.5 1", "--1.5"])
def test_what_is_no_number_is_an_error(text: str) -> None:
    with pytest.raises(WireError):
        number(text)


@pytest.mark.parametrize("text", ["nan", "inf", "-inf", "1.7976931348623157E308", "2147483647", ""])
def test_unset_numbers_are_none(text: str) -> None:
    assert number(text) is None


@pytest.mark.parametrize("text", ["", "x", "NaN", "NaN123", "inf", "1e300", *map(str, UNSET)])
def test_a_quantity_that_is_none_is_an_error(text: str) -> None:
    with pytest.raises(WireError):
        size(text)


@pytest.mark.parametrize("text", ["0", "5", "999999999", "-5", "0.00000001", "12345678901.25"])
def test_a_quantity_has_every_digit(text: str) -> None:
    assert str(size(text)) == str(Decimal(text))


class Taken:
    """Frames with a handler of 61, and what went where."""

    def __init__(self) -> None:
        self.own: list[list[str]] = []
        self.others: list[list[str]] = []
        self.frames = Frames({b"61": lambda m: self.own.append(fields_of(m))}, self.others.append)


@given(st.lists(st.sampled_from(["61", "6", "611", "4"]), max_size=6), st.integers(1, 9))
def test_messages_are_whole_however_they_arrive(numbers: list[str], piece: int) -> None:
    sent = [fields(number, "a", "") for number in numbers]
    data = b"".join(map(frame, sent))
    taken = Taken()
    for start in range(0, len(data), piece):
        taken.frames.feed(data[start : start + piece])
    assert taken.own == [list(one) for one in sent if one[0] == "61"]
    assert taken.others == [list(one) for one in sent if one[0] != "61"]


def test_a_length_that_is_none_is_an_error_and_is_not_waited_for() -> None:
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
def test_a_position_row_of_other_fields_is_an_error(message: bytes) -> None:
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
def test_a_portfolio_row_of_other_fields_is_an_error(message: bytes) -> None:
    with pytest.raises(WireError):
        portfolio_row(message)


def test_a_position_without_an_exchange_has_that_of_its_prices_and_is_made_once() -> None:
    held = position_row(row("5").replace(b"NASDAQ", b"")).instrument
    placed = PLACED.instrument(held, "NYSE")
    assert (held.exchange, placed.exchange) == ("", "NYSE")
    assert PLACED.instrument(held, "NYSE") is placed
    assert PLACED.instrument(held, "ARCA").exchange == "ARCA"


def test_the_same_bytes_are_the_same_row_and_others_are_decoded() -> None:
    memory = RowMemory(position_row)
    memory.begin()
    first = memory.row(row("5"))
    memory.begin()
    assert memory.row(row("5")) is first
    assert memory.row(row("6")).quantity == 6


def test_what_two_reads_did_not_have_is_forgotten() -> None:
    memory = RowMemory(position_row)
    first = memory.row(row("5"))
    for quantity in ("6", "7"):
        memory.begin()
        memory.row(row(quantity))
    assert memory.row(row("5")) is not first


def test_a_read_without_rows_of_the_kind_forgets_nothing() -> None:
    memory = RowMemory(position_row)
    first = memory.row(row("5"))
    for _ in range(3):
        memory.begin()
    assert memory.row(row("5")) is first
