"""The output of the commands after executions that came late, in parts, or wrong at first.

Every expected figure is worked out by hand. The runs are dated back, because TWS gives the times of
executions by the second.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from tests.end_to_end.driver import Program
from tests.end_to_end.scripted_tws import (
    EXECUTIONS,
    Contract,
    Execution,
    Held,
    Reply,
    ScriptedTws,
    Session,
)

AAPL = Contract(265598, "AAPL")
SAP = Contract(14204, "SAP", currency="EUR", exchange="IBIS")
PUT = Contract(
    700000002, "AAPL", "OPT", "USD", "CBOE", "100", "20991218", "190.0", "P", "AAPL  991218P190"
)
HALF = Contract(560000078, "MBX", "FUT", "USD", "CME", "0.5", "20991217", local_symbol="MBXZ9")
ANCHOR = Held(Contract(756733, "SPY"), "1", "400.0", "410.0")
START = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=5)


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def done(
    side: str, shares: str, price: str, number: int, *, minute: float, contract: Contract = AAPL,
    commission: str | None = None, realized: str | None = None,
) -> Execution:  # fmt: skip
    made = Execution(contract, side, shares, price, f"0000e0d5.6550aa{number:02}.01.01", at(minute))
    if commission is None:
        return made
    return replace(made, commission=commission, realized=realized or made.realized)


class Desk:
    """Syncs at a given time, with what TWS holds and reports then."""

    def __init__(self, tws: ScriptedTws, program: Program) -> None:
        self._tws = tws
        self._program = program

    def sync(
        self, minute: float, held: Sequence[Held], *executions: Execution, note: str = ""
    ) -> int:
        """Returns the run's id."""
        self._tws.held = [ANCHOR, *held]
        self._tws.executions = list(executions)
        run_id = int(self._program.sync(note=note)["run_id"])
        text = at(minute).strftime("%Y-%m-%dT%H:%M:%S.500000Z")
        self._program.execute("UPDATE run SET taken_at = ? WHERE id = ?", text, run_id)
        self._program.execute("UPDATE account SET taken_at = ?", text)
        for column in ("opened_at", "closed_at"):
            late = f"UPDATE position SET {column} = ? WHERE {column} > ?"
            self._program.execute(late, text, text)
        return run_id

    def closes(self) -> list[tuple[str, Decimal, Decimal | None, str, bool]]:
        """(symbol, quantity, realized P&L, source, full), oldest first."""
        return [
            (
                row["symbol"],
                Decimal(row["quantity_closed"]),
                None if row["realized_pnl"] is None else Decimal(row["realized_pnl"]),
                row["source"],
                row["is_full_close"],
            )
            for row in reversed(self._program.read("closes"))
        ]

    def closed(self) -> list[tuple[str, str, str]]:
        """(symbol, opened, closed): times as HH:MM:SS after the start, in order of the close."""
        rows = self._program.read("positions", "--closed")
        return sorted(
            ((r["symbol"], since(r["opened_at"]), since(r["closed_at"])) for r in rows),
            key=lambda row: row[2],
        )

    def open_quantities(self) -> dict[str, Decimal]:
        rows = self._program.read("positions")
        return {row["symbol"]: Decimal(row["quantity"]) for row in rows if row["symbol"] != "SPY"}


def since(moment: str) -> str:
    return str(datetime.fromisoformat(moment).replace(microsecond=0) - START)


def test_fills_of_one_interval_over_two_later_syncs_leave_no_invented_position(
    tws: ScriptedTws, program: Program
) -> None:
    """Long 100, sold 150, bought 150, sold 40: a close, a short round trip, a partial close."""
    desk = Desk(tws, program)
    first = done("SLD", "150", "160", 1, minute=5, commission="1.5")
    second = done("BOT", "150", "155", 2, minute=6, commission="1.5")
    third = done("SLD", "40", "158", 3, minute=7, commission="0.4")
    desk.sync(1, [Held(AAPL, "100", "150", "160")])
    left = Held(AAPL, "60", "155.01", "158")
    desk.sync(10, [left])
    desk.sync(20, [left], first, third)  # without the second one: a short of 50 that turned long
    desk.sync(30, [left], first, second, third)

    # 100 x (160 - 150) - 1.00; 50 x (159.99 - 155) - 0.50; 40 x (158 - 155.01) - 0.40
    assert desk.closes() == [
        ("AAPL", Decimal(100), Decimal(999), "fills", True),
        ("AAPL", Decimal(50), Decimal(249), "fills", True),
        ("AAPL", Decimal(40), Decimal("119.2"), "fills", False),
    ]
    assert desk.closed() == [("AAPL", "0:01:00", "0:05:00"), ("AAPL", "0:05:00", "0:06:00")]
    assert desk.open_quantities() == {"AAPL": Decimal(60)}
    (run,) = program.rows("run")["run"][-1:]
    kinds = {change["kind"] for change in program.read("runs", str(run[0]))["changes"]}
    assert kinds == {"healed"}
    before = program.rows("close", "close_fill", "change", "position", "fill")
    desk.sync(40, [left], first, second, third)
    assert program.rows(*before) == before


