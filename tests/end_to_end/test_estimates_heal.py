"""Late evidence replaces estimates; options that expired meanwhile are estimated."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tests.end_to_end.driver import Program, same
from tests.end_to_end.holdings import AAPL, CALL, LONG, SHORTED, SOLD_ALL, TSLA, X1
from tests.end_to_end.scripted_tws import EXECUTIONS, Execution, Held, ScriptedTws, Session


def the_close(program: Program) -> tuple[str, str, tuple[str, ...]]:
    """(realized P&L, source, exec ids) of the only close."""
    (close,) = program.read("closes")
    return close["realized_pnl"], close["source"], tuple(close["exec_ids"])


def expect_healed(program: Program, run_id: int, pnl: str, exec_id: str) -> None:
    realized, source, exec_ids = the_close(program)
    assert source == "broker"
    assert same(realized, pnl)
    assert exec_ids == (exec_id,)
    (closed,) = program.read("positions", "--closed")
    assert same(closed["realized_pnl"], pnl)
    assert closed["realized_source"] == "broker"
    (change,) = program.read("runs", str(run_id))["changes"]
    assert (change["account"], change["con_id"]) == ("DU1", AAPL.con_id)
    assert same(change["after"]["realized_pnl"], pnl)


def test_a_late_commission_report_corrects_the_close(tws: ScriptedTws, program: Program) -> None:
    tws.held = [LONG]
    program.sync()
    tws.held = []
    tws.trade(Execution(AAPL, "SLD", "100", "160.0", X1))
    program.sync()
    realized, source, _ = the_close(program)
    assert (same(realized, "1000"), source) == (True, "fills")

    tws.executions = [replace(tws.executions[0], commission="1.0", realized="999.0")]
    healing = program.sync()

    assert healing["positions_closed"] == 0
    expect_healed(program, healing["run_id"], "999", X1)


def test_later_fills_replace_an_estimate(tws: ScriptedTws, program: Program) -> None:
    tws.held = [LONG, SHORTED]
    program.sync()
    sold_at = datetime.now(UTC)
    tws.held = [SHORTED]
    tws.always(EXECUTIONS, without_executions)
    program.sync()
    realized, source, _ = the_close(program)
    assert (same(realized, "500"), source) == (True, "estimate")

    tws.behave()
    tws.trade(replace(SOLD_ALL, at=sold_at))
    healing = program.sync()

    assert healing["positions_closed"] == 0
    expect_healed(program, healing["run_id"], "999", X1)
    before = program.rows("close", "close_fill", "change", "position")
    program.sync()
    assert program.rows(*before) == before


def test_fills_refused_in_one_run_replace_its_estimate_in_the_next(
    tws: ScriptedTws, program: Program
) -> None:
    tws.held = [LONG]
    program.sync()
    tws.held = []
    tws.trade(SOLD_ALL)
    tws.always(EXECUTIONS, lambda session, fields: session.error(321, "Not now", fields[2]))
    program.sync()
    realized, source, _ = the_close(program)
    assert (same(realized, "500"), source) == (True, "estimate")

    tws.behave()
    healing = program.sync()

    expect_healed(program, healing["run_id"], "999", X1)


def without_executions(session: Session, fields: Sequence[str]) -> None:
    session.send("55", "1", fields[2])


def test_the_estimate_of_a_partial_close_is_replaced_in_an_open_position(
    tws: ScriptedTws, program: Program
) -> None:
    tws.held = [SHORTED]
    program.sync()
    tws.held = [Held(TSLA, "-20", "200.0", "195.0")]
    tws.trade(Execution(TSLA, "BOT", "30", "190.0", X1, commission="0.9", realized="299.1"))
    tws.always(EXECUTIONS, without_executions)
    program.sync()
    tws.behave()

    healing = program.sync()

    assert (healing["positions_updated"], healing["reduced"]) == (1, 0)
    realized, source, exec_ids = the_close(program)
    assert (same(realized, "299.1"), source, exec_ids) == (True, "broker", (X1,))
    (position,) = program.read("positions")
    assert same(position["realized_pnl"], "299.1")
    assert position["realized_source"] == "broker"
    assert same(position["quantity"], "-20")


def test_a_later_purchase_is_no_evidence_for_an_earlier_close(
    tws: ScriptedTws, program: Program
) -> None:
    tws.held = [LONG]
    program.sync()
    tws.held = []
    program.sync()
    tws.held = [Held(AAPL, "100", "151.01", "152.0")]
    tws.trade(Execution(AAPL, "BOT", "100", "151.0", X1, commission="1.0"))

    done = program.sync()

    assert (done["positions_created"], done["positions_closed"]) == (1, 0)
    realized, source, exec_ids = the_close(program)
    assert (same(realized, "500"), source, exec_ids) == (True, "estimate", ())


def test_a_correction_in_a_later_run_corrects_the_close(tws: ScriptedTws, program: Program) -> None:
    tws.held = [LONG]
    program.sync()
    tws.held = []
    first = Execution(AAPL, "SLD", "100", "160.0", "ab.cd.01.01", commission="1", realized="999")
    tws.trade(first)
    program.sync()

    corrected = replace(first, exec_id="ab.cd.01.02", price="161.0", realized="1099.0")
    tws.trade(corrected)
    done = program.sync()

    assert done["positions_closed"] == done["positions_created"] == 0
    expect_healed(program, done["run_id"], "1099", "ab.cd.01.02")


def test_a_fill_that_runs_ahead_of_its_position_is_still_evidence(
    tws: ScriptedTws, program: Program
) -> None:
    """TWS gives times of executions by the second: this one seems older than the first sync."""
    tws.held = [LONG]
    program.sync()
    (position,) = program.read("positions")
    synced_at = datetime.fromisoformat(position["last_synced_at"])
    tws.trade(replace(SOLD_ALL, at=synced_at))
    lagging = program.sync()
    tws.held = []
    program.sync()

    assert (lagging["positions_updated"], lagging["positions_closed"]) == (1, 0)
    realized, source, exec_ids = the_close(program)
    assert (source, exec_ids) == ("broker", (X1,))
    assert same(realized, "999")


# -- options that expire --


def test_an_option_that_expired_while_the_app_was_off_is_closed_at_a_loss_of_its_premium(
    tws: ScriptedTws, program: Program
) -> None:
    expired = (datetime.now(UTC) - timedelta(days=3)).strftime("%Y%m%d")
    seen = (datetime.now(UTC) - timedelta(days=10)).strftime("%Y-%m-%dT%H:%M:%S.000000Z")
    option = replace(CALL, con_id=700000009, expiry=expired)
    tws.held = [Held(option, "2", "250.65", "0.0", "0.0", "-501.3"), LONG]
    program.sync()
    program.execute("UPDATE account SET taken_at = ?", seen)
    program.execute("UPDATE run SET taken_at = ?, started_at = ?", seen, seen)
    program.execute("UPDATE position SET opened_at = ?", seen)

    tws.held = [LONG]
    done = program.sync()

    assert (done["positions_updated"], done["positions_closed"]) == (1, 1)
    (change,) = program.read("runs", str(done["run_id"]))["changes"]
    assert change["kind"] in ("expired", "closed")
    (close,) = program.read("closes")
    assert close["source"] == "estimate"
    assert same(close["realized_pnl"], "-501.3")


def test_an_option_that_expired_with_value_is_still_estimated_at_zero(
    tws: ScriptedTws, program: Program
) -> None:
    """Its last quote is days old; an assignment's fill at 0, if it ever comes, says the same."""
    expired = (datetime.now(UTC) - timedelta(days=3)).strftime("%Y%m%d")
    seen = (datetime.now(UTC) - timedelta(days=4)).strftime("%Y-%m-%dT%H:%M:%S.000000Z")
    option = replace(CALL, con_id=700000009, expiry=expired)
    tws.held = [Held(option, "2", "250.65", "8.0", "1600.0", "1098.7"), LONG]
    program.sync()
    program.execute("UPDATE account SET taken_at = ?", seen)
    program.execute("UPDATE run SET taken_at = ?, started_at = ?", seen, seen)
    program.execute("UPDATE position SET opened_at = ?", seen)

    tws.held = [LONG]
    program.sync()

    (close,) = program.read("closes")
    assert close["source"] == "estimate"
    assert same(close["exit_price"], "0")
    assert same(close["realized_pnl"], "-501.3")
