"""What the wire does to the contract's rules: the real program reads a scripted TWS, and its JSON
is judged. The rules themselves are in tests/domain/test_rules.py.

Every expected figure is worked out by hand; none comes from the program.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from tests.end_to_end.driver import Program, same
from tests.end_to_end.holdings import (
    AAPL,
    BAG,
    BTC,
    CALL,
    COUNTS,
    EUR,
    IN_TWO,
    LONG,
    PUT,
    SHORTED,
    SOLD_ALL,
    TSLA,
    X1,
    X2,
    X3,
)
from tests.end_to_end.scripted_tws import UNSET, Contract, Execution, Held, ScriptedTws

SHORT = {
    "created": "positions_created",
    "updated": "positions_updated",
    "closed": "positions_closed",
    "total": "total_ibkr_positions",
}


@dataclass(frozen=True)
class Closed:
    """One row of `closes`, as expected; prices without the multiplier."""

    quantity: str
    entry: str | None
    exit_price: str | None
    pnl: str | None
    source: str
    exec_ids: tuple[str, ...] = ()
    full: bool = True
    contract: Contract = AAPL
    account: str = "DU1"


@dataclass(frozen=True)
class Case:
    """Two snapshots with trades between them, and what a sync must make of them.

    Attributes:
        counts: "created=1 closed=1 total=1"; what is not named is 0.
        kinds: (symbol, kind) of the run's changes, in any order; None: not looked at.
        opened: (account, contract, quantity, average cost) of all open positions; None: `after`.
        closes: of both runs, in any order.
        day_trade: created + updated may be more than the total.
    """

    name: str
    before: Sequence[Held]
    after: Sequence[Held]
    counts: str
    kinds: Sequence[tuple[str, str]] | None = None
    fills: Sequence[Execution] = ()
    closes: Sequence[Closed] = ()
    opened: Sequence[tuple[str, Contract, str, str | None]] | None = None
    accounts: Sequence[str] = ("DU1",)
    day_trade: bool = False

    def expected_counts(self) -> dict[str, int]:
        named = dict(part.split("=") for part in self.counts.split())
        found = {SHORT.get(name, name): int(number) for name, number in named.items()}
        return dict.fromkeys(COUNTS, 0) | found


CASES = (
    # -- nothing stored, q ≠ 0: created --
    Case(
        "a coin of one satoshi is created though TWS writes it with an exponent",
        before=[],
        after=[Held(BTC, "1E-8", "50000.0")],
        counts="created=1 total=1",
        opened=[("DU1", BTC, "0.00000001", "50000")],
    ),
    Case(
        "a currency pair without a portfolio row is created",
        before=[],
        after=[Held(EUR, "-20000", "1.085")],
        counts="created=1 total=1",
        kinds=[("EUR", "created")],
    ),
    # -- absent or 0: closed --
    Case(
        "a row of zero closes like an absent one",
        before=[LONG, SHORTED],
        after=[Held(AAPL, "0", "0.0"), SHORTED],
        counts="updated=1 closed=1 total=1",
        kinds=[("AAPL", "closed")],
        closes=[Closed("100", "150", "155", "500", "estimate")],
        opened=[("DU1", TSLA, "-50", "200")],
    ),
    Case(
        "a close without fill and price is unknown, never zero",
        before=[Held(AAPL, "100", "150.0", UNSET, UNSET, UNSET)],
        after=[],
        counts="closed=1",
        closes=[Closed("100", "150", None, None, "unknown")],
    ),
    Case(
        "a close of a position that never had a portfolio row is unknown",
        before=[Held(EUR, "20000", "1.085")],
        after=[],
        counts="closed=1",
        closes=[Closed("20000", "1.085", None, None, "unknown", contract=EUR)],
    ),
    # -- commission reports --
    Case(
        "a report with an unset P&L still brings its commission",
        before=[LONG],
        after=[],
        fills=[Execution(AAPL, "SLD", "100", "160.0", X1, commission="1.25", realized=UNSET)],
        counts="closed=1",
        closes=[Closed("100", "150", "160", "998.75", "fills", (X1,))],
    ),
    Case(
        "an unset commission is no commission",
        before=[LONG],
        after=[],
        fills=[Execution(AAPL, "SLD", "100", "160.0", X1, commission=UNSET, realized=UNSET)],
        counts="closed=1",
        closes=[Closed("100", "150", "160", "1000", "fills", (X1,))],
    ),
    Case(
        "a pending commission of minus one earns nothing",
        before=[LONG],
        after=[],
        fills=[Execution(AAPL, "SLD", "100", "160.0", X1, commission="-1.0", realized=UNSET)],
        counts="closed=1",
        closes=[Closed("100", "150", "160", "1000", "fills", (X1,))],
    ),
    # -- the opposite sign: reversed --
    Case(
        "one fill through zero closes with the broker's figure and opens the rest",
        before=[LONG],
        after=[Held(AAPL, "-40", "159.99", "160.0", "-6400.0", "-0.4")],
        fills=[Execution(AAPL, "SLD", "140", "160.0", X1, commission="1.4", realized="999.0")],
        counts="created=1 closed=1 total=1 reversed=1",
        kinds=[("AAPL", "reversed"), ("AAPL", "created")],
        closes=[Closed("100", "150", "160", "999", "broker", (X1,))],
    ),
    # -- other quantity, same total cost, no fill: adjusted --
    Case(
        "a four-for-one split is an adjustment",
        before=[Held(AAPL, "100", "200.0", "210.0", "21000.0", "1000.0")],
        after=[Held(AAPL, "400", "50.0", "52.5", "21000.0", "1000.0")],
        counts="updated=1 total=1 adjusted=1",
        kinds=[("AAPL", "adjusted")],
    ),
    # -- opened and closed between two runs --
    Case(
        "a long day trade is one position created and closed",
        before=[SHORTED],
        after=[SHORTED],
        fills=[
            Execution(AAPL, "BOT", "10", "100.0", X1, commission="1.0"),
            Execution(AAPL, "SLD", "10", "110.0", X2, commission="1.0", realized="98.0"),
        ],
        counts="created=1 updated=1 closed=1 total=1",
        closes=[Closed("10", "100.1", "110", "98", "broker", (X2,))],
        day_trade=True,
    ),
    # -- multipliers --
    Case(
        "an option reduced by a fill counts a hundred shares a contract",
        before=[Held(CALL, "5", "250.65", "3.1", "1550.0", "296.75")],
        after=[Held(CALL, "3", "250.65", "3.2", "960.0", "208.05")],
        fills=[Execution(CALL, "SLD", "2", "3.2", X1, commission="1.3", realized=UNSET)],
        counts="updated=1 total=1 reduced=1",
        closes=[Closed("2", "2.5065", "3.2", "137.4", "fills", (X1,), False, CALL)],
    ),
    # -- accounts --
    Case(
        "a fill closes the position of its own account only",
        before=IN_TWO,
        after=IN_TWO[1:],
        fills=[SOLD_ALL],
        counts="updated=1 closed=1 total=1",
        closes=[Closed("100", "150", "160", "999", "broker", (X1,))],
        accounts=("DU1", "DU2"),
    ),
    Case(
        "a list of accounts that ends with a comma names no further account",
        before=[],
        after=IN_TWO,
        counts="created=2 total=2",
        accounts=("DU1", "DU2", ""),
    ),
    # -- duplicate and zero rows --
    Case(
        "the same row twice is one position",
        before=[LONG],
        after=[LONG, LONG],
        counts="updated=1 total=1",
        kinds=[],
        opened=[("DU1", AAPL, "100", "150")],
    ),
    Case(
        "of two rows of one position the last one counts",
        before=[LONG],
        after=[Held(AAPL, "90", "150.0"), Held(AAPL, "130", "151.0")],
        counts="updated=1 total=1 increased=1",
        kinds=[("AAPL", "increased")],
        opened=[("DU1", AAPL, "130", "151")],
    ),
    Case(
        "a row of zero before the real one closes nothing",
        before=[LONG],
        after=[Held(AAPL, "0", "0.0"), LONG],
        counts="updated=1 total=1",
        kinds=[],
        opened=[("DU1", AAPL, "100", "150")],
    ),
    Case(
        "a row of zero of something never held creates nothing",
        before=[LONG],
        after=[LONG, Held(TSLA, "0", "0.0")],
        counts="updated=1 total=1",
        kinds=[],
        opened=[("DU1", AAPL, "100", "150")],
    ),
    # -- corrections and combos --
    Case(
        "a correction replaces the fill before it",
        before=[LONG],
        after=[Held(AAPL, "50", "150.0", "157.0", "7850.0", "350.0")],
        fills=[
            Execution(AAPL, "SLD", "60", "157.0", "ab.cd.01.01", commission="1.0", realized="419"),
            Execution(AAPL, "SLD", "50", "157.5", "ab.cd.01.02", commission="1.0", realized="374"),
        ],
        counts="updated=1 total=1 reduced=1",
        closes=[Closed("50", "150", "157.5", "374", "broker", ("ab.cd.01.02",), full=False)],
    ),
    Case(
        "a correction replaces the fill before it also where it comes first",
        before=[LONG],
        after=[Held(AAPL, "50", "150.0", "157.0", "7850.0", "350.0")],
        fills=[
            Execution(AAPL, "SLD", "50", "157.5", "ab.cd.01.03", commission="1.0", realized="374"),
            Execution(AAPL, "SLD", "60", "157.0", "ab.cd.01.01", commission="1.0", realized="419"),
            Execution(AAPL, "SLD", "55", "157.0", "ab.cd.01.02", commission="1.0", realized="384"),
        ],
        counts="updated=1 total=1 reduced=1",
        closes=[Closed("50", "150", "157.5", "374", "broker", ("ab.cd.01.03",), full=False)],
    ),
    Case(
        "a spread opened as a combo is its two legs",
        before=[],
        after=[Held(CALL, "1", "500.65"), Held(PUT, "-1", "249.35")],
        fills=[
            Execution(BAG, "BOT", "1", "2.5", X1, commission="0.0"),
            Execution(CALL, "BOT", "1", "5.0", X2, commission="0.65"),
            Execution(PUT, "SLD", "1", "2.5", X3, commission="0.65"),
        ],
        counts="created=2 total=2",
        kinds=[("AAPL", "created"), ("AAPL", "created")],
    ),
    Case(
        "a spread closed as a combo is closed by its legs' fills alone",
        before=[Held(CALL, "1", "500.65", "6.0"), Held(PUT, "-1", "249.35", "1.0")],
        after=[],
        fills=[
            Execution(BAG, "SLD", "1", "5.0", X1, commission="0.0", realized="248.0"),
            Execution(CALL, "SLD", "1", "6.0", X2, commission="0.65", realized="98.7"),
            Execution(PUT, "BOT", "1", "1.0", X3, commission="0.65", realized="148.7"),
        ],
        counts="closed=2",
        closes=[
            Closed("1", "5.0065", "6", "98.7", "broker", (X2,), contract=CALL),
            Closed("1", "2.4935", "1", "148.7", "broker", (X3,), contract=PUT),
        ],
    ),
    # -- precision --
    Case(
        "seventeen digits of a cost survive",
        before=[],
        after=[Held(AAPL, "3", "150.12345678901235", "155.0", "465.0", "14.63")],
        counts="created=1 total=1",
        opened=[("DU1", AAPL, "3", "150.12345678901235")],
    ),
    Case(
        "a P&L of seventeen digits survives",
        before=[LONG],
        after=[],
        fills=[
            Execution(
                AAPL, "SLD", "100", "160.1", X1, commission="1.1", realized="1008.9000000000001"
            )
        ],
        counts="closed=1",
        closes=[Closed("100", "150", "160.1", "1008.9000000000001", "broker", (X1,))],
    ),
)


def ids(cases: Sequence[Case]) -> list[str]:
    return [case.name.replace(" ", "_") for case in cases]


@pytest.mark.parametrize("case", CASES, ids=ids(CASES))
def test_a_sync_does_what_the_contract_says(case: Case, tws: ScriptedTws, program: Program) -> None:
    tws.accounts = list(case.accounts)
    tws.held = list(case.before)
    first = program.sync()
    assert first["positions_created"] == first["total_ibkr_positions"] == len(case.before)

    tws.held = list(case.after)
    tws.trade(*case.fills)
    done = program.sync()

    assert {name: done[name] for name in COUNTS} == case.expected_counts()
    if not case.day_trade:
        total = done["positions_created"] + done["positions_updated"]
        assert total == done["total_ibkr_positions"]
    expect_open(program.read("positions"), case)
    expect_closes(program.read("closes"), case.closes)
    expect_changes(program.read("runs", str(done["run_id"])), case)
    expect_nothing_more(program, case)


def expect_open(rows: list[dict[str, Any]], case: Case) -> None:
    expected = case.opened
    if expected is None:
        expected = [(h.account, h.contract, h.quantity, h.cost) for h in case.after]
    found = {(row["account"], row["con_id"]): row for row in rows}
    assert len(found) == len(rows), "one identity twice"
    assert set(found) == {(account, contract.con_id) for account, contract, *_ in expected}
    for account, contract, quantity, cost in expected:
        row = found[account, contract.con_id]
        assert same(row["quantity"], quantity), row
        assert same(row["average_cost"], cost), row
        assert row["closed_at"] is None


def expect_closes(rows: list[dict[str, Any]], expected: Sequence[Closed]) -> None:
    assert len(rows) == len(expected), rows
    left = list(rows)
    for close in expected:
        matching = [row for row in left if is_close(row, close)]
        assert matching, f"no {close} among {left}"
        left.remove(matching[0])


def is_close(row: dict[str, Any], close: Closed) -> bool:
    return (
        (row["account"], row["con_id"]) == (close.account, close.contract.con_id)
        and same(row["quantity_closed"], close.quantity)
        and same(row["entry_price"], close.entry)
        and same(row["exit_price"], close.exit_price)
        and same(row["realized_pnl"], close.pnl)
        and row["source"] == close.source
        and row["is_full_close"] is close.full
        and tuple(row["exec_ids"]) == close.exec_ids
    )


def expect_changes(run: dict[str, Any], case: Case) -> None:
    found = sorted((change["symbol"], change["kind"]) for change in run["changes"])
    if case.kinds is not None:
        assert found == sorted(case.kinds)


def expect_nothing_more(program: Program, case: Case) -> None:
    """The same snapshot again, with the same fills: all is explained already."""
    before = program.rows("close", "close_fill", "change", "position", "fill")
    again = program.sync()
    held = len(program.read("positions"))
    expected = dict.fromkeys(COUNTS, 0) | {
        "positions_updated": held,
        "total_ibkr_positions": held,
    }
    assert {name: again[name] for name in COUNTS} == expected, case.name
    assert program.rows(*before) == before
