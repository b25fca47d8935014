"""The options of a sync, the account values that it stores, and its requests to TWS."""

from itertools import pairwise

from tests.end_to_end.driver import Program, one_sentence, same
from tests.end_to_end.holdings import AAPL, COUNTS, EUR, IN_TWO, LONG, SHORTED, SOLD_ALL, TSLA
from tests.end_to_end.scripted_tws import (
    ACCOUNT_UPDATES,
    CANCEL_ORDER,
    CANCEL_POSITIONS,
    CURRENT_TIME,
    EXECUTIONS,
    GLOBAL_CANCEL,
    PLACE_ORDER,
    POSITIONS,
    START_API,
    UNSET,
    Held,
    ScriptedTws,
)
from tests.end_to_end.test_json_contract import SYNC_KEYS

# -- options of the command --


def test_a_sync_of_one_account_leaves_the_other_untouched(
    tws: ScriptedTws, program: Program
) -> None:
    tws.accounts = ["DU1", "DU2"]
    tws.held = list(IN_TWO)
    tws.values = [("DU1", "NetLiquidation", "1000", "USD"), ("DU2", "NetLiquidation", "9", "USD")]
    program.sync()
    (other,) = program.read("positions", "--account", "DU2")
    tws.held = [Held(AAPL, "60", "150.0", "158.0")]
    tws.values = [("DU1", "NetLiquidation", "900", "USD")]
    asked = len(tws.requests)

    done = program.sync("--account", "DU1")

    assert (done["account_id"], done["total_ibkr_positions"], done["reduced"]) == ("DU1", 1, 1)
    assert program.read("positions", "--account", "DU2") == [other]
    (mine,) = program.read("positions", "--account", "DU1")
    assert same(mine["quantity"], "60")
    assert [close["account"] for close in program.read("closes")] == ["DU1"]
    assert program.read("closes", "--account", "DU2") == []
    values = program.rows("account_value")["account_value"]
    assert values == [
        ("DU2", "NetLiquidation", "USD", "9.0"),
        ("DU1", "NetLiquidation", "USD", "900.0"),
    ]
    downloads = {fields[3] for fields in tws.requests[asked:] if fields[0] == ACCOUNT_UPDATES}
    assert downloads == {"DU1"}


def test_an_account_that_tws_does_not_manage_is_refused(tws: ScriptedTws, program: Program) -> None:
    tws.held = [LONG]
    program.sync()
    stored = program.rows("position", "close", "account_value")
    said = program.run("sync", "--json", "--account", "DU9")
    assert said.code == 1
    assert "DU9" in one_sentence(said.err)
    assert "DU1" in said.json["error"]
    assert program.rows(*stored) == stored


def test_without_realized_pnl_the_figure_is_null_and_skipped(
    tws: ScriptedTws, program: Program
) -> None:
    tws.held = [LONG, SHORTED]
    program.sync()
    tws.held = [Held(TSLA, "-20", "200.0", "190.0")]
    tws.trade(SOLD_ALL)

    done = program.sync("--no-realized-pnl")

    assert (done["positions_closed"], done["reduced"]) == (1, 1)
    closes = program.read("closes")
    assert [(close["source"], close["realized_pnl"]) for close in closes] == [("skipped", None)] * 2
    assert [close["realized_pnl_pct"] for close in closes] == [None, None]
    for row in program.read("positions") + program.read("positions", "--closed"):
        assert (row["realized_pnl"], row["realized_source"]) == (None, "skipped")
    program.sync()
    assert {close["source"] for close in program.read("closes")} == {"skipped"}


def test_a_dry_run_says_what_would_change_and_writes_nothing(
    tws: ScriptedTws, program: Program
) -> None:
    tws.held = [LONG, SHORTED]
    program.sync()
    files = {file.name: file.read_bytes() for file in program.folder.glob("positions.sqlite*")}
    tws.held = [Held(AAPL, "40", "150.0", "156.0"), Held(EUR, "1000", "1.1")]

    dry = program.sync("--dry-run")

    named = {name: dry[name] for name in COUNTS}
    assert named == dict.fromkeys(COUNTS, 0) | {
        "positions_created": 1,
        "positions_updated": 1,
        "positions_closed": 1,
        "total_ibkr_positions": 2,
        "reduced": 1,
    }
    assert set(dry) == SYNC_KEYS
    assert dry["run_id"] is None
    after = {file.name: file.read_bytes() for file in program.folder.glob("positions.sqlite*")}
    assert after == files
    real = program.sync()
    assert {name: real[name] for name in COUNTS} == named


def test_a_dry_run_that_would_be_held_ends_with_three_and_writes_nothing(
    tws: ScriptedTws, program: Program
) -> None:
    tws.held = [LONG, SHORTED]
    program.sync()
    before = program.db.read_bytes()
    tws.held = []
    said = program.run("sync", "--dry-run", "--json")
    assert (said.code, said.json["status"]) == (3, "held")
    assert "AAPL" in said.err
    assert program.db.read_bytes() == before


# -- what is stored of the accounts --


def test_the_account_values_of_every_kind_of_holding_are_stored(
    tws: ScriptedTws, program: Program
) -> None:
    """The names are those that TWS sends: "Cryptocurrency", "CorporateBondValue" and the like."""
    keys = (
        "NetLiquidationByCurrency", "TotalCashBalance", "StockMarketValue", "OptionMarketValue",
        "FutureOptionValue", "WarrantValue", "IssuerOptionValue", "CorporateBondValue",
        "TBillValue", "TBondValue", "FundValue", "MutualFundValue", "MoneyMarketFundValue",
        "Cryptocurrency", "UnrealizedPnL",
    )  # fmt: skip
    tws.values = [("DU1", key, "12.50", "BASE") for key in keys]
    tws.values += [("DU1", "NetLiquidation", UNSET, "USD"), ("DU1", "Leverage-S", "text", "")]
    program.sync()
    stored = program.rows("account_value")["account_value"]
    assert sorted(row[1] for row in stored) == sorted(keys)
    assert {row[3] for row in stored} == {"12.5"}


# -- what goes over the wire --


def test_only_reads_go_over_the_wire(tws: ScriptedTws, program: Program) -> None:
    tws.accounts = ["DU1", "DU2"]
    tws.held = list(IN_TWO)
    program.sync()
    tws.held = []
    program.run("sync", "--json")

    asked = {fields[0] for fields in tws.requests}
    assert not asked & {PLACE_ORDER, CANCEL_ORDER, GLOBAL_CANCEL}
    allowed = {START_API, POSITIONS, CANCEL_POSITIONS, ACCOUNT_UPDATES, EXECUTIONS, CURRENT_TIME}
    assert asked <= allowed
    assert "0" not in tws.client_ids
    downloads = [fields[3] for fields in tws.asked(ACCOUNT_UPDATES)]
    assert set(downloads) == {"DU1", "DU2"}


def test_one_account_is_downloaded_after_another(tws: ScriptedTws, program: Program) -> None:
    tws.accounts = ["DU1", "DU2", "DU3"]
    program.sync()
    subscriptions = [(fields[3], fields[2]) for fields in tws.asked(ACCOUNT_UPDATES)]
    started = [account for account, subscribe in subscriptions if subscribe == "1"]
    assert started == ["DU1", "DU2", "DU3"]
    for earlier, later in pairwise(started):
        assert subscriptions.index((earlier, "0")) < subscriptions.index((later, "1"))
