"""A rule of the contract as two snapshots and what a sync must make of them, on the pure domain.

What is stored before comes from a sync of the first snapshot, as in the program.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.domain.model.instruments import Instrument
from app.domain.model.positions import Close, Position
from app.domain.model.runs import Counts, Request
from app.domain.model.snapshot import Fill, Holding, Snapshot
from app.domain.model.sync_plan import Plan
from app.domain.reconciliation.reconcile import reconcile
from tests.domain.make import dec, minutes

D = Decimal
AAPL = Instrument(265598, "AAPL", "STK", "USD", "NASDAQ", local_symbol="AAPL")
TSLA = Instrument(76792991, "TSLA", "STK", "USD", "NASDAQ", local_symbol="TSLA")
BTC = Instrument(479624278, "BTC", "CRYPTO", "USD", "PAXOS", local_symbol="BTC")
CALL = Instrument(
    700000001, "AAPL", "OPT", "USD", "CBOE", D(100), "20991218", D(200), "C", "AAPL  991218C200"
)
PUT = Instrument(
    700000002, "AAPL", "OPT", "USD", "CBOE", D(100), "20991218", D(190), "P", "AAPL  991218P190"
)
ES = Instrument(495512563, "ES", "FUT", "USD", "CME", D(50), "20991217", local_symbol="ESZ9")
TENTH = Instrument(
    560000077, "MBX", "FUT", "USD", "CME", D("0.1"), "20991217", local_symbol="MBXZ9"
)

SHORT = {
    "created": "positions_created",
    "updated": "positions_updated",
    "closed": "positions_closed",
    "total": "total_ibkr_positions",
}


def held(
    instrument: Instrument,
    quantity: str,
    cost: str,
    price: str | None = None,
    value: str | None = None,
    unrealized: str | None = None,
    account: str = "DU1",
) -> Holding:
    figures = (dec(price), dec(value), dec(unrealized))
    return Holding(account, instrument, D(quantity), D(cost), *figures)


def traded(
    instrument: Instrument,
    side: str,
    shares: str,
    price: str,
    exec_id: str,
    commission: str | None = None,
    realized: str | None = None,
    account: str = "DU1",
) -> Fill:
    """Between the two snapshots; `side` is "BOT" or "SLD", as TWS says it."""
    quantity = D(shares) * {"BOT": 1, "SLD": -1}[side]
    return Fill(
        *(exec_id, account, instrument, quantity, D(price), minutes(5)),
        commission=dec(commission),
        commission_currency="USD",
        realized_pnl=dec(realized),
    )


LONG = held(AAPL, "100", "150.0", "155.0", "15500.0", "500.0")
SHORTED = held(TSLA, "-50", "200.0", "195.0", "-9750.0", "250.0")
IN_TWO = (LONG, held(AAPL, "70", "140.0", "155.0", "10850.0", "1050.0", "DU2"))
X1, X2, X3, X4 = (f"0000e0d5.6550aa0{number}.01.01" for number in (1, 2, 3, 4))
SOLD_ALL = traded(AAPL, "SLD", "100", "160.0", X1, commission="1.0", realized="999.0")


@dataclass(frozen=True, slots=True)
class Closed:
    """One close, as expected; prices without the multiplier."""

    quantity: str
    entry: str
    exit_price: str
    pnl: str
    source: str
    exec_ids: tuple[str, ...] = ()
    full: bool = True
    contract: Instrument = AAPL
    account: str = "DU1"

    @property
    def row(self) -> tuple[object, ...]:
        numbers = (D(self.quantity), D(self.entry), D(self.exit_price), D(self.pnl))
        identity = (self.account, self.contract.con_id)
        return (identity, *numbers, self.source, self.full, self.exec_ids)


@dataclass(frozen=True, slots=True)
class Case:
    """Two snapshots with trades between them, and what a sync must make of them.

    Attributes:
        counts: "created=1 closed=1 total=1"; what is not named is 0.
        kinds: (symbol, kind) of the recorded changes, in any order; None: not looked at.
        closes: in any order.
        day_trade: created + updated may be more than the total.
    """

    name: str
    before: Sequence[Holding]
    after: Sequence[Holding]
    counts: str
    kinds: Sequence[tuple[str, str]] | None = None
    fills: Sequence[Fill] = ()
    closes: Sequence[Closed] = ()
    accounts: tuple[str, ...] = ("DU1",)
    day_trade: bool = False

    @property
    def expected_counts(self) -> Counts:
        named = dict(part.split("=") for part in self.counts.split())
        return Counts(**{SHORT.get(name, name): int(number) for name, number in named.items()})


def judge(case: Case) -> None:
    """Syncs the first snapshot, the second, and the second once more."""
    first = synced(case, [], case.before, at=0)
    assert first.counts.positions_created == first.counts.total_ibkr_positions == len(case.before)

    done = synced(case, still_open(first), case.after, at=10, fills=case.fills)

    assert done.counts == case.expected_counts
    if not case.day_trade:
        found = done.counts.positions_created + done.counts.positions_updated
        assert found == done.counts.total_ibkr_positions
    assert done.held == ()
    opened = sorted((p.identity, p.quantity, p.average_cost) for p in still_open(done))
    assert opened == sorted((h.identity, h.quantity, h.average_cost) for h in case.after)
    assert sorted(closes_of(done)) == sorted(close.row for close in case.closes)
    if case.kinds is not None:
        kinds = [(change.after.instrument.symbol, change.kind) for change in done.recorded]
        assert sorted(kinds) == sorted(case.kinds)
    expect_nothing_more(case, done)


def synced(
    case: Case,
    stored: Sequence[Position],
    holdings: Sequence[Holding],
    *,
    at: float,
    fills: Sequence[Fill] = (),
    is_fresh: bool = True,
) -> Plan:
    return reconcile(
        stored,
        Snapshot(minutes(at), case.accounts, tuple(holdings), tuple(fills)),
        fills=fills,
        request=Request(),
        last_synced=dict.fromkeys(case.accounts, minutes(at - 10)) if at else {},
        new_fills=frozenset(fill.key for fill in fills if is_fresh),
    )


def expect_nothing_more(case: Case, done: Plan) -> None:
    """The same snapshot again, with the fills that are left: all is explained already."""
    spent = done.allocated | done.dismissed
    left = [fill for fill in case.fills if fill.key not in spent]
    again = synced(case, still_open(done), case.after, at=20, fills=left, is_fresh=False)
    held = len(case.after)
    assert again.counts == Counts(positions_updated=held, total_ibkr_positions=held)
    assert again.recorded == ()
    assert list(closes_of(again)) == []


def still_open(plan: Plan) -> list[Position]:
    return [change.after for change in plan.changes if change.after.is_open]


def closes_of(plan: Plan) -> list[tuple[object, ...]]:
    return [close_row(change.after, close) for change in plan.changes for close in change.closes]


def close_row(position: Position, close: Close) -> tuple[object, ...]:
    numbers = (close.quantity_closed, close.entry_price, close.exit_price, close.realized_pnl)
    source = str(close.source)
    return (position.identity, *numbers, source, close.is_full_close, close.exec_ids)
