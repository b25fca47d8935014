"""What a statement tells of deposits and withdrawals, and when it tells nothing."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from app.domain.model.errors import StatementError
from app.domain.model.statements import Deposit, DepositPeriod, KnownDeposits
from app.flex.reader import read_statement
from tests.flex.files import account_statement, document, element, saved, trade

MINE = "U1234567"
NOVEMBER = DepositPeriod(MINE, date(2026, 11, 1), date(2026, 11, 30))
ROW = {
    "accountId": MINE,
    "acctAlias": "",
    "currency": "EUR",
    "fxRateToBase": "1.0725",
    "assetCategory": "",
    "symbol": "",
    "description": "CASH RECEIPTS / ELECTRONIC FUND TRANSFERS",
    "dateTime": "20261105;202000",
    "settleDate": "20261106",
    "reportDate": "20261106",
    "amount": "1,500.50",
    "type": "Deposits/Withdrawals",
    "transactionID": "31000000001",
    "levelOfDetail": "DETAIL",
    "addedByIbkrNextYear": "1",
}


def cash(without: tuple[str, ...] = (), **attributes: str) -> str:
    row = {key: text for key, text in (ROW | attributes).items() if key not in without}
    return element("CashTransaction", row)


def section(*rows: str) -> str:
    return f"<CashTransactions>{''.join(rows)}</CashTransactions>"


def told(folder: Path, *sections: str) -> KnownDeposits:
    text = document(account_statement(trade(), sections="".join(sections)))
    return read_statement(saved(folder, text)).known_deposits


def test_deposits_and_withdrawals_are_read_and_other_cash_is_not(tmp_path: Path) -> None:
    known = told(
        tmp_path,
        section(
            cash(),
            cash(type="Deposits &amp; Withdrawals", amount="-200", transactionID="31000000002",
                 reportDate="2026-11-20", fxRateToBase=""),
            cash(type="Dividends", transactionID="31000000003"),
            cash(levelOfDetail="SUMMARY", transactionID=""),
            cash(),
        ),
    )  # fmt: skip
    paid, taken = known.deposits
    day, rate = date(2026, 11, 6), Decimal("1.0725")
    assert paid == Deposit(MINE, "31000000001", day, "EUR", Decimal("1500.50"), rate)
    assert (taken.day, taken.amount, taken.rate_to_base) == (date(2026, 11, 20), -200, None)
    assert known.periods == (NOVEMBER,)


@pytest.mark.parametrize("written", ["20261105;202000", "2026-11-05, 20:20:00", "05-Nov-26"])
def test_without_a_report_date_the_day_is_that_of_the_time(written: str, tmp_path: Path) -> None:
    row = cash(("reportDate",), dateTime=written)
    (deposit,) = told(tmp_path, section(row)).deposits
    assert deposit.day == date(2026, 11, 5)


def test_an_empty_section_tells_that_there_were_none(tmp_path: Path) -> None:
    assert told(tmp_path, "<CashTransactions />") == KnownDeposits((), (NOVEMBER,))


def test_without_the_section_nothing_is_known(tmp_path: Path) -> None:
    assert told(tmp_path) == KnownDeposits()


@pytest.mark.parametrize("name", ["type", "currency", "amount", "transactionID"])
def test_a_section_without_a_needed_box_tells_nothing_and_is_no_error(
    name: str, tmp_path: Path
) -> None:
    assert told(tmp_path, section(cash((name,)))) == KnownDeposits()


def test_a_deposit_without_a_number_is_left_out_and_its_days_are_not_known(tmp_path: Path) -> None:
    assert told(tmp_path, section(cash(transactionID=""))) == KnownDeposits()


@pytest.mark.parametrize(
    ("attribute", "text", "name"),
    [("amount", "1.500,50", "Amount"), ("reportDate", "11/06/2026", "Report Date")],
)
def test_what_cannot_be_read_is_said(attribute: str, text: str, name: str, tmp_path: Path) -> None:
    with pytest.raises(StatementError, match=f"as its {name}, which cannot be read"):
        told(tmp_path, section(cash(**{attribute: text})))
