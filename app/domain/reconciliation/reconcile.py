"""Compares the stored positions with a snapshot, and plans what one sync changes.

Pure: it reads values and returns a Plan. The rules are the contract's section 2.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from app.domain.model.inferences import Inference
from app.domain.model.instruments import Instrument
from app.domain.model.positions import Change, ChangeKind, Identity, LastSync, Position
from app.domain.model.runs import Counts, Request
from app.domain.model.snapshot import Fill, FillKey, Holding, Snapshot
from app.domain.model.sync_plan import Plan
from app.domain.reconciliation.cases import ReconciliationCase, created_without_fills
from app.domain.reconciliation.exercises import find_exercises
from app.domain.reconciliation.mass_close_guard import closes_needing_confirmation
from app.domain.reconciliation.matched_cases import MatchedCase, match_case, match_with_residual
from app.domain.reconciliation.moves import find_moves
from app.domain.reconciliation.resolving import CaseResult, at_expiry, conclude_case

UNDERLYINGS = frozenset({"STK", "IND", "FUT"})


def reconcile(
    stored: Sequence[Position],
    snapshot: Snapshot,
    *,
    fills: Sequence[Fill],
    request: Request,
    last_synced: Mapping[str, datetime],
    new_fills: frozenset[FillKey] = frozenset(),
    unchanged_counts: Mapping[str, int] | None = None,
    reported: Sequence[Holding] = (),
) -> Plan:
    """The plan of a sync.

    Args:
        stored: the open positions of the accounts that the snapshot covers.
        fills: all that are not allocated to an earlier run, in time order; no combo summaries.
        last_synced: account -> when its last stored snapshot was taken; absent if never.
        new_fills: keys of the fills that no earlier snapshot had.
        unchanged_counts: account -> number of unchanged positions, which are left out of `stored`
            and of the snapshot.
        reported: all holdings that IBKR reported, including those left out of the snapshot, for
            the prices of underlyings.
    """
    unchanged = Counter(unchanged_counts)
    before = unchanged + Counter(position.account for position in stored)
    known = {position.identity for position in stored}.union(fill.identity for fill in fills)
    unknown_holdings = [holding for holding in snapshot.holdings if holding.identity not in known]
    holdings = [holding for holding in snapshot.holdings if holding.identity in known]
    this_sync = LastSync(snapshot.taken_at)
    cases = build_cases(stored, holdings, fills, last_synced, new_fills)
    results = resolve_all(
        [match_case(case, snapshot.taken_at) for case in cases],
        unknown_holdings,
        reported or snapshot.holdings,
        snapshot.taken_at,
        request,
    )
    concluded = {result.case.identity for result in results}
    changes = (
        *(change for result in results for change in result.changes),
        *(
            created_without_fills(holding, this_sync)
            for holding in unknown_holdings
            if holding.identity not in concluded
        ),
    )
    lacking = (result.changes[0] for result in results if result.lacks_evidence)
    return Plan(
        changes=changes,
        counts=count(changes, total=len(snapshot.holdings), unchanged=unchanged.total()),
        held=closes_needing_confirmation(before, lacking, request),
        unconfirmed=tuple(
            result.changes[0].after.identity for result in results if result.is_unconfirmed
        ),
        allocated=frozenset().union(*(result.allocated for result in results)),
        dismissed=frozenset().union(*(result.dismissed for result in results)),
        inferred=tuple(
            (result.case.identity, one) for result in results for one in result.inferred
        ),
    )


def resolve_all(
    matched: list[MatchedCase],
    unknown_holdings: Sequence[Holding],
    reported: Sequence[Holding],
    now: datetime,
    request: Request,
) -> list[CaseResult]:
    """Infers across all identities what no execution explains; then concludes each of them.

    Returns:
        The results of the matched cases, and of the new holdings that an inference concerns.
    """
    inferences = infer(matched, unknown_holdings, now)
    prices = UnderlyingPrices(reported)
    results = []
    for one in matched:
        own = inferences.get(one.case.identity, ())
        results.append(conclude_case(one, now, request, own or at_expiry(one, now, prices.of)))
    return results


def infer(
    matched: list[MatchedCase], unknown_holdings: Sequence[Holding], now: datetime
) -> Mapping[Identity, Sequence[Inference]]:
    """Infers exercises and moves.

    Args:
        matched: extended by the new holdings that an inference concerns.
    """
    opened = [alternative for one in matched if (alternative := alternative_match(one))]
    if not any(one.lost for one in (*matched, *opened)):
        return {}
    new = [
        match_case(ReconciliationCase(holding.account, holding.instrument, holding=holding), now)
        for holding in unknown_holdings
    ]
    changed = [one for one in (*matched, *new) if one.residual]
    found: dict[Identity, list[Inference]] = find_exercises([*changed, *opened], now)
    rest = [one for one in changed if one.case.identity not in found]
    found |= find_moves(rest)
    matched += [one for one in new if one.case.identity in found]
    for one in opened:
        if one.case.identity in found:
            places = [n for n, other in enumerate(matched) if other.case is one.case]
            matched[places[0]] = one
    return found


def alternative_match(one: MatchedCase) -> MatchedCase | None:
    """The alternative if its fills explain nothing, or only with a split."""
    has_split = one.split is not None or (one.is_untraded and bool(one.case.difference))
    if one.residual or (has_split and one.case.instrument.is_option):
        return None
    if not has_split and (one.used or one.is_untraded):
        return None
    found = match_with_residual(one.case)
    if found is not None:
        found.dismissed = one.dismissed - {fill.key for fill in found.used}
        found.rival = one if has_split else None
    return found


def build_cases(
    stored: Sequence[Position],
    holdings: Iterable[Holding],
    fills: Sequence[Fill],
    last_synced: Mapping[str, datetime],
    new_fills: frozenset[FillKey],
) -> Iterable[ReconciliationCase]:
    """Groups positions, holdings and fills by identity: stored ones first, then new ones.

    Args:
        holdings: those with a stored position or a fill.
    """
    cases: dict[Identity, ReconciliationCase] = {}
    for position in stored:
        case = ReconciliationCase(position.account, position.instrument, stored=position)
        cases[position.identity] = case
    for holding in holdings:
        case = cases.get(holding.identity) or ReconciliationCase(
            holding.account, holding.instrument
        )
        case.instrument = holding.instrument
        case.holding = holding
        cases[holding.identity] = case
    by_identity: dict[Identity, list[Fill]] = defaultdict(list)
    for fill in fills:
        by_identity[fill.identity].append(fill)
    for identity, own in by_identity.items():
        case = cases.setdefault(identity, ReconciliationCase(identity[0], own[0].instrument))
        case.fills = own
    for case in cases.values():
        case.last_synced = last_synced.get(case.account)
        case.new_fills = new_fills
    return cases.values()


def count(changes: Iterable[Change], *, total: int, unchanged: int) -> Counts:
    """The run's counts. Day trades count as created and as closed.

    Args:
        total: holdings without those left out.
        unchanged: number of positions left out.
    """
    changes = tuple(changes)
    kinds = Counter(change.kind for change in changes)
    return Counts(
        positions_created=sum(is_created(change) for change in changes),
        positions_updated=sum(change.after.is_open and not is_created(change) for change in changes)
        + unchanged,
        positions_closed=sum(
            not change.after.is_open and change.kind is not ChangeKind.MOVED for change in changes
        ),
        total_ibkr_positions=total + unchanged,
        increased=kinds[ChangeKind.INCREASED],
        reduced=kinds[ChangeKind.REDUCED],
        reversed=kinds[ChangeKind.REVERSED],
        adjusted=kinds[ChangeKind.ADJUSTED],
    )


def is_created(change: Change) -> bool:
    """A moved position is not a new one."""
    return change.before is None and change.kind is not ChangeKind.MOVED


class UnderlyingPrices:
    """The prices of options' underlyings, collected when the first option has expired.

    Args:
        holdings: all that IBKR reported.
    """

    def __init__(self, holdings: Sequence[Holding]) -> None:
        self._holdings = holdings
        self._prices: dict[tuple[str, str], Decimal] | None = None  # (symbol, currency) -> price

    def of(self, option: Instrument) -> Decimal | None:
        """Currency per unit, in the unit of the strike; None if it is not held."""
        if self._prices is None:
            self._prices = {
                (held.instrument.symbol, held.instrument.currency): price_of(held)
                for held in self._holdings
                if held.market_price is not None and held.instrument.sec_type in UNDERLYINGS
            }
        return self._prices.get((option.symbol, option.currency))


def price_of(held: Holding) -> Decimal:
    """The price of one unit: some shares have prices in pence, but strikes in pounds."""
    assert held.market_price is not None
    instrument = held.instrument
    return held.market_price * instrument.unit_value / instrument.multiplier
