"""What IBKR books without an execution id: assignments, exercises, expiries, funds."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from app.domain.model.errors import StatementError
from app.domain.model.snapshot import Booking, Fill
from app.flex.reader import read_statement
from tests.flex.files import CALL, EURUSD, cancel, trade, written

CASES = Path(__file__).parent / "cases"
BOOKED = {
    "ibExecID": "",
    "transactionType": "BookTrade",
    "dateTime": "20261106;162000",
    "tradePrice": "0",
    "ibCommission": "0",
}


def booked(*kinds: dict[str, str], without: tuple[str, ...] = (), **attributes: str) -> str:
    return trade(*kinds, BOOKED, without=without, **attributes)


def only(folder: Path, *rows: str) -> Fill:
    (fill,) = read_statement(written(folder, *rows)).fills
    return fill


def test_an_assignment_is_a_fill_of_each_leg_with_ibkr_s_own_figures() -> None:
    statement = read_statement(CASES / "covered-call-assigned.xml")
    call, stock = statement.fills
    assert (call.exec_id, call.trade_id, call.transaction_id) == (
        "trade:8100000011", "8100000011", "31000000011",
    )  # fmt: skip
    assert (call.booking, stock.booking) == (Booking.ASSIGNED, Booking.ASSIGNED)
    assert (call.quantity, call.price, call.realized_pnl) == (1, 0, 0)
    assert (stock.quantity, stock.price, stock.realized_pnl) == (-100, 260, 1400)
    assert call.time == stock.time == datetime(2026, 11, 6, 21, 20, tzinfo=UTC)
    assert call.instrument.strike == 260
    assert statement.skipped == 0


def test_a_statement_of_an_expiry_alone_is_read() -> None:
    statement = read_statement(CASES / "only-an-expiry.xml")
    (fill,) = statement.fills
    assert (fill.booking, fill.realized_pnl) == (Booking.EXPIRED, Decimal("98.6"))


def test_what_was_opened_and_expired_within_a_statement_is_two_fills() -> None:
    sold, expired = read_statement(CASES / "opened-and-expired.xml").fills
    assert (sold.booking, sold.realized_pnl, sold.commission) == (None, None, Decimal("1.4"))
    assert (expired.booking, expired.quantity, expired.commission) == (Booking.EXPIRED, 1, 0)


@pytest.mark.parametrize(
    ("notes", "kind", "booking"),
    [
        ("A", CALL, Booking.ASSIGNED),
        ("A;C", {}, Booking.ASSIGNED),
        ("C;Ex", CALL, Booking.EXERCISED),
        ("AEx", CALL, Booking.EXERCISED),
        ("MEx;ML", CALL, Booking.EXERCISED),
        ("Ep", CALL, Booking.EXPIRED),
        ("Ep, C", CALL, Booking.EXPIRED),
        ("GEA", CALL, Booking.EXPIRED),
        ("GEA", {}, Booking.ASSIGNED),
        ("GEA;Ep", {"assetCategory": "FSOPT"}, Booking.EXPIRED),
        ("", {}, Booking.OTHER),
        ("Adj;ETF", {}, Booking.OTHER),  # codes that begin with an A or an E
    ],
)
def test_the_codes_of_the_notes_say_what_was_booked(
    notes: str, kind: dict[str, str], booking: Booking, tmp_path: Path
) -> None:
    kinds = (CALL, kind) if "assetCategory" in kind else (kind,)
    assert only(tmp_path, booked(*kinds, notes=notes)).booking is booking


def test_a_trade_is_no_booking_whatever_its_codes(tmp_path: Path) -> None:
    assert only(tmp_path, trade(notes="A;Ep")).booking is None
    assert only(tmp_path, trade(ibExecID="", notes="")).booking is None


def test_codes_identify_a_booking_if_transaction_type_was_not_ticked(tmp_path: Path) -> None:
    hidden = ("transactionType",)
    assert only(tmp_path, booked(CALL, without=hidden, notes="Ep")).booking is Booking.EXPIRED
    assert only(tmp_path, trade(without=hidden, notes="P")).booking is None


def test_a_booking_s_figure_counts_even_if_it_is_zero_and_nothing_says_closing(
    tmp_path: Path,
) -> None:
    hidden = ("openCloseIndicator",)
    row = booked(CALL, without=hidden, notes="A", fifoPnlRealized="0")
    assert only(tmp_path, row).realized_pnl == 0
    assert only(tmp_path, booked(CALL, notes="A", fifoPnlRealized="")).realized_pnl is None
    assert only(tmp_path, booked(CALL, without=("fifoPnlRealized",))).realized_pnl is None


def test_a_row_without_execution_and_trade_id_has_its_transaction_id(tmp_path: Path) -> None:
    for trade_id in ("", "0", "N/A"):
        fill = only(tmp_path, booked(CALL, notes="Ep", tradeID=trade_id, transactionID="29"))
        assert (fill.exec_id, fill.trade_id, fill.transaction_id) == ("transaction:29", "", "29")


def test_funds_and_conversions_without_an_execution_are_fills_too(tmp_path: Path) -> None:
    fund = trade(assetCategory="FUND", ibExecID="", tradeID="5", multiplier="")
    conversion = trade(EURUSD, notes="AFx", ibExecID="", tradeID="6")
    statement = read_statement(written(tmp_path, fund, conversion))
    assert [fill.exec_id for fill in statement.fills] == ["trade:5", "trade:6"]
    assert [fill.booking for fill in statement.fills] == [None, None]


def test_a_booking_of_a_date_alone_is_at_the_usual_hour(tmp_path: Path) -> None:
    fill = only(tmp_path, booked(CALL, notes="Ep", dateTime="2026-07-17"))
    assert fill.time == datetime(2026, 7, 17, 20, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("without", "box"),
    [
        (("tradeID", "transactionID"), "Trade ID, Transaction ID"),
        (("transactionID",), "Transaction ID"),
    ],
)
def test_the_box_of_the_missing_number_is_named(
    without: tuple[str, ...], box: str, tmp_path: Path
) -> None:
    emptied = {name: "" for name in ("tradeID", "transactionID") if name not in without}
    path = written(tmp_path, booked(CALL, notes="Ep", without=without, **emptied))
    with pytest.raises(StatementError, match=f"tick {box} under Trades, and run it again"):
        read_statement(path)


def test_rows_of_no_number_or_quantity_and_combos_are_skipped_and_counted(tmp_path: Path) -> None:
    rows = (
        trade(),
        booked(tradeID="", transactionID="0"),
        trade(ibExecID="8.01", quantity="0"),
        trade(assetCategory="BAG", ibExecID="9.01"),
        cancel("4", assetCategory="BAG"),
    )
    statement = read_statement(written(tmp_path, *rows))
    assert (len(statement.fills), statement.skipped) == (1, 4)
    assert statement.cancellations == ()


def test_two_accounts_may_share_one_execution_id() -> None:
    statement = read_statement(CASES / "two-accounts-one-exec-id.xml")
    assert [(fill.account, fill.quantity) for fill in statement.fills] == [
        ("U1234567", -4), ("U7654321", -6),
    ]  # fmt: skip


def test_the_rate_to_the_base_currency_is_read_where_the_file_has_one(tmp_path: Path) -> None:
    texts = ("0.8612", "1", "", "0", "-")
    found = [only(tmp_path, trade(fxRateToBase=text)).rate_to_base for text in texts]
    assert found == [Decimal("0.8612"), 1, None, None, None]
    assert only(tmp_path, trade(without=("fxRateToBase",))).rate_to_base is None


def test_a_commission_in_another_currency_keeps_its_currency() -> None:
    (fill,) = read_statement(CASES / "commission-in-another-currency.xml").fills
    assert (fill.commission, fill.commission_currency, fill.rate_to_base) == (310, "JPY", 1)
    assert fill.realized_pnl is None


def test_a_row_without_a_commission_has_none(tmp_path: Path) -> None:
    fill = only(tmp_path, trade(ibCommission=""))
    assert (fill.commission, fill.commission_currency) == (None, "")
