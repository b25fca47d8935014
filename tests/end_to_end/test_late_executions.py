"""What the command line says after executions that came late, piecemeal, or wrong at first.

Every expected figure is worked out by hand. The runs are dated back, because TWS gives the times of
executions by the second.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from tests.end_to_end.driver import Program
from tests.end_to_end.scripted_tws import Contract, Execution, Held, ScriptedTws

AAPL = Contract(265598, "AAPL")
SAP = Contract(14204, "SAP", currency="EUR", exchange="IBIS")
PUT = Contract(
    700000002, "AAPL", "OPT", "USD", "CBOE", "100", "20991218", "190.0", "P", "AAPL  991218P190"
)
HALF = Contract(560000078, "MBX", "FUT", "USD", "CME", "0.5", "20991217", local_symbol="MBXZ9")
ANCHOR = Held(Contract(756733, "SPY"), "1", "400.0", "410.0")
START = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=5)
NOTHING = None


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
    """Syncs at a time of its own, with what TWS holds and tells then."""

    def __init__(self, tws: ScriptedTws, program: Program) -> None:
        self._tws = tws
        self._program = program

    def sync(self, minute: float, held: Sequence[Held], *told: Execution) -> int:
        """Returns the run's id."""
        self._tws.held = [ANCHOR, *held]
        self._tws.executions = list(told)
        run_id = int(self._program.sync()["run_id"])
        text = at(minute).strftime("%Y-%m-%dT%H:%M:%S.500000Z")
        self._program.execute("UPDATE run SET taken_at = ? WHERE id = ?", text, run_id)
        self._program.execute("UPDATE account SET taken_at = ?", text)
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
