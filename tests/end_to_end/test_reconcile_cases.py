"""The contract's rules, row by row: the real program reads a scripted TWS and its JSON is judged.

Every expected figure is worked out by hand; none comes from the program.
"""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from tests.end_to_end.driver import Program, one_sentence, same
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
    Contract,
    Execution,
    Held,
    ScriptedTws,
    Session,
)

AAPL = Contract(265598, "AAPL")
TSLA = Contract(76792991, "TSLA")
BTC = Contract(479624278, "BTC", "CRYPTO", exchange="PAXOS")
EUR = Contract(12087792, "EUR", "CASH", exchange="IDEALPRO", local_symbol="EUR.USD")
CALL = Contract(
    700000001, "AAPL", "OPT", "USD", "CBOE", "100", "20991218", "200.0", "C", "AAPL  991218C200"
)  # fmt: skip
PUT = Contract(
    700000002, "AAPL", "OPT", "USD", "CBOE", "100", "20991218", "190.0", "P", "AAPL  991218P190"
)  # fmt: skip
ES = Contract(495512563, "ES", "FUT", "USD", "CME", "50", "20991217", local_symbol="ESZ9")
TENTH = Contract(560000077, "MBX", "FUT", "USD", "CME", "0.1", "20991217", local_symbol="MBXZ9")
BAG = Contract(28812380, "AAPL", "BAG", exchange="SMART")

COUNTS = (
    "positions_created", "positions_updated", "positions_closed", "total_ibkr_positions",
    "increased", "reduced", "reversed", "adjusted",
)  # fmt: skip
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


LONG = Held(AAPL, "100", "150.0", "155.0", "15500.0", "500.0")
SHORTED = Held(TSLA, "-50", "200.0", "195.0", "-9750.0", "250.0")
IN_TWO = (LONG, Held(AAPL, "70", "140.0", "155.0", "10850.0", "1050.0", "DU2"))
X1, X2, X3, X4 = (f"0000e0d5.6550aa0{number}.01.01" for number in (1, 2, 3, 4))
SOLD_ALL = Execution(AAPL, "SLD", "100", "160.0", X1, commission="1.0", realized="999.0")