def test_the_order_in_which_late_fills_arrive_changes_nothing(
    tws: ScriptedTws, program: Program
) -> None:
    """As above, the second fill first."""
    desk = Desk(tws, program)
    first = done("SLD", "150", "160", 1, minute=5, commission="1.5")
    second = done("BOT", "150", "155", 2, minute=6, commission="1.5")
    third = done("SLD", "40", "158", 3, minute=7, commission="0.4")
    desk.sync(1, [Held(AAPL, "100", "150", "160")])
    left = Held(AAPL, "60", "155.01", "158")
    desk.sync(10, [left], second)
    desk.sync(20, [left], third)
    desk.sync(30, [left], first)
    assert desk.closes() == [
        ("AAPL", Decimal(100), Decimal(999), "fills", True),
        ("AAPL", Decimal(50), Decimal(249), "fills", True),
        ("AAPL", Decimal(40), Decimal("119.2"), "fills", False),
    ]


def test_a_correction_of_a_consumed_purchase_corrects_the_close_of_its_day_trade(
    tws: ScriptedTws, program: Program
) -> None:
    desk = Desk(tws, program)
    bought = done("BOT", "10", "100", 1, minute=5, commission="1")
    sold = done("SLD", "10", "105", 2, minute=6, commission="1")
    desk.sync(1, [])
    desk.sync(10, [], bought, sold)
    assert desk.closes() == [("AAPL", Decimal(10), Decimal(48), "fills", True)]
    desk.sync(20, [], replace(bought, exec_id=bought.exec_id[:-1] + "2", price="101"), sold)
    assert desk.closes() == [("AAPL", Decimal(10), Decimal(38), "fills", True)]


def test_a_corrected_quantity_takes_back_what_the_wrong_one_invented(
    tws: ScriptedTws, program: Program
) -> None:
    desk = Desk(tws, program)
    wrong = done("SLD", "150", "160", 1, minute=5, commission="1", realized="999")
    desk.sync(1, [Held(AAPL, "100", "150", "160")])
    desk.sync(10, [], wrong)
    desk.sync(20, [], replace(wrong, exec_id=wrong.exec_id[:-1] + "2", shares="100"))
    assert desk.closes() == [("AAPL", Decimal(100), Decimal(999), "broker", True)]
    assert desk.closed() == [("AAPL", "0:01:00", "0:05:00")]


def test_an_assignment_closes_the_put_at_nothing_and_brings_the_shares(
    tws: ScriptedTws, program: Program
) -> None:
    desk = Desk(tws, program)
    desk.sync(1, [Held(PUT, "-2", "249.3", "3.0")])
    assigned = done("BOT", "2", "0", 1, minute=5, contract=PUT, commission="0")
    delivered = done("BOT", "200", "190", 2, minute=5, commission="0")
    desk.sync(10, [Held(AAPL, "200", "190", "180")], assigned, delivered)
    assert desk.closes() == [("AAPL", Decimal(2), Decimal("498.6"), "fills", True)]
    assert desk.open_quantities() == {"AAPL": Decimal(200)}


def test_half_a_unit_a_contract_counts_half_and_late_too(
    tws: ScriptedTws, program: Program
) -> None:
    """Short 4 at 200 (100 each), bought 6 at 190 in two fills, the second one late."""
    desk = Desk(tws, program)
    desk.sync(1, [Held(HALF, "-4", "100", "195")])
    covered = done("BOT", "4", "190", 1, minute=5, contract=HALF, commission="2")
    turned = done("BOT", "2", "190", 2, minute=6, contract=HALF, commission="1")
    held = [Held(HALF, "2", "95.5", "190")]
    desk.sync(10, held, turned)
    desk.sync(20, held, covered, turned)
    # 4 x (100 - 190 x 0.5) - 2
    assert desk.closes() == [("MBX", Decimal(4), Decimal(18), "fills", True)]
    assert desk.closed() == [("MBX", "0:01:00", "0:05:00")]


def test_the_figures_of_two_currencies_stay_apart(tws: ScriptedTws, program: Program) -> None:
    desk = Desk(tws, program)
    desk.sync(1, [Held(AAPL, "100", "150", "160"), Held(SAP, "50", "200", "210")])
    sold = done("SLD", "100", "160", 1, minute=5, commission="1")
    euros = done("SLD", "50", "210", 2, minute=5, contract=SAP, commission="2")
    desk.sync(10, [], sold, euros)
    figures = {(r["symbol"], r["currency"], r["realized_pnl"]) for r in closed_rows(program)}
    assert figures == {("AAPL", "USD", "999"), ("SAP", "EUR", "498")}


def closed_rows(program: Program) -> list[dict[str, str]]:
    return [
        row | {"realized_pnl": f"{Decimal(row['realized_pnl']).normalize():f}"}
        for row in program.read("positions", "--closed")
    ]


def test_a_pending_commission_that_comes_later_is_taken_off(
    tws: ScriptedTws, program: Program
) -> None:
    desk = Desk(tws, program)
    desk.sync(1, [Held(AAPL, "100", "150", "160")])
    sold = done("SLD", "100", "160", 1, minute=5, commission="-1.0")
    desk.sync(10, [], sold)
    assert desk.closes() == [("AAPL", Decimal(100), Decimal(1000), "fills", True)]
    desk.sync(20, [], replace(sold, commission="1.25", realized="998.75"))
    assert desk.closes() == [("AAPL", Decimal(100), Decimal("998.75"), "broker", True)]


