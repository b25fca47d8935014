"""Cancels are matched to what they take back, in any order of a file's rows."""

from itertools import permutations
from pathlib import Path

import pytest

from app.domain.model.snapshot import Fill
from app.domain.model.statements import Cancellation, Statement
from app.flex.reader import read_statement
from tests.flex.files import CALL, account_statement, cancel, document, saved, trade, written

CASES = Path(__file__).parent / "cases"


def standing(fills: tuple[Fill, ...]) -> list[str]:
    return [fill.exec_id for fill in fills if not fill.is_cancelled]


def cancelled(fills: tuple[Fill, ...]) -> list[str]:
    return [fill.exec_id for fill in fills if fill.is_cancelled]


def read(folder: Path, *rows: str) -> Statement:
    return read_statement(written(folder, *rows))


@pytest.mark.parametrize("file", ["cancel-in-same-file.xml", "cancel-without-ids.xml"])
def test_a_cancel_in_the_file_of_its_trade_marks_it(file: str) -> None:
    statement = read_statement(CASES / file)
    assert cancelled(statement.fills) == ["0000e0d5.6908a001.01.01"]
    assert standing(statement.fills) == ["0000e0d5.6908a009.01.01"]
    assert (statement.cancellations, statement.skipped) == ((), 1)


def test_a_cancel_of_an_earlier_file_s_trade_is_handed_on() -> None:
    (sold,) = read_statement(CASES / "cancel-1-trade.xml").fills
    later = read_statement(CASES / "cancel-2-next-day.xml")
    assert standing(later.fills) == ["0000e0d5.6908a009.01.01"]
    (one,) = later.cancellations
    assert one == Cancellation(
        account="U1234567",
        con_id=265598,
        quantity=-sold.quantity,
        price=sold.price,
        time=sold.time,
        orig_trade_id="8100000001",
        orig_transaction_id="31000000001",
    )
    assert one.cancels(sold)


def test_a_statement_of_a_cancel_alone_is_read(tmp_path: Path) -> None:
    statement = read(tmp_path, cancel("77"))
    assert (statement.fills, len(statement.cancellations)) == ((), 1)
    assert statement.accounts == ("U1234567",)


def test_the_order_of_the_rows_does_not_matter(tmp_path: Path) -> None:
    """As IBKR books it: the replacement keeps the trade's number, the cancel has no execution."""
    rows = (
        trade(ibExecID="1.01.01", tradeID="77", transactionID="101"),
        cancel("77", transactionID="102"),
        trade(ibExecID="1.01.02", tradeID="77", transactionID="103"),
        trade(ibExecID="2.01.01", tradeID="78", transactionID="104"),
    )
    for order in permutations(rows):
        statement = read(tmp_path, *order)
        assert sorted(standing(statement.fills)) == ["1.01.02", "2.01.01"]
        assert cancelled(statement.fills) == []  # the correction stands for it
        assert (statement.cancellations, statement.skipped) == ((), 2)


@pytest.mark.parametrize("kind", [{}, CALL])
@pytest.mark.parametrize(
    ("made", "taken"),
    [
        ({"quantity": "-40", "buySell": "SELL"}, {"quantity": "40", "buySell": "SELL (Ca.)"}),
        ({"quantity": "40", "buySell": "BUY"}, {"quantity": "-40", "buySell": "BUY (Ca.)"}),
    ],
)
@pytest.mark.parametrize(
    "numbers",
    [
        {"origTransactionID": "101"},
        {"origTradeID": "77"},
        {"origTradeID": "0", "origTransactionID": "0"},
    ],
)
def test_buys_and_sells_of_any_instrument_are_taken_back_by_any_number(
    kind: dict[str, str],
    made: dict[str, str],
    taken: dict[str, str],
    numbers: dict[str, str],
    tmp_path: Path,
) -> None:
    original = trade(kind, made, ibExecID="1.01.01", tradeID="77", transactionID="101")
    other = trade(kind, made, ibExecID="2.01.01", tradeID="78", tradePrice="3", transactionID="99")
    back = cancel("", kind, **(taken | numbers))
    statement = read(tmp_path, back, other, original)
    assert cancelled(statement.fills) == ["1.01.01"]
    assert statement.cancellations == ()


