"""Which boxes of a Flex Query are missing, by the names that IBKR's editor shows."""

from pathlib import Path

import pytest

from app.domain.fetching.boxes import BOXES, boxes_of, guide_text
from app.domain.fetching.queries import QueryKind
from app.domain.model.errors import StatementError
from app.flex.query_check import check_query
from app.flex.rows import CONFIRMATION, CONFIRMATIONS, NEEDED
from tests.flex.files import account_statement, confirmation, document, saved, trade, written


def test_a_query_with_all_boxes_lacks_nothing(tmp_path: Path) -> None:
    found = check_query(written(tmp_path, trade()))
    assert (found.missing, found.inexact, found.is_sure, found.problem) == ((), (), True, "")


@pytest.mark.parametrize("box", [box for box in BOXES if box.attribute != "accountId"])
def test_each_box_that_is_not_ticked_is_named(box: object, tmp_path: Path) -> None:
    from app.domain.fetching.boxes import FlexBox

    assert isinstance(box, FlexBox)
    found = check_query(written(tmp_path, trade(without=(box.attribute,))))
    named = (f"Trades: {box.name}",)
    assert (found.missing, found.inexact) == ((named, ()) if box.is_needed else ((), named))
    assert bool(found.problem) == box.is_needed


def test_what_an_import_needs_is_needed_here_and_by_the_same_name() -> None:
    needed = {box.attribute: box.name for box in BOXES if box.is_needed}
    assert needed == {"accountId": "Account ID", **NEEDED}
    confirmed = {box.attribute for box in boxes_of(QueryKind.CONFIRMATIONS) if box.is_needed}
    back = {CONFIRMATION.get(attribute, attribute) for attribute in confirmed}
    assert back == {"accountId", *NEEDED}
    names = {box.attribute: box.name for box in boxes_of(QueryKind.CONFIRMATIONS)}
    assert names["execID"] == CONFIRMATIONS.names["ibExecID"]


def test_confirmations_have_boxes_of_their_own(tmp_path: Path) -> None:
    file = saved(tmp_path, confirmations(confirmation()))
    assert check_query(file).inexact == ()
    file = saved(tmp_path, confirmations(confirmation(without=("commission", "execID"))))
    found = check_query(file)
    assert found.missing == ("Trade Confirmations: ExecID",)
    assert found.inexact == ("Trade Confirmations: Commission",)


def confirmations(row: str) -> str:
    section = f"<TradeConfirms>{row}</TradeConfirms>"
    return document(account_statement(sections=section))


def test_a_query_without_trades_or_executions_is_told_so(tmp_path: Path) -> None:
    no_section = saved(tmp_path, document(account_statement()))
    assert check_query(no_section).missing == ("Trades: Executions",)
    orders = written(tmp_path, trade(levelOfDetail="ORDER"))
    assert check_query(orders).missing == ("Trades: Executions",)


def test_days_without_a_trade_leave_it_open_which_boxes_are_ticked(tmp_path: Path) -> None:
    empty = document(account_statement(sections="<Trades />"))
    found = check_query(saved(tmp_path, empty))
    assert (found.missing, found.is_sure) == ((), False)


def test_date_and_time_apart_are_as_good(tmp_path: Path) -> None:
    found = check_query(written(tmp_path, trade(without=("dateTime",), tradeTime="103015")))
    assert found.missing == ()


def test_another_date_format_is_the_problem(tmp_path: Path) -> None:
    found = check_query(written(tmp_path, trade(dateTime="02 Nov 2026, 10:30")))
    assert "yyyyMMdd" in found.problem


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StatementError):
        check_query(saved(tmp_path, "<FlexQueryResponse>"))
    with pytest.raises(StatementError):
        check_query(saved(tmp_path, "<!DOCTYPE a><FlexQueryResponse/>"))


def test_the_guide_names_section_boxes_and_formats() -> None:
    lines = guide_text(QueryKind.ACTIVITY).splitlines()
    assert lines[0] == "Section: Trades, with the option Executions"
    assert lines[1] == "Account ID"
    assert lines[-3:] == ["Format: XML", "Date Format: yyyyMMdd", "Time Format: HHmmss"]
    assert len(lines) == len(BOXES) + 4
