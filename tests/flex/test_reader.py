"""What a Flex file says is read to the last digit; what is none, or lacks something, is refused."""

import tracemalloc
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from app.domain.model.errors import StatementError
from app.domain.model.instruments import Instrument
from app.domain.model.snapshot import Fill
from app.flex.reader import read_statement
from tests.flex.files import (
    CALL,
    EURUSD,
    FUTURE,
    account_statement,
    cancel,
    document,
    element,
    saved,
    trade,
    written,
)

CASES = Path(__file__).parent / "cases"
COSTS = "-1.00350000000000000000000000000000001"  # more digits than Python's sums keep


def fills(folder: Path, *rows: str) -> tuple[Fill, ...]:
    return read_statement(written(folder, *rows)).fills


def refusal(path: Path) -> str:
    with pytest.raises(StatementError) as caught:
        read_statement(path)
    return str(caught.value)


def test_an_execution_becomes_a_fill_with_all_its_digits(tmp_path: Path) -> None:
    (fill,) = fills(tmp_path, trade(fifoPnlRealized="1,998.99650000000000012", ibCommission=COSTS))
    assert fill == Fill(
        exec_id="0000e0d5.6aa01234.01.01",
        account="U1234567",
        instrument=Instrument(265598, "AAPL", "STK", "USD", "NASDAQ", local_symbol="AAPL"),
        quantity=Decimal("-100"),
        price=Decimal("120.25"),
        time=datetime(2026, 11, 2, 15, 30, 15, tzinfo=UTC),
        commission=Decimal(COSTS[1:]),
        commission_currency="USD",
        realized_pnl=Decimal("1998.99650000000000012"),
        trade_id="1700000001",
        transaction_id="29000000001",
    )


def test_a_statement_says_whose_it_is_and_which_days_it_covers(tmp_path: Path) -> None:
    first = account_statement(trade(), days=("20261001", "20261031"))
    second = account_statement(
        trade(ibExecID="0000e0d5.6aa01235.01.01"), account="U7654321", days=("20261101", "20261130")
    )
    statement = read_statement(saved(tmp_path, document(first, second)))
    assert statement.accounts == ("U1234567", "U7654321")
    assert (statement.from_date, statement.to_date) == (date(2026, 10, 1), date(2026, 11, 30))
    assert statement.generated_at == datetime(2026, 12, 1, 6, 45, 9, tzinfo=UTC)
    assert [fill.account for fill in statement.fills] == ["U1234567", "U7654321"]


def test_a_row_names_its_own_account_in_a_joint_statement(tmp_path: Path) -> None:
    statement = read_statement(written(tmp_path, trade(accountId="U7"), account="F1"))
    assert statement.accounts == ("F1", "U7")
    assert statement.fills[0].account == "U7"


def test_instruments_are_named_as_the_api_names_them(tmp_path: Path) -> None:
    rows = (
        trade(CALL, ibExecID="1.01", dateTime="20261102;100000"),
        trade(FUTURE, ibExecID="2.01", dateTime="20261102;110000"),
        trade(EURUSD, ibExecID="3.01", dateTime="20261102;120000"),
        trade(
            CALL, ibExecID="4.01", dateTime="20261102;130000", assetCategory="FSFOP", putCall="P"
        ),
    )
    call, future, pair, option = (fill.instrument for fill in fills(tmp_path, *rows))
    assert call.description == "AAPL 18 Dec 2026 200.5 C"
    assert (call.multiplier, call.local_symbol) == (100, "AAPL  261218C00200500")
    assert (future.symbol, future.expiry, future.multiplier, future.strike) == (
        "ES",
        "20261218",
        50,
        None,
    )
    assert (pair.description, pair.exchange) == ("EUR.USD", "IDEALFX")
    assert (option.sec_type, option.right) == ("FOP", "P")


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("20261102;103015", 15),
        ("2026-11-02;10:30:15", 15),
        ("2026-11-02, 10:30:15", 15),
        ("2026-11-02 10:30:15", 15),
        ("20260702;103015", 14),  # New York's summer
        ("2026-07-02;10:30:15 EDT", 14),
        ("20261101;013015 EDT", 5),  # the clocks go back: the first of two such hours
        ("20261101;013015 EST", 6),
        ("20261102;103015 UTC", 10),
    ],
)
def test_times_are_new_york_s_unless_the_file_says_otherwise(
    text: str, hour: int, tmp_path: Path
) -> None:
    assert fills(tmp_path, trade(dateTime=text))[0].time.hour == hour