@pytest.mark.parametrize(
    "signs",
    [
        {"transactionType": "TradeCancel"},
        {"transactionType": "FracShareCancel"},
        {"buySell": "SELL (Ca.)"},
        {"notes": "Ca"},
        {"notes": "P;Ca"},
    ],
)
def test_any_sign_of_a_cancel_makes_a_row_one(signs: dict[str, str], tmp_path: Path) -> None:
    none = {"transactionType": "ExchTrade", "buySell": "SELL", "notes": "CaX"}
    statement = read(tmp_path, trade(), cancel("1700000001", **(none | signs)))
    assert len(cancelled(statement.fills)) == 1


@pytest.mark.parametrize("numbered", [True, False])
def test_of_identical_executions_one_cancel_takes_back_one(numbered: bool, tmp_path: Path) -> None:
    trades = [
        trade(ibExecID=f"{n}.01.01", tradeID="", transactionID=f"10{n}" if numbered else "")
        for n in range(1, 4)
    ]
    one = read(tmp_path, cancel("", transactionID=""), *trades)
    assert (len(standing(one.fills)), cancelled(one.fills)) == (2, ["1.01.01"])
    two = read(tmp_path, cancel("", transactionID=""), *trades, cancel("", transactionID=""))
    assert (len(standing(two.fills)), two.cancellations) == (1, ())
    four = read(tmp_path, *trades, *[cancel("", transactionID="")] * 4)
    assert (standing(four.fills), len(four.cancellations)) == ([], 1)


def test_a_sure_cancel_is_matched_before_an_unsure_one(tmp_path: Path) -> None:
    trades = [trade(ibExecID=f"{n}.01.01", tradeID=f"7{n}", transactionID=f"10{n}") for n in (1, 2)]
    sure = cancel("", origTransactionID="101", transactionID="103")
    unsure = cancel("", transactionID="104")
    for rows in ((sure, unsure), (unsure, sure)):
        assert len(cancelled(read(tmp_path, *rows, *trades).fills)) == 2


def test_a_cancelled_correction_stays_the_highest_revision(tmp_path: Path) -> None:
    rows = (
        trade(ibExecID="1.01.01", tradeID="77", transactionID="101"),
        trade(ibExecID="1.01.02", tradeID="77", transactionID="102", quantity="-50"),
        cancel("77", transactionID="103", quantity="50"),
    )
    statement = read(tmp_path, *rows)
    assert (cancelled(statement.fills), standing(statement.fills)) == (["1.01.02"], [])


def test_a_trade_that_replaces_a_cancelled_one_of_an_earlier_file_stands(tmp_path: Path) -> None:
    """Without transaction ids only the price, which the cancel repeats, tells them apart."""
    hidden = {"transactionID": ""}
    again = trade(ibExecID="1.01.02", tradeID="77", tradePrice="121", **hidden)
    statement = read(tmp_path, cancel("77", **hidden), again)
    assert standing(statement.fills) == ["1.01.02"]
    assert len(statement.cancellations) == 1


def test_a_rebooked_expiry_replaces_the_cancelled_booking(tmp_path: Path) -> None:
    booked = {"ibExecID": "", "transactionType": "BookTrade", "notes": "Ep", "tradeID": "77"}
    rows = (
        trade(CALL, booked, transactionID="101"),
        cancel("77", CALL, transactionID="102"),
        trade(CALL, booked, transactionID="103", quantity="-99"),
    )
    for order in permutations(rows):
        (fill,) = read(tmp_path, *order).fills
        assert (fill.exec_id, fill.quantity, fill.is_cancelled) == ("trade:77", -99, False)


def test_statements_of_one_file_that_overlap_count_each_row_once(tmp_path: Path) -> None:
    rows = (trade(tradeID="77", transactionID="101"), cancel("77", transactionID="102"))
    both = (account_statement(*rows), account_statement(*rows, days=("20261101", "20261231")))
    statement = read_statement(saved(tmp_path, document(*both)))
    assert [fill.is_cancelled for fill in statement.fills] == [True]
    assert statement.cancellations == ()


def test_a_cancel_of_another_account_or_instrument_takes_nothing_back(tmp_path: Path) -> None:
    for other in ({"accountId": "U7654321"}, {"conid": "1"}, {"quantity": "101"}):
        statement = read(tmp_path, trade(), cancel("1700000001", **other))
        assert len(standing(statement.fills)) == len(statement.cancellations) == 1
