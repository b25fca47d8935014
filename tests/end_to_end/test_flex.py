"""Importing a Flex statement: what it corrects, what it prints, what it refuses."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.end_to_end.driver import Program, one_sentence, same
from tests.end_to_end.scripted_tws import Contract, Held, ScriptedTws
from tests.flex.files import FUTURE, account_statement, document, saved, trade, written

AAPL = Contract(265598, "AAPL")
LONG = Held(AAPL, "100", "100.0", "110.0", "11000.0", "1000.0")
KEPT = Held(Contract(756733, "SPY"), "5", "500.0", "510.0", "2550.0", "50.0")
KEYS = {
    "status", "success", "run_id", "accounts", "fills_read", "fills_new", "fills_known",
    "fills_skipped", "healed", "error",
}  # fmt: skip


def ago(days: float, zone: str, form: str) -> str:
    return (datetime.now(UTC) - timedelta(days=days)).astimezone(ZoneInfo(zone)).strftime(form)


def sold(**attributes: str) -> str:
    """The sale of all 100 shares, two days ago."""
    time = ago(2, "America/New_York", "%Y%m%d;%H%M%S")
    return trade(**({"dateTime": time, "tradePrice": "120.25"} | attributes))


@pytest.fixture
def away(tws: ScriptedTws, program: Program) -> Program:
    """Synced five days ago, and now, when the shares were gone without a fill."""
    tws.held = [LONG, KEPT]
    program.sync()
    seen = ago(5, "UTC", "%Y-%m-%dT%H:%M:%S.000000Z")
    program.execute("UPDATE account SET taken_at = ?", seen)
    program.execute("UPDATE run SET taken_at = ?, started_at = ?", seen, seen)
    program.execute("UPDATE position SET opened_at = ?", seen)
    tws.held = [KEPT]
    program.sync()
    return program


def test_an_import_replaces_the_estimate_and_prints_that(away: Program) -> None:
    (before,) = away.read("closes")
    assert (before["source"], before["realized_pnl"]) == ("estimate", "1000.0")

    said = away.run("import-flex", str(written(away.folder, sold(), account="DU1")))

    assert (said.code, said.err) == (0, "")
    lines = said.out.splitlines()
    assert lines[0].split() == ["Account", "Symbol", *["Realized", "before", "Source"],
                                *["Realized", "now", "Source"]]  # fmt: skip
    assert lines[2].split() == ["DU1", "AAPL", "1,000.00", "estimate", "1,999.00", "broker"]
    assert lines[3] == ("DU1, 1 Nov to 30 Nov 2026: 1 execution, 1 new, 1 position corrected.")
    (close,) = away.read("closes")
    assert same(close["realized_pnl"], "1998.9965")
    assert (close["source"], close["exec_ids"]) == ("broker", ["0000e0d5.6aa01234.01.01"])
    assert [p["symbol"] for p in away.read("positions")] == ["SPY"]
    assert away.integrity() == "ok"


def test_the_json_counts_what_was_found(away: Program) -> None:
    other = account_statement(trade(FUTURE, ibExecID="8.01"), account="U99")
    nameless = trade(ibExecID="", tradeID="", transactionID="")
    own = account_statement(sold(), nameless, account="DU1")
    file = saved(away.folder, document(own, other))

    first = away.run("import-flex", "--json", str(file))
    second = away.run("import-flex", "--json", str(file))

    assert (first.code, first.err, set(first.json)) == (0, "", KEYS)
    counts = {
        "status": "success", "success": True, "run_id": 3, "accounts": ["DU1"], "fills_read": 2,
        "fills_new": 1, "fills_known": 0, "fills_skipped": 2, "healed": 1, "error": None,
    }  # fmt: skip
    assert first.json == counts
    assert second.json == counts | {"run_id": 4, "fills_new": 0, "fills_known": 1, "healed": 0}


def test_the_next_sync_counts_nothing_twice(away: Program) -> None:
    away.run("import-flex", str(written(away.folder, sold(), account="DU1")))
    before = away.rows("position", "close", "close_fill", "change", "fill")
    done = away.sync()
    assert (done["positions_updated"], done["positions_closed"]) == (1, 0)
    after = away.rows("position", "close", "close_fill", "change", "fill")
    assert after == before


def test_the_run_is_listed_and_the_status_stays_that_of_the_last_sync(away: Program) -> None:
    status = away.read("status")
    away.run("import-flex", str(written(away.folder, sold(), account="DU1")))
    runs = away.read("runs")
    assert [(run["trigger"], run["status"]) for run in runs] == [
        ("flex", "success"), ("cli", "success"), ("cli", "success"),
    ]  # fmt: skip
    (change,) = away.read("runs", "3")["changes"]
    assert (change["kind"], change["after"]["realized_source"]) == ("healed", "broker")
    assert away.read("status")["stats"] == status["stats"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<html></html>", "is not a Flex statement"),
        (document(account_statement(trade(), account="U99")), "(U99) were never synced"),
    ],
)
def test_a_refused_file_exits_with_one_and_is_a_failed_run(
    text: str, reason: str, away: Program
) -> None:
    before = away.rows("position", "close", "change", "fill")
    said = away.run("import-flex", "--json", str(saved(away.folder, text)))
    assert said.code == 1
    assert reason in one_sentence(said.err)
    assert (said.json["status"], said.json["fills_read"]) == ("error", 0)
    assert away.rows("position", "close", "change", "fill") == before
    newest = away.read("runs")[0]
    assert (newest["trigger"], newest["status"], newest["error"]) == (
        "flex", "error", said.err.strip().replace(" (U99)", ""),  # the history names no account
    )  # fmt: skip


def test_an_import_needs_no_tws(away: Program, tws: ScriptedTws) -> None:
    connections = tws.connections
    assert away.run("import-flex", str(written(away.folder, sold(), account="DU1"))).code == 0
    assert tws.connections == connections


def test_an_import_without_a_file_is_wrong_usage(program: Program) -> None:
    said = program.run("import-flex")
    assert (said.code, said.out) == (2, "")
    assert "FILE" in said.err


def test_a_database_that_cannot_be_opened_is_reported_in_json_too(
    program: Program, tmp_path: Path
) -> None:
    program.db.mkdir()
    said = program.run("import-flex", "--json", str(written(tmp_path, trade())))
    assert (said.code, said.json["status"], said.json["run_id"]) == (1, "error", None)
    assert said.json["error"] == one_sentence(said.err)