def test_the_p_and_l_of_an_opening_is_none_as_the_api_has_it(tmp_path: Path) -> None:
    rows = (
        trade(ibExecID="1.01", openCloseIndicator="O", fifoPnlRealized="0", quantity="100"),
        trade(ibExecID="2.01", openCloseIndicator="C", fifoPnlRealized="0"),
        trade(ibExecID="3.01", openCloseIndicator="C;O", fifoPnlRealized="-7.5"),
        trade(ibExecID="4.01", without=("openCloseIndicator",), fifoPnlRealized="12"),
        trade(ibExecID="5.01", without=("fifoPnlRealized", "ibCommission")),
    )
    found = fills(tmp_path, *rows)
    assert [fill.realized_pnl for fill in found] == [None, 0, Decimal("-7.5"), 12, None]
    assert [fill.commission for fill in found][3:] == [Decimal("1.0035"), None]


def test_a_rebate_is_a_negative_commission(tmp_path: Path) -> None:
    rows = (trade(ibCommission="0.3333"), trade(ibExecID="2.01", ibCommission="0"))
    assert [str(fill.commission) for fill in fills(tmp_path, *rows)] == ["-0.3333", "0"]


def test_rows_of_other_levels_count_for_nothing(tmp_path: Path) -> None:
    rows = (
        trade(),
        trade(ibExecID="2.01", levelOfDetail="ORDER"),
        trade(ibExecID="3.01", levelOfDetail="CLOSED_LOT"),
        trade(ibExecID="4.01", levelOfDetail="SYMBOL_SUMMARY"),
        element("Order", {"ibExecID": "5.01", "levelOfDetail": "ORDER"}),
        element("Lot", {"symbol": "AAPL", "levelOfDetail": "CLOSED_LOT"}),
        trade(ibExecID="6.01", without=("levelOfDetail",)),
    )
    statement = read_statement(written(tmp_path, *rows))
    assert [fill.exec_id for fill in statement.fills] == ["0000e0d5.6aa01234.01.01", "6.01"]
    assert statement.skipped == 0


def test_a_correction_replaces_the_revision_before_it(tmp_path: Path) -> None:
    rows = (
        trade(ibExecID="0000e0d5.6aa01234.01.02", tradePrice="120.5"),
        trade(ibExecID="0000e0d5.6aa01234.01.01"),
    )
    statement = read_statement(written(tmp_path, *rows))
    (fill,) = statement.fills
    assert (fill.revision, fill.price, statement.skipped) == (2, Decimal("120.5"), 1)


def test_a_cancelled_trade_is_marked_and_what_replaces_it_stands(tmp_path: Path) -> None:
    """As IBKR books it: the replacement keeps the trade's number, the cancel has no execution."""
    rows = (
        trade(ibExecID="1.01.01", tradeID="77", transactionID="101"),
        cancel("77", transactionID="102"),
        trade(ibExecID="1.01.02", tradeID="77", transactionID="103", quantity="-50"),
        trade(ibExecID="2.01.01", tradeID="78", transactionID="104"),
        cancel("78", transactionID="105"),
        trade(ibExecID="3.01.01", tradeID="79", transactionID="106"),
    )
    statement = read_statement(written(tmp_path, *rows))
    found = [(fill.exec_id, fill.quantity, fill.is_cancelled) for fill in statement.fills]
    assert found == [
        ("1.01.02", Decimal(-50), False),
        ("2.01.01", Decimal(-100), True),
        ("3.01.01", Decimal(-100), False),
    ]
    assert statement.skipped == 3