def test_a_fill_before_a_split_restates_the_close_before_the_split(
    tws: ScriptedTws, program: Program
) -> None:
    desk = Desk(tws, program)
    desk.sync(1, [Held(AAPL, "100", "150", "160")])
    desk.sync(10, [Held(AAPL, "60", "150", "160")])
    desk.sync(20, [Held(AAPL, "240", "37.5", "40")])
    sold = done("SLD", "40", "170", 1, minute=5, commission="1")
    desk.sync(30, [Held(AAPL, "240", "37.5", "40")], sold)
    assert desk.closes() == [("AAPL", Decimal(40), Decimal(799), "fills", False)]
    assert desk.open_quantities() == {"AAPL": Decimal(240)}


def test_a_sale_after_a_split_between_the_same_syncs_is_measured_in_new_shares(
    tws: ScriptedTws, program: Program
) -> None:
    """100 at 150, split 4 for 1, sold 40 at 41: 360 at 37.50 are left."""
    desk = Desk(tws, program)
    desk.sync(1, [Held(AAPL, "100", "150", "160")])
    sold = done("SLD", "40", "41", 1, minute=5, commission="1")
    desk.sync(10, [Held(AAPL, "360", "37.5", "40")], sold)
    assert desk.closes() == [("AAPL", Decimal(40), Decimal(139), "fills", False)]


def test_a_sync_names_the_closes_that_no_execution_explains(
    tws: ScriptedTws, program: Program
) -> None:
    tws.held = [ANCHOR, Held(AAPL, "100", "150", "160"), Held(SAP, "50", "200")]
    program.sync()
    tws.held = [ANCHOR, Held(AAPL, "60", "150", "161.5")]
    said = program.run("sync")
    assert said.code == 0
    lines = said.out.splitlines()
    place = lines.index("No execution explains these closes:")
    assert sorted(lines[place + 1 :]) == [
        "  DU1  AAPL  40: P&L ≈ 460.00 USD at 161.5",
        "  DU1  SAP  50: P&L unknown",
    ]
    notes = {row[8] for row in program.rows("change")["change"]}
    assert notes == {
        "",
        "No execution explains it; the P&L is estimated at the last known price.",
        "No execution explains it; the P&L is unknown, because no price is known.",
    }


def test_a_zone_that_cannot_be_read_never_stops_a_sync_and_its_execution_waits(
    tws: ScriptedTws, program: Program
) -> None:
    desk = Desk(tws, program)
    desk.sync(1, [Held(AAPL, "100", "150", "160")])
    sold = done("SLD", "40", "162", 1, minute=5, commission="1", realized="479")
    tws.always(EXECUTIONS, in_zone("British Summer Time"))
    desk.sync(10, [Held(AAPL, "60", "150", "161")], sold, note="British Summer Time")

    assert desk.closes() == [("AAPL", Decimal(40), Decimal(440), "estimate", False)]
    newest = max(run["run_id"] for run in program.read("runs"))
    (note,) = program.rows("run")["run"][-1:]
    assert "(British Summer Time)" in str(note)
    assert "choose another time zone" in program.run("runs", str(newest)).out

    tws.behave()
    desk.sync(20, [Held(AAPL, "60", "150", "161")], sold)
    assert desk.closes() == [("AAPL", Decimal(40), Decimal(479), "broker", False)]
    (note,) = program.rows("run")["run"][-1:]
    assert "zone" not in str(note)


def in_zone(name: str) -> Reply:
    """All executions at the times that they have, in a zone of this name."""

    def reply(session: Session, fields: Sequence[str]) -> None:
        for execution in session.tws.executions:
            details = list(execution.details(fields[2]))
            details[15] = details[15].replace("UTC", name)
            session.send(*details)
            session.send(*execution.report())
        session.send("55", "1", fields[2])

    return reply


BOND = Contract(700000007, "T", "BOND", "USD", "SMART", "", "20301130")


def test_a_bond_in_per_cent_and_thousands_that_is_gone_has_the_value_that_ibkr_gave_it(
    tws: ScriptedTws, program: Program
) -> None:
    desk = Desk(tws, program)
    desk.sync(1, [Held(BOND, "25", "913.75", "91.5", "22875", "31.25")])
    desk.sync(10, [])
    assert desk.closes() == [("T", Decimal(25), Decimal("31.25"), "estimate", True)]


def test_a_bond_that_is_sold_is_worth_its_price_by_the_value_factor(
    tws: ScriptedTws, program: Program
) -> None:
    desk = Desk(tws, program)
    desk.sync(1, [Held(BOND, "25", "913.75", "91.5", "22875", "31.25")])
    desk.sync(10, [], done("SLD", "25", "92", 1, minute=5, contract=BOND, commission="5"))
    assert desk.closes() == [("T", Decimal(25), Decimal("151.25"), "fills", True)]
