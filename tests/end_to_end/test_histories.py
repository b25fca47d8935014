"""What takes more than two syncs: positions that come back, add up, or were never there."""

from collections.abc import Sequence

from tests.end_to_end.driver import Program, same
from tests.end_to_end.holdings import AAPL, BTC, COUNTS, LONG, SHORTED, SOLD_ALL, TSLA, X1, X2
from tests.end_to_end.scripted_tws import POSITIONS, Execution, Held, ScriptedTws, Session


def test_a_quantity_beyond_a_doubles_digits_that_is_sold_leaves_no_dust(
    tws: ScriptedTws, program: Program
) -> None:
    digits = "1.123456789012345678"
    tws.held = [Held(BTC, digits, "50000.0", "60000.0")]
    program.sync()
    tws.held = []
    tws.trade(Execution(BTC, "SLD", digits, "60000.0", X1, commission="0.0", realized="7.5"))

    done = program.sync()

    assert (done["positions_created"], done["positions_closed"]) == (0, 1)
    assert program.read("positions") == []
    (close,) = program.read("closes")
    assert (close["source"], close["is_full_close"]) == ("broker", True)
    assert float(close["quantity_closed"]) == float(digits)


def test_a_position_missing_once_and_there_the_second_time_is_not_closed(
    tws: ScriptedTws, program: Program
) -> None:
    tws.held = [LONG, SHORTED]
    program.sync()

    def without_the_short(session: Session, _fields: Sequence[str]) -> None:
        session.send(*LONG.position())
        session.send("62", "1")

    tws.once(POSITIONS, without_the_short)
    done = program.sync()

    assert (done["positions_updated"], done["positions_closed"]) == (2, 0)
    assert len(tws.asked(POSITIONS)) == 3
    assert program.read("closes") == []


def test_a_drop_to_nothing_is_read_again_over_a_new_connection(
    tws: ScriptedTws, program: Program
) -> None:
    tws.held = [LONG]
    program.sync()
    connections = tws.connections

    tws.once(POSITIONS, lambda session, _fields: session.send("62", "1"))
    done = program.sync()

    assert (done["positions_updated"], done["positions_closed"]) == (1, 0)
    assert tws.connections == connections + 2


def test_a_position_that_comes_back_is_a_new_one(tws: ScriptedTws, program: Program) -> None:
    for held in ([LONG], [], [LONG]):
        tws.held = held
        done = program.sync()

    assert done["positions_created"] == 1
    (opened,), (closed,) = program.read("positions"), program.read("positions", "--closed")
    assert opened["con_id"] == closed["con_id"] == AAPL.con_id
    assert (opened["realized_pnl"], opened["realized_source"]) == (None, None)
    assert same(closed["realized_pnl"], "500")
    assert opened["opened_at"] >= closed["closed_at"]


def test_several_partial_closes_add_up_in_the_position(tws: ScriptedTws, program: Program) -> None:
    tws.held = [LONG]
    program.sync()
    tws.held = [Held(AAPL, "40", "150.0", "157.0")]
    tws.trade(Execution(AAPL, "SLD", "60", "157.0", X1, commission="1.2", realized="418.8"))
    program.sync()
    (partly,) = program.read("positions")
    tws.held = []
    tws.trade(Execution(AAPL, "SLD", "40", "149.0", X2, commission="0.8", realized="-40.8"))
    program.sync()

    assert same(partly["realized_pnl"], "418.8")
    (closed,) = program.read("positions", "--closed")
    assert same(closed["realized_pnl"], "378")
    assert closed["realized_source"] == "broker"
    assert same(closed["quantity"], "0")
    assert sorted(close["is_full_close"] for close in program.read("closes")) == [False, True]


def test_a_position_is_as_trusted_as_its_weakest_close(tws: ScriptedTws, program: Program) -> None:
    tws.held = [LONG]
    program.sync()
    tws.held = []
    tws.trade(Execution(AAPL, "SLD", "60", "157.0", X1, commission="1.2", realized="418.8"))
    program.sync()

    (closed,) = program.read("positions", "--closed")
    assert same(closed["realized_pnl"], "618.8")
    assert closed["realized_source"] == "estimate"


def test_a_percentage_is_of_the_cost_of_what_was_closed(tws: ScriptedTws, program: Program) -> None:
    tws.held = [LONG, SHORTED]
    program.sync()
    tws.held = [Held(TSLA, "-20", "200.0", "195.0")]
    tws.trade(
        SOLD_ALL, Execution(TSLA, "BOT", "30", "210.0", X2, commission="0.0", realized="-300.0")
    )
    program.sync()

    percentages = {close["symbol"]: close["realized_pnl_pct"] for close in program.read("closes")}
    assert same(percentages["AAPL"], "6.66")  # 999 of 15,000
    assert same(percentages["TSLA"], "-5")  # -300 of 6,000


def test_trades_before_the_very_first_sync_close_nothing(
    tws: ScriptedTws, program: Program
) -> None:
    tws.held = [Held(AAPL, "40", "150.0", "160.0")]
    tws.trade(Execution(AAPL, "SLD", "60", "157.0", X1, commission="1.2", realized="418.8"))

    done = program.sync()
    again = program.sync()

    assert (done["positions_created"], done["positions_closed"]) == (1, 0)
    assert (again["positions_updated"], again["positions_closed"]) == (1, 0)
    (row,) = program.read("positions")
    assert same(row["quantity"], "40")
    assert program.read("closes") == []


def test_a_whole_history_by_processes_of_its_own(tws: ScriptedTws, program: Program) -> None:
    tws.held = [LONG, SHORTED]
    assert program.start("sync", "--json").said().code == 0
    tws.held = [Held(AAPL, "-40", "159.99", "160.0", "-6400.0", "-0.4"), SHORTED]
    tws.trade(Execution(AAPL, "SLD", "140", "160.0", X1, commission="1.4", realized="999.0"))
    tws.wait_until_alone()

    said = program.start("sync", "--json").said()

    assert (said.code, said.err) == (0, "")
    done = said.json
    assert {name: done[name] for name in COUNTS} == dict.fromkeys(COUNTS, 0) | {
        "positions_created": 1,
        "positions_updated": 1,
        "positions_closed": 1,
        "total_ibkr_positions": 2,
        "reversed": 1,
    }
    verbs = (
        ("positions", "--json"),
        ("positions", "--closed", "--json"),
        ("closes", "--json"),
        ("runs", str(done["run_id"]), "--json"),
        ("status", "--json"),
    )
    started = [program.start(*verb) for verb in verbs]
    answers = [process.said() for process in started]
    assert [(answer.code, answer.err) for answer in answers] == [(0, "")] * len(verbs)
    opened, closed, closes, run, status = (answer.json for answer in answers)
    assert [row["quantity"] for row in opened] == ["-40", "-50"]
    assert [row["con_id"] for row in closed] == [AAPL.con_id]
    assert same(closes[0]["realized_pnl"], "999")
    assert sorted(change["kind"] for change in run["changes"]) == ["created", "reversed"]
    assert status["stats"]["total_syncs"] == 2
