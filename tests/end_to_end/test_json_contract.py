"""The keys, types and nulls of the JSON and the CSV, exactly."""

import csv
import io
import re

from tests.end_to_end.driver import Program, same
from tests.end_to_end.holdings import (
    AAPL,
    CALL,
    COUNTS,
    EUR,
    LONG,
    SHORTED,
    SOLD_ALL,
    TSLA,
    X1,
)
from tests.end_to_end.scripted_tws import (
    UNSET,
    Held,
    ScriptedTws,
)

SYNC_KEYS = {"status", "success", "account_id", *COUNTS, "duration_s", "run_id", "error", "stats"}
STATS_KEYS = {
    "total_syncs", "successful_syncs", "failed_syncs", "positions_created", "positions_updated",
    "positions_closed", "callback_triggers", "last_error",
}  # fmt: skip
STATUS_KEYS = {
    "status", "enabled", "ibkr_connected", "last_sync_time", "last_sync_minutes_ago", "stats",
    "callbacks_registered",
}  # fmt: skip
POSITION_KEYS = [
    "account", "con_id", "symbol", "local_symbol", "sec_type", "currency", "exchange",
    "multiplier", "expiry", "strike", "right", "quantity", "average_cost", "market_price",
    "market_value", "unrealized_pnl", "realized_pnl", "realized_source", "opened_at", "closed_at",
    "last_synced_at", "note", "tags",
]  # fmt: skip
CLOSE_KEYS = [
    "account", "con_id", "symbol", "quantity_closed", "entry_price", "exit_price", "realized_pnl",
    "realized_pnl_pct", "source", "closed_at", "is_full_close", "run_id", "exec_ids",
]  # fmt: skip
RUN_KEYS = [
    "run_id", "trigger", "account_id", "started_at", "duration_s", "status", "error",
    "positions_created", "positions_updated", "positions_closed", "total_ibkr_positions",
]  # fmt: skip
CHANGE_KEYS = ["account", "con_id", "symbol", "kind", "before", "after"]
MOMENT = re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d\d\dZ")


def test_sync_and_status_have_the_keys_and_types_of_the_contract(
    tws: ScriptedTws, program: Program
) -> None:
    tws.held = [LONG]
    done = program.sync()

    assert set(done) == SYNC_KEYS
    assert (done["status"], done["success"], done["account_id"]) == ("success", True, "All")
    assert done["error"] is None
    assert all(type(done[name]) is int for name in (*COUNTS, "run_id"))
    assert isinstance(done["duration_s"], float)
    assert set(done["stats"]) == STATS_KEYS

    asked = len(tws.requests)
    status = program.read("status")
    assert set(status) == STATUS_KEYS
    assert set(status["stats"]) == STATS_KEYS
    assert status["status"] == "success"
    assert (status["ibkr_connected"], status["callbacks_registered"]) == (True, False)
    assert type(status["enabled"]) is bool
    assert MOMENT.fullmatch(status["last_sync_time"])
    assert 0 <= status["last_sync_minutes_ago"] < 1
    assert tws.requests[asked:] == []


# What the history keeps of an error that names an account.
LEFT_OUT = "TWS does not manage the chosen account. Choose another one, or all."


def test_the_statistics_are_those_of_the_stored_runs(tws: ScriptedTws, program: Program) -> None:
    said = program.run("sync", "--json", "--account", "DU9")
    fresh = program.read("status")
    assert (fresh["last_sync_time"], fresh["last_sync_minutes_ago"]) == (None, None)
    failed = {"total_syncs": 1, "failed_syncs": 1, "last_error": LEFT_OUT}
    assert fresh["stats"] == dict.fromkeys(STATS_KEYS, 0) | failed
    tws.held = [LONG, SHORTED]
    program.sync()
    tws.held = [LONG]
    program.sync()
    said = program.run("sync", "--json", "--account", "DU9")

    stats = program.read("status")["stats"]

    assert stats == said.json["stats"]
    assert stats == {
        "total_syncs": 4,
        "successful_syncs": 2,
        "failed_syncs": 2,
        "positions_created": 2,
        "positions_updated": 1,
        "positions_closed": 1,
        "callback_triggers": 0,
        "last_error": LEFT_OUT,
    }


def test_status_says_if_tws_does_not_answer(tws: ScriptedTws, program: Program) -> None:
    program.sync()
    tws.greeting = lambda session: session.drop()
    status = program.read("status")
    assert (status["status"], status["ibkr_connected"]) == ("success", False)