def test_a_replacement_of_the_same_size_survives_the_cancel(tmp_path: Path) -> None:
    again = trade(ibExecID="1.01.01", tradeID="77", transactionID="103", tradePrice="121")
    by_order = (cancel("77", transactionID="102"), again)
    by_name = (cancel("77", transactionID="102", origTransactionID="101"), again)
    original = trade(ibExecID="1.01.01", tradeID="77", transactionID="101")
    for rows in (by_order, by_name, (original, *by_order), (original, *by_name)):
        (fill,) = fills(tmp_path, *rows)
        assert fill.price == 121


def test_what_other_sections_hold_does_not_matter(tmp_path: Path) -> None:
    sections = (
        '<AccountInformation accountId="U1234567" currency="EUR" dateOpened="a while ago" />'
        '<OpenPositions><OpenPosition position="many" /></OpenPositions>'
        "<SectionOfNextYear><Trade quantity='x' /></SectionOfNextYear>"
    )
    text = document(account_statement(trade(currency="ZWG"), sections=sections))
    statement = read_statement(saved(tmp_path, text))
    assert [fill.instrument.currency for fill in statement.fills] == ["ZWG"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is not XML"),
        ("Trades,Header,DataDiscriminator\n", "is not XML"),
        (document(account_statement(trade()))[:-30], "is incomplete"),
        ('<?xml version="1.0" encoding="klingon"?><FlexQueryResponse/>', "is not XML"),
        ("<html><body>Log in</body></html>", "is not a Flex statement"),
        (
            "<FlexStatementResponse><Status>Fail</Status></FlexStatementResponse>",
            "is not a Flex state",
        ),
        (document(), "contains no statement"),
        (document(account_statement()), "tick Trades with the option Executions"),
        (document(account_statement(element("Order", {"ibOrderID": "1"}))), "no executions"),
        (document(account_statement(trade(levelOfDetail="ORDER"))), "no executions"),
        (document(account_statement(trade(), days=("", ""))), "which days it covers"),
        (document(account_statement(trade(), account="")), "which account"),
        (document(account_statement(trade(), days=("01/02/2026", "02/02/2026"))), "which days"),
    ],
)
def test_what_is_no_statement_is_refused_with_a_next_step(
    text: str, reason: str, tmp_path: Path
) -> None:
    said = refusal(saved(tmp_path, text))
    assert reason in said
    assert said.startswith("trades.xml ")
    assert said.endswith(".")


@pytest.mark.parametrize(
    "declared",
    [
        '<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">',
        '<!ENTITY a SYSTEM "file:///etc/passwd">',
    ],
)
def test_a_file_that_declares_entities_is_not_read(declared: str, tmp_path: Path) -> None:
    text = f"<!DOCTYPE FlexQueryResponse [{declared}]><FlexQueryResponse>&a;</FlexQueryResponse>"
    assert "declares a document type" in refusal(saved(tmp_path, text))


@pytest.mark.parametrize(
    ("attribute", "name"),
    [("ibExecID", "IB Execution ID"), ("conid", "Conid"), ("dateTime", "Date/Time")],
)
def test_what_was_not_ticked_is_named(attribute: str, name: str, tmp_path: Path) -> None:
    said = refusal(written(tmp_path, trade(without=(attribute,))))
    assert f"leaves out {name}. In the Flex Query, tick {name} under Trades" in said


@pytest.mark.parametrize(
    ("attribute", "text"),
    [
        ("quantity", ""),
        ("quantity", "NaN"),
        ("tradePrice", "1E+999999"),
        ("tradePrice", "12x"),
        ("conid", "-5"),
        ("dateTime", "20261102"),
        ("dateTime", "02/11/2026;103015"),
        ("dateTime", "20261102;103015 XYZ"),
        ("dateTime", "20261102;246015"),
        ("conid", ""),
        ("conid", "0"),
        ("conid", "12345678901"),
        ("conid", "２６５５９８"),
        ("quantity", "1e99"),
        ("quantity", "1,00"),
        ("quantity", "१००"),
        ("tradePrice", "inf"),
        ("tradePrice", "1_000"),
        ("tradePrice", ""),
        ("multiplier", "0"),
        ("multiplier", "NaN"),
        ("ibCommission", "one"),
        ("fifoPnlRealized", "1.797e308"),
        ("fxRateToBase", "-1"),
        ("expiry", "18/12/2026"),
    ],
)
def test_an_execution_that_cannot_be_read_is_never_left_out(
    attribute: str, text: str, tmp_path: Path
) -> None:
    said = refusal(written(tmp_path, trade(), trade(ibExecID="2.01", **{attribute: text})))
    assert "The execution 2.01 in trades.xml" in said
    assert repr(text) in said


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    assert "cannot be read" in refusal(tmp_path / "nowhere.xml")
    assert "is not a file" in refusal(tmp_path)