CASES = (
    # -- nothing stored, q ≠ 0: created --
    Case(
        "a new long stock is created",
        before=[],
        after=[LONG],
        counts="created=1 total=1",
        kinds=[("AAPL", "created")],
    ),
    Case(
        "a new short stock is created",
        before=[LONG],
        after=[LONG, SHORTED],
        counts="created=1 updated=1 total=2",
        kinds=[("TSLA", "created")],
    ),
    Case(
        "a new fraction of a coin is created",
        before=[],
        after=[Held(BTC, "0.00012345", "50000.0", "60000.0", "7.41", "1.23")],
        counts="created=1 total=1",
        kinds=[("BTC", "created")],
    ),
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
    Case(
        "a position opened by a trade of today is created once",
        before=[],
        after=[LONG],
        fills=[Execution(AAPL, "BOT", "100", "149.99", X1, commission="1.0")],
        counts="created=1 total=1",
        kinds=[("AAPL", "created")],
    ),
    # -- the same quantity: updated --
    Case(
        "a long position at a new price is updated",
        before=[LONG],
        after=[Held(AAPL, "100", "150.0", "156.5", "15650.0", "650.0")],
        counts="updated=1 total=1",
        kinds=[],
    ),
    Case(
        "a short position at a new price is updated",
        before=[SHORTED],
        after=[Held(TSLA, "-50", "200.0", "210.0", "-10500.0", "-500.0")],
        counts="updated=1 total=1",
        kinds=[],
    ),
    Case(
        "another average cost of the same quantity is taken as it is",
        before=[LONG],
        after=[Held(AAPL, "100", "149.1", "155.0", "15500.0", "590.0")],
        counts="updated=1 total=1",
        kinds=[("AAPL", "updated")],
    ),
    # -- same sign, larger: increased --
    Case(
        "a long position that grew without a fill is increased",
        before=[LONG],
        after=[Held(AAPL, "150", "152.0", "156.0", "23400.0", "600.0")],
        counts="updated=1 total=1 increased=1",
        kinds=[("AAPL", "increased")],
    ),
    Case(
        "a long position that grew by a fill has IBKR's average cost",
        before=[LONG],
        after=[Held(AAPL, "150", "152.0123", "156.0", "23400.0", "598.15")],
        fills=[Execution(AAPL, "BOT", "50", "156.0", X1, commission="1.0")],
        counts="updated=1 total=1 increased=1",
        kinds=[("AAPL", "increased")],
    ),
    Case(
        "a short position that grew by a fill is increased",
        before=[SHORTED],
        after=[Held(TSLA, "-80", "201.5", "195.0", "-15600.0", "520.0")],
        fills=[Execution(TSLA, "SLD", "30", "204.0", X1, commission="1.0")],
        counts="updated=1 total=1 increased=1",
        kinds=[("TSLA", "increased")],
    ),
    Case(
        "a short position that grew without a fill is increased",
        before=[SHORTED],
        after=[Held(TSLA, "-51", "200.1", "195.0", "-9945.0", "260.1")],
        counts="updated=1 total=1 increased=1",
        kinds=[("TSLA", "increased")],
    ),
    Case(
        "a growth that fills explain only in part closes nothing",
        before=[LONG],
        after=[Held(AAPL, "150", "152.0", "156.0", "23400.0", "600.0")],
        fills=[Execution(AAPL, "BOT", "30", "156.0", X1, commission="1.0")],
        counts="updated=1 total=1 increased=1",
        kinds=[("AAPL", "increased")],
    ),
    # -- same sign, smaller: reduced, and a partial close --
    Case(
        "a long position reduced without a fill is estimated at the newest price",
        before=[LONG],
        after=[Held(AAPL, "40", "150.0", "156.0", "6240.0", "240.0")],
        counts="updated=1 total=1 reduced=1",
        kinds=[("AAPL", "reduced")],
        closes=[Closed("60", "150", "156", "360", "estimate", full=False)],
    ),
    Case(
        "a long position reduced by a fill has the broker's figure",
        before=[LONG],
        after=[Held(AAPL, "40", "150.0", "157.0", "6280.0", "280.0")],
        fills=[Execution(AAPL, "SLD", "60", "157.0", X1, commission="1.2", realized="418.8")],
        counts="updated=1 total=1 reduced=1",
        kinds=[("AAPL", "reduced")],
        closes=[Closed("60", "150", "157", "418.8", "broker", (X1,), full=False)],
    ),
    Case(
        "a short position reduced by a fill has the broker's figure",
        before=[SHORTED],
        after=[Held(TSLA, "-20", "200.0", "190.0", "-3800.0", "200.0")],
        fills=[Execution(TSLA, "BOT", "30", "190.0", X1, commission="0.9", realized="299.1")],
        counts="updated=1 total=1 reduced=1",
        kinds=[("TSLA", "reduced")],
        closes=[Closed("30", "200", "190", "299.1", "broker", (X1,), False, TSLA)],
    ),
    Case(
        "a short position reduced without a fill gains where the price fell",
        before=[SHORTED],
        after=[Held(TSLA, "-20", "200.0", "195.0", "-3900.0", "100.0")],
        counts="updated=1 total=1 reduced=1",
        kinds=[("TSLA", "reduced")],
        closes=[Closed("30", "200", "195", "150", "estimate", full=False, contract=TSLA)],
    ),
    Case(
        "a reduction that fills explain in part makes two closes",
        before=[LONG],
        after=[Held(AAPL, "30", "150.0", "156.0", "4680.0", "180.0")],
        fills=[Execution(AAPL, "SLD", "50", "157.0", X1, commission="1.0", realized="349.0")],
        counts="updated=1 total=1 reduced=1",
        kinds=[("AAPL", "reduced")],
        closes=[
            Closed("50", "150", "157", "349", "broker", (X1,), full=False),
            Closed("20", "150", "156", "120", "estimate", full=False),
        ],
    ),
    Case(
        "a sale and a larger purchase leave the partial close of the sale",
        before=[LONG],
        after=[Held(AAPL, "120", "154.0", "158.0", "18960.0", "480.0")],
        fills=[
            Execution(AAPL, "SLD", "50", "157.0", X1, commission="1.0", realized="349.0"),
            Execution(AAPL, "BOT", "70", "158.0", X2, commission="1.0"),
        ],
        counts="updated=1 total=1 increased=1",
        kinds=[("AAPL", "increased")],
        closes=[Closed("50", "150", "157", "349", "broker", (X1,), full=False)],
    ),
    # -- absent or 0: closed --
    Case(
        "a long position closed by a fill has the broker's figure",
        before=[LONG],
        after=[],
        fills=[SOLD_ALL],
        counts="closed=1",
        kinds=[("AAPL", "closed")],
        closes=[Closed("100", "150", "160", "999", "broker", (X1,))],
    ),
    Case(
        "a short position closed by a fill has the broker's figure",
        before=[SHORTED],
        after=[],
        fills=[Execution(TSLA, "BOT", "50", "180.0", X1, commission="1.5", realized="998.5")],
        counts="closed=1",
        kinds=[("TSLA", "closed")],
        closes=[Closed("50", "200", "180", "998.5", "broker", (X1,), contract=TSLA)],
    ),
    Case(
        "a close at cost is the broker's zero, not unknown",
        before=[LONG],
        after=[],
        fills=[Execution(AAPL, "SLD", "100", "150.0", X1, commission="0.0", realized="0.0")],
        counts="closed=1",
        closes=[Closed("100", "150", "150", "0", "broker", (X1,))],
    ),
    Case(
        "a long position that vanished is estimated at its last price",
        before=[LONG],
        after=[],
        counts="closed=1",
        kinds=[("AAPL", "closed")],
        closes=[Closed("100", "150", "155", "500", "estimate")],
    ),
    Case(
        "a short position that vanished is estimated with its sign turned",
        before=[SHORTED],
        after=[],
        counts="closed=1",
        kinds=[("TSLA", "closed")],
        closes=[Closed("50", "200", "195", "250", "estimate", contract=TSLA)],
    ),
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
    Case(
        "a close by two fills is one close at the mean price",
        before=[LONG],
        after=[],
        fills=[
            Execution(AAPL, "SLD", "60", "160.0", X1, commission="0.6", realized="599.4"),
            Execution(AAPL, "SLD", "40", "161.0", X2, commission="0.4", realized="439.6"),
        ],
        counts="closed=1",
        closes=[Closed("100", "150", "160.4", "1039", "broker", (X1, X2))],
    ),
    Case(
        "a close that fills explain in part makes two closes",
        before=[LONG],
        after=[],
        fills=[Execution(AAPL, "SLD", "60", "157.0", X1, commission="1.2", realized="418.8")],
        counts="closed=1",
        kinds=[("AAPL", "closed")],
        closes=[
            Closed("60", "150", "157", "418.8", "broker", (X1,), full=False),
            Closed("40", "150", "155", "200", "estimate"),
        ],
    ),
    # -- commission reports --
    Case(
        "a fill without its report is computed from prices",
        before=[LONG],
        after=[],
        fills=[Execution(AAPL, "SLD", "100", "160.0", X1)],
        counts="closed=1",
        closes=[Closed("100", "150", "160", "1000", "fills", (X1,))],
    ),
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
    Case(
        "one report missing of two makes the close computed from both fills",
        before=[LONG],
        after=[],
        fills=[
            Execution(AAPL, "SLD", "60", "160.0", X1, commission="0.6", realized="599.4"),
            Execution(AAPL, "SLD", "40", "161.0", X2),
        ],
        counts="closed=1",
        closes=[Closed("100", "150", "160.4", "1039.4", "fills", (X1, X2))],
    ),
    # -- the opposite sign: reversed --
    Case(
        "a long position found short was closed and a short one opened",
        before=[LONG],
        after=[Held(AAPL, "-40", "158.0", "157.0", "-6280.0", "40.0")],
        counts="created=1 closed=1 total=1 reversed=1",
        kinds=[("AAPL", "reversed"), ("AAPL", "created")],
        closes=[Closed("100", "150", "157", "700", "estimate")],
    ),
    Case(
        "a short position found long was closed and a long one opened",
        before=[SHORTED],
        after=[Held(TSLA, "30", "190.0", "190.0", "5700.0", "0.0")],
        counts="created=1 closed=1 total=1 reversed=1",
        kinds=[("TSLA", "reversed"), ("TSLA", "created")],
        closes=[Closed("50", "200", "190", "500", "estimate", contract=TSLA)],
    ),
    Case(
        "one fill through zero closes with the broker's figure and opens the rest",
        before=[LONG],
        after=[Held(AAPL, "-40", "159.99", "160.0", "-6400.0", "-0.4")],
        fills=[Execution(AAPL, "SLD", "140", "160.0", X1, commission="1.4", realized="999.0")],
        counts="created=1 closed=1 total=1 reversed=1",
        kinds=[("AAPL", "reversed"), ("AAPL", "created")],
        closes=[Closed("100", "150", "160", "999", "broker", (X1,))],
    ),
    Case(
        "one fill through zero shares its commission between close and opening",
        before=[LONG],
        after=[Held(AAPL, "-40", "159.99", "160.0", "-6400.0", "-0.4")],
        fills=[Execution(AAPL, "SLD", "140", "160.0", X1, commission="1.4", realized=UNSET)],
        counts="created=1 closed=1 total=1 reversed=1",
        closes=[Closed("100", "150", "160", "999", "fills", (X1,))],
    ),
    Case(
        "a reversal by two fills closes with both",
        before=[SHORTED],
        after=[Held(TSLA, "10", "191.0", "191.0", "1910.0", "0.0")],
        fills=[
            Execution(TSLA, "BOT", "30", "190.0", X1, commission="0.3", realized="299.7"),
            Execution(TSLA, "BOT", "30", "191.0", X2, commission="0.3", realized="179.8"),
        ],
        counts="created=1 closed=1 total=1 reversed=1",
        kinds=[("TSLA", "reversed"), ("TSLA", "created")],
        closes=[Closed("50", "200", "190.4", "479.5", "broker", (X1, X2), contract=TSLA)],
    ),
    # -- other quantity, same total cost, no fill: adjusted --
    Case(
        "a four-for-one split is an adjustment",
        before=[Held(AAPL, "100", "200.0", "210.0", "21000.0", "1000.0")],
        after=[Held(AAPL, "400", "50.0", "52.5", "21000.0", "1000.0")],
        counts="updated=1 total=1 adjusted=1",
        kinds=[("AAPL", "adjusted")],
    ),
    Case(
        "a reverse split of a short position is an adjustment",
        before=[Held(TSLA, "-100", "10.0", "9.0", "-900.0", "100.0")],
        after=[Held(TSLA, "-10", "100.0", "90.0", "-900.0", "100.0")],
        counts="updated=1 total=1 adjusted=1",
        kinds=[("TSLA", "adjusted")],
    ),
    Case(
        "a split with cash for the fraction is an adjustment within half a percent",
        before=[Held(AAPL, "100", "200.0", "210.0", "21000.0", "1000.0")],
        after=[Held(AAPL, "33", "604.0", "636.0", "20988.0", "1056.0")],
        counts="updated=1 total=1 adjusted=1",
        kinds=[("AAPL", "adjusted")],
    ),
    Case(
        "a cost that is one percent off is a sale, not an adjustment",
        before=[Held(AAPL, "100", "200.0", "210.0", "21000.0", "1000.0")],
        after=[Held(AAPL, "50", "404.0", "410.0", "20500.0", "300.0")],
        counts="updated=1 total=1 reduced=1",
        kinds=[("AAPL", "reduced")],
        closes=[Closed("50", "200", "410", "10500", "estimate", full=False)],
    ),
    Case(
        "the same total cost after a fill is a trade",
        before=[Held(AAPL, "100", "150.0", "1.0", "100.0", "-14900.0")],
        after=[Held(AAPL, "110", "136.3636", "1.0", "110.0", "-14890.0")],
        fills=[Execution(AAPL, "BOT", "10", "0.001", X1, commission="0.0")],
        counts="updated=1 total=1 increased=1",
        kinds=[("AAPL", "increased")],
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
    Case(
        "a short day trade is one position created and closed",
        before=[],
        after=[],
        fills=[
            Execution(AAPL, "SLD", "10", "110.0", X1, commission="1.0"),
            Execution(AAPL, "BOT", "10", "100.0", X2, commission="1.0", realized="98.0"),
        ],
        counts="created=1 closed=1",
        closes=[Closed("10", "109.9", "100", "98", "broker", (X2,))],
        day_trade=True,
    ),
    Case(
        "two day trades of one stock are two positions",
        before=[],
        after=[],
        fills=[
            Execution(AAPL, "BOT", "10", "100.0", X1, commission="0.0"),
            Execution(AAPL, "SLD", "10", "110.0", X2, commission="0.0", realized="100.0"),
            Execution(AAPL, "BOT", "10", "120.0", X3, commission="0.0"),
            Execution(AAPL, "SLD", "10", "115.0", X4, commission="0.0", realized="-50.0"),
        ],
        counts="created=2 closed=2",
        closes=[
            Closed("10", "100", "110", "100", "broker", (X2,)),
            Closed("10", "120", "115", "-50", "broker", (X4,)),
        ],
        day_trade=True,
    ),
    Case(
        "sold all and bought half back is a close and a new position",
        before=[LONG],
        after=[Held(AAPL, "50", "158.02", "159.0", "7950.0", "49.0")],
        fills=[SOLD_ALL, Execution(AAPL, "BOT", "50", "158.0", X2, commission="1.0")],
        counts="created=1 closed=1 total=1",
        kinds=[("AAPL", "closed"), ("AAPL", "created")],
        closes=[Closed("100", "150", "160", "999", "broker", (X1,))],
    ),
    Case(
        "sold all and bought the same back is a close and a new position",
        before=[LONG],
        after=[Held(AAPL, "100", "158.01", "159.0", "15900.0", "99.0")],
        fills=[SOLD_ALL, Execution(AAPL, "BOT", "100", "158.0", X2, commission="1.0")],
        counts="created=1 closed=1 total=1",
        kinds=[("AAPL", "closed"), ("AAPL", "created")],
        closes=[Closed("100", "150", "160", "999", "broker", (X1,))],
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
    Case(
        "a short option bought back gains what the premium fell",
        before=[Held(PUT, "-5", "250.0", "2.0", "-1000.0", "250.0")],
        after=[],
        fills=[Execution(PUT, "BOT", "5", "1.5", X1, commission="3.25", realized=UNSET)],
        counts="closed=1",
        closes=[Closed("5", "2.5", "1.5", "496.75", "fills", (X1,), contract=PUT)],
    ),
    Case(
        "a short option that vanished is estimated at its last price",
        before=[Held(PUT, "-5", "250.0", "2.0", "-1000.0", "250.0")],
        after=[],
        counts="closed=1",
        closes=[Closed("5", "2.5", "2", "250", "estimate", contract=PUT)],
    ),
    Case(
        "of two options of one underlying only the sold one is closed",
        before=[
            Held(CALL, "5", "250.65", "3.1", "1550.0", "296.75"),
            Held(PUT, "-5", "250.0", "2.0", "-1000.0", "250.0"),
        ],
        after=[Held(PUT, "-5", "250.0", "2.0", "-1000.0", "250.0")],
        fills=[Execution(CALL, "SLD", "5", "3.2", X1, commission="3.25", realized="343.5")],
        counts="updated=1 closed=1 total=1",
        closes=[Closed("5", "2.5065", "3.2", "343.5", "broker", (X1,), contract=CALL)],
    ),
    Case(
        "a future that vanished counts fifty dollars a point",
        before=[Held(ES, "2", "225010.0", "4520.0", "452000.0", "1980.0")],
        after=[],
        counts="closed=1",
        closes=[Closed("2", "4500.2", "4520", "1980", "estimate", contract=ES)],
    ),
    Case(
        "a short future reduced by a fill loses where the price rose",
        before=[Held(ES, "-2", "225010.0", "4520.0", "-452000.0", "-1980.0")],
        after=[Held(ES, "-1", "225010.0", "4530.0", "-226500.0", "-1490.0")],
        fills=[Execution(ES, "BOT", "1", "4530.0", X1, commission="2.05", realized=UNSET)],
        counts="updated=1 total=1 reduced=1",
        closes=[Closed("1", "4500.2", "4530", "-1492.05", "fills", (X1,), False, ES)],
    ),
    Case(
        "a multiplier of a tenth is a tenth and not one or zero",
        before=[Held(TENTH, "10", "5.05", "60.5", "60.5", "10.0")],
        after=[],
        fills=[Execution(TENTH, "SLD", "10", "61.0", X1, commission="0.5", realized=UNSET)],
        counts="closed=1",
        closes=[Closed("10", "50.5", "61", "10", "fills", (X1,), contract=TENTH)],
    ),
    Case(
        "a multiplier of a tenth counts in an estimate too",
        before=[Held(TENTH, "10", "5.05", "60.5", "60.5", "10.0")],
        after=[],
        counts="closed=1",
        closes=[Closed("10", "50.5", "60.5", "10", "estimate", contract=TENTH)],
    ),
    Case(
        "a fraction of a coin sold leaves the exact rest",
        before=[Held(BTC, "0.00012345", "50000.0", "60000.0", "7.41", "1.23")],
        after=[Held(BTC, "0.00002345", "50000.0", "60000.0", "1.41", "0.23")],
        fills=[Execution(BTC, "SLD", "0.0001", "60000.0", X1, commission="0.018", realized=UNSET)],
        counts="updated=1 total=1 reduced=1",
        closes=[Closed("0.0001", "50000", "60000", "0.982", "fills", (X1,), False, BTC)],
    ),
    # -- accounts --
    Case(
        "one instrument in two accounts is two positions",
        before=[],
        after=IN_TWO,
        counts="created=2 total=2",
        kinds=[("AAPL", "created"), ("AAPL", "created")],
        accounts=("DU1", "DU2"),
    ),
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
        "the fill of one account is no evidence for the other",
        before=IN_TWO,
        after=[],
        fills=[SOLD_ALL],
        counts="closed=2",
        closes=[
            Closed("100", "150", "160", "999", "broker", (X1,)),
            Closed("70", "140", "155", "1050", "estimate", account="DU2"),
        ],
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


# -- what takes more than two snapshots --


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


# -- estimates heal --


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


def test_a_late_commission_report_heals_the_close(tws: ScriptedTws, program: Program) -> None:
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


def test_fills_that_come_later_heal_an_estimate(tws: ScriptedTws, program: Program) -> None:
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


def test_fills_refused_in_one_run_heal_its_estimate_in_the_next(
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


def test_the_estimate_of_a_partial_close_heals_in_an_open_position(
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


# -- the mass-close guard --

TEN = [Held(Contract(9000 + number, f"S{number}"), "10", "5.0", "6.0") for number in range(10)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param([LONG, SHORTED], [], id="all_of_two"),
        pytest.param(TEN[:9], [], id="all_of_nine"),
        pytest.param(TEN, TEN[:4], id="six_of_ten"),
        pytest.param(
            [LONG, SHORTED, replace(LONG, account="DU2")],
            [replace(LONG, account="DU2")],
            id="all_of_one_account_of_two",
        ),
    ],
)
def test_a_mass_close_without_a_trade_is_held_until_it_is_allowed(
    tws: ScriptedTws, program: Program, before: list[Held], after: list[Held]
) -> None:
    tws.accounts = ["DU1", "DU2"]
    tws.held = before
    program.sync()
    stored = program.rows("position", "close", "change", "fill", "account_value", "account")
    tws.held = after

    said = program.run("sync", "--json")

    assert said.code == 3
    held = said.json
    assert (held["status"], held["success"]) == ("held", False)
    assert held["positions_closed"] == held["positions_created"] == 0
    assert "Traceback" not in said.err
    assert "--allow-mass-close" in said.err
    for position in before:
        vanished = position not in after
        listed = any(
            position.account in line and position.contract.symbol in line
            for line in said.err.splitlines()
        )
        assert listed == vanished, said.err
    assert program.rows(*stored) == stored
    assert [run["status"] for run in program.read("runs")].count("held") == 1
    assert program.read("status")["stats"]["failed_syncs"] == 0

    done = program.sync("--allow-mass-close")

    assert (done["status"], done["positions_closed"]) == ("success", len(before) - len(after))
    assert len(program.read("positions")) == len(after)


def test_a_held_sync_says_so_without_json_too(tws: ScriptedTws, program: Program) -> None:
    tws.held = [LONG, SHORTED]
    program.sync()
    tws.held = []
    said = program.run("sync")
    assert (said.code, said.out) == (3, "")
    assert "AAPL" in said.err
    assert "TSLA" in said.err


@pytest.mark.parametrize(
    ("before", "after", "fills"),
    [
        pytest.param([LONG], [], [], id="the_only_one"),
        pytest.param(TEN, TEN[:5], [], id="half_of_ten"),
        pytest.param(TEN[:9], TEN[:1], [], id="eight_of_nine"),
        pytest.param(
            [LONG, SHORTED],
            [],
            [
                SOLD_ALL,
                Execution(TSLA, "BOT", "50", "180.0", X2, commission="1.5", realized="998.5"),
            ],
            id="all_of_two_that_were_sold",
        ),
    ],
)
def test_fewer_closes_or_sold_positions_are_not_held(
    tws: ScriptedTws,
    program: Program,
    before: list[Held],
    after: list[Held],
    fills: list[Execution],
) -> None:
    tws.held = before
    program.sync()
    tws.held = after
    tws.trade(*fills)
    assert program.sync()["positions_closed"] == len(before) - len(after)


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


# -- the JSON's letter --

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
    "last_synced_at",
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


def test_the_statistics_are_those_of_the_stored_runs(tws: ScriptedTws, program: Program) -> None:
    # In the user's own folder, where there is no file yet; one that is named must be there.
    fresh = program.call(["status", "--json", "--port", str(tws.port)]).json
    assert (fresh["last_sync_time"], fresh["last_sync_minutes_ago"]) == (None, None)
    assert fresh["stats"] == dict.fromkeys(STATS_KEYS, 0) | {"last_error": None}
    tws.held = [LONG, SHORTED]
    program.sync()
    tws.held = [LONG]
    program.sync()
    said = program.run("sync", "--json", "--account", "DU9")

    stats = program.read("status")["stats"]

    assert stats == said.json["stats"]
    assert stats == {
        "total_syncs": 3,
        "successful_syncs": 2,
        "failed_syncs": 1,
        "positions_created": 2,
        "positions_updated": 1,
        "positions_closed": 1,
        "callback_triggers": 0,
        "last_error": said.json["error"],
    }


def test_status_says_when_nobody_answers(tws: ScriptedTws, program: Program) -> None:
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
    ):
        said = program.run(*options, "--csv")
        header, *rows = csv.reader(io.StringIO(said.out))
        assert header == keys
        assert len(rows) == 1
        as_json = program.read(*options)[0]
        for name, text in zip(header, rows[0], strict=True):
            value = as_json[name]
            if isinstance(value, list):
                value = " ".join(value)
            assert text == ("" if value is None else str(value)), name


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