def test_positions_have_the_keys_and_types_of_the_contract(
    tws: ScriptedTws, program: Program
) -> None:
    tws.held = [LONG, Held(CALL, "5", "250.65", "3.1", "1550.0", "296.75")]
    program.sync()

    stock, option = sorted(program.read("positions"), key=lambda row: row["con_id"])

    assert list(stock) == list(option) == POSITION_KEYS
    assert {name: stock[name] for name in POSITION_KEYS[:7]} == {
        "account": "DU1",
        "con_id": 265598,
        "symbol": "AAPL",
        "local_symbol": "AAPL",
        "sec_type": "STK",
        "currency": "USD",
        "exchange": "NASDAQ",
    }
    assert (stock["expiry"], stock["strike"], stock["right"]) == (None, None, None)
    assert same(stock["multiplier"], "1")
    figures = {"quantity": "100", "average_cost": "150", "market_price": "155"}
    figures |= {"market_value": "15500", "unrealized_pnl": "500"}
    for name, figure in figures.items():
        assert same(stock[name], figure), name
    for name in ("realized_pnl", "realized_source", "closed_at"):
        assert stock[name] is None, name
    assert MOMENT.fullmatch(stock["opened_at"])
    assert MOMENT.fullmatch(stock["last_synced_at"])
    assert (option["expiry"], option["right"]) == ("20991218", "C")
    assert option["local_symbol"] == "AAPL  991218C200"
    assert same(option["multiplier"], "100")
    assert same(option["strike"], "200")


def test_unset_figures_are_null_in_the_json(tws: ScriptedTws, program: Program) -> None:
    tws.held = [
        Held(AAPL, "100", "150.0", UNSET, UNSET, UNSET),
        Held(TSLA, "10", UNSET, "nan", "inf", "nan"),
        Held(EUR, "10", "1.0"),
    ]
    program.sync()
    for row in program.read("positions"):
        names = ("market_price", "market_value", "unrealized_pnl")
        assert [row[name] for name in names] == [None] * 3, row["symbol"]
        assert (row["average_cost"] is None) == (row["symbol"] == "TSLA")


def test_closed_positions_and_closes_have_the_keys_and_types_of_the_contract(
    tws: ScriptedTws, program: Program
) -> None:
    tws.held = [LONG]
    program.sync()
    tws.held = []
    tws.trade(SOLD_ALL)
    done = program.sync()

    (position,) = program.read("positions", "--closed")
    assert list(position) == POSITION_KEYS
    assert MOMENT.fullmatch(position["closed_at"])
    assert same(position["realized_pnl"], "999")
    (close,) = program.read("closes")
    assert list(close) == CLOSE_KEYS
    assert close["run_id"] == done["run_id"]
    assert close["exec_ids"] == [X1]
    assert close["is_full_close"] is True
    sold_at = tws.executions[0].at
    assert sold_at is not None
    assert close["closed_at"] == sold_at.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def test_runs_have_the_keys_and_types_of_the_contract(tws: ScriptedTws, program: Program) -> None:
    tws.held = [LONG]
    created = program.sync()
    tws.held = [Held(AAPL, "40", "150.0", "156.0")]
    reduced = program.sync()

    runs = {run["run_id"]: run for run in program.read("runs")}
    assert set(runs) == {created["run_id"], reduced["run_id"]}
    for run in runs.values():
        assert list(run) == RUN_KEYS
        assert (run["trigger"], run["account_id"], run["status"]) == ("cli", "All", "success")
        assert MOMENT.fullmatch(run["started_at"])
        assert isinstance(run["duration_s"], float)
        assert run["error"] is None

    first = program.read("runs", str(created["run_id"]))
    assert list(first) == [*RUN_KEYS, "changes"]
    (change,) = first["changes"]
    assert list(change) == CHANGE_KEYS
    assert (change["kind"], change["before"]) == ("created", None)
    assert same(change["after"]["quantity"], "100")
    (change,) = program.read("runs", str(reduced["run_id"]))["changes"]
    assert same(change["before"]["quantity"], "100")
    assert same(change["after"]["quantity"], "40")


def test_csv_has_the_same_columns_as_the_json(tws: ScriptedTws, program: Program) -> None:
    tws.held = [LONG]
    program.sync()
    tws.held = []
    tws.trade(SOLD_ALL)
    program.sync()
    for options, keys in (
        (("positions", "--closed"), POSITION_KEYS),
        (("closes",), CLOSE_KEYS),
        (("runs",), RUN_KEYS),
    ):
        said = program.run(*options, "--csv")
        header, *rows = csv.reader(io.StringIO(said.out))
        assert header == keys
        assert len(rows) == len(program.read(*options))
        as_json = program.read(*options)[0]
        for name, text in zip(header, rows[0], strict=True):
            value = as_json[name]
            if isinstance(value, list):
                value = " ".join(value)
            assert text == ("" if value is None else str(value)), name