def test_a_file_of_more_than_500_mb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "huge.xml"
    with path.open("wb") as file:
        file.truncate(500_000_001)
    assert "larger than 500 MB" in refusal(path)


def test_a_statement_without_a_trade_is_read() -> None:
    statement = read_statement(CASES / "no-trades.xml")
    assert (statement.accounts, statement.fills, statement.cancellations) == (("U1234567",), (), ())
    assert (statement.from_date, statement.skipped) == (date(2026, 11, 1), 0)


def test_of_several_statements_one_may_have_no_trades_section(tmp_path: Path) -> None:
    both = (account_statement(trade()), account_statement(account="U7654321"))
    statement = read_statement(saved(tmp_path, document(*both)))
    assert (statement.accounts, len(statement.fills)) == (("U1234567", "U7654321"), 1)


@pytest.mark.parametrize("kind", [CALL, FUTURE, {**CALL, "assetCategory": "FSFOP"}])
@pytest.mark.parametrize("text", ["", "0", "-100", "NaN", "inf", "1e308", "hundred", "--"])
def test_a_derivative_without_a_multiplier_is_refused(
    kind: dict[str, str], text: str, tmp_path: Path
) -> None:
    said = refusal(written(tmp_path, trade(kind, multiplier=text)))
    assert f"has {text!r} as the Multiplier of {kind['symbol']}" in said
    assert said.endswith("tick Multiplier under Trades, and run it again.")


def test_a_share_without_a_multiplier_has_one(tmp_path: Path) -> None:
    (fill,) = fills(tmp_path, trade(multiplier=""))
    assert fill.instrument.multiplier == 1


def test_a_strike_below_zero_is_refused(tmp_path: Path) -> None:
    said = refusal(written(tmp_path, trade(CALL, strike="-5")))
    assert "has '-5' as its Strike, which cannot be read" in said


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,234,567.5", "1234567.5"),
        ("-1,000", "-1000"),
        ("+5", "5"),
        (".5", "0.5"),
        ("2E-7", "2E-7"),
    ],
)
def test_numbers_may_have_thousands_separators_and_exponents(
    text: str, value: str, tmp_path: Path
) -> None:
    (fill,) = fills(tmp_path, trade(quantity=text))
    assert fill.quantity == Decimal(value)


def test_the_next_step_is_about_what_could_not_be_read(tmp_path: Path) -> None:
    assert "date format" not in refusal(written(tmp_path, trade(quantity="many")))
    assert "date format yyyyMMdd" in refusal(written(tmp_path, trade(dateTime="02/11/2026")))


def test_a_trade_takes_less_memory_than_its_row_of_the_file(tmp_path: Path) -> None:
    """Nothing of a row is kept but its fill, and equal values are made once."""
    rows = (
        trade(
            ibExecID=f"0000e0d5.{number:08x}.01.01",
            tradeID=f"{1_700_000_000 + number}",
            transactionID=f"{29_000_000_000 + number}",
            fifoPnlRealized=f"{number}.12",
            tradePrice=f"{120 + number % 100}.25",
        )
        for number in range(5_000)
    )
    path = written(tmp_path, *rows)
    read_statement(path)  # what a first call loads stays out of the figure
    tracemalloc.start()
    try:
        statement = read_statement(path)
        kept, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(statement.fills) == 5_000
    assert kept < peak < path.stat().st_size
