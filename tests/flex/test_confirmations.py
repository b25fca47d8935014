"""Trade Confirmation queries are read as activity statements are."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from app.domain.model.errors import StatementError
from app.domain.model.snapshot import Booking
from app.domain.model.statements import Statement
from app.flex.reader import read_statement
from tests.flex.files import CALL, FUTURE, confirmation, document, element, saved, trade, written


def read(folder: Path, *rows: str) -> Statement:
    inner = "\n".join(rows)
    header = (
        '<FlexStatement accountId="U1234567" fromDate="20261102" toDate="20261102" '
        'period="Today" whenGenerated="20261102;180500">'
    )
    text = document(f"{header}\n<TradeConfirms>\n{inner}\n</TradeConfirms>\n</FlexStatement>")
    return read_statement(saved(folder, text, "confirms.xml"))


@pytest.mark.parametrize("kind", [{}, CALL, FUTURE])
def test_a_confirmation_is_the_fill_of_the_activity_statement_without_its_p_and_l(
    kind: dict[str, str], tmp_path: Path
) -> None:
    (confirmed,) = read(tmp_path, confirmation(kind)).fills
    (booked,) = read_statement(written(tmp_path, trade(kind))).fills
    assert confirmed == replace(booked, realized_pnl=None, transaction_id="")
    assert confirmed.commission == Decimal("1.0035")
    assert confirmed.rate_to_base is None


def test_an_expiry_is_confirmed_by_its_code(tmp_path: Path) -> None:
    row = confirmation(
        CALL, execID="", transactionType="BookTrade", code="C;Ep", tradeID="5", transactionID=""
    )
    with pytest.raises(StatementError, match="tick Transaction ID under Trade Confirmations"):
        read(tmp_path, row.replace('tradeID="5"', 'tradeID=""'))
    (fill,) = read(tmp_path, row).fills
    assert (fill.exec_id, fill.booking, fill.realized_pnl) == ("trade:5", Booking.EXPIRED, None)


def test_a_confirmed_cancel_takes_back_its_trade(tmp_path: Path) -> None:
    back = confirmation(
        execID="",
        tradeID="",
        origTradeID="1700000001",
        quantity="100",
        transactionType="TradeCancel",
        buySell="SELL (Ca.)",
        code="Ca",
    )
    statement = read(tmp_path, back, confirmation())
    assert [fill.is_cancelled for fill in statement.fills] == [True]
    assert statement.cancellations == ()


def test_orders_and_summaries_of_confirmations_count_for_nothing(tmp_path: Path) -> None:
    summary = element("SymbolSummary", {"tradeDate": "MULTI", "levelOfDetail": "SYMBOL_SUMMARY"})
    order = element("Order", {"execID": "", "levelOfDetail": "ORDER"})
    statement = read(tmp_path, summary, order, confirmation())
    assert (len(statement.fills), statement.skipped) == (1, 0)
    with pytest.raises(StatementError, match="has orders or summaries, but no executions"):
        read(tmp_path, summary, order)


def test_a_day_without_a_confirmation_is_read(tmp_path: Path) -> None:
    assert read(tmp_path).fills == ()


def test_a_confirmation_s_date_and_time_may_stand_apart(tmp_path: Path) -> None:
    apart = confirmation(without=("dateTime",), date="20261102", time="103015")
    (fill,) = read(tmp_path, apart).fills
    assert (fill.time.hour, fill.time.minute) == (15, 30)


def test_the_boxes_are_named_as_that_query_names_them(tmp_path: Path) -> None:
    with pytest.raises(StatementError) as caught:
        read(tmp_path, confirmation(without=("execID", "price", "conid")))
    assert "tick ExecID, Conid, Price under Trade Confirmations" in str(caught.value)
    with pytest.raises(StatementError, match="has 'x' as its Price"):
        read(tmp_path, confirmation(price="x"))
