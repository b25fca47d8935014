"""Compares the stored positions with a snapshot, and says what one sync must change.

Pure: it reads values and returns a Plan. The rules are the contract's section 2.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from app.domain.evidence import comes_first, has_expired, is_adjustment
from app.domain.explanation import explanation, has_had_its_chance, partial, recent, timely
from app.domain.guards import held_closes
from app.domain.outcomes import Case, adjusted, described, found, refreshed
from app.domain.plan import Plan
from app.domain.pnl import ZERO
from app.domain.positions import Change, ChangeKind, Identity, LastSync, Position
from app.domain.replay import Replay
from app.domain.runs import Counts, Request
from app.domain.snapshot import Fill, Holding, Snapshot
from app.domain.splits import replay_with_split, split_in


@dataclass(slots=True)
class Result:
    """What becomes of one identity.

    Attributes:
        consumed, put_away: stems of fills, as in `Plan`.
        is_unconfirmed: the position vanished, and no fill explains all of it.
        lacks_evidence: the position vanished with no fill and no expiry at all.
    """

    changes: list[Change]
    consumed: set[str] = field(default_factory=set)
    put_away: set[str] = field(default_factory=set)
    is_unconfirmed: bool = False
    lacks_evidence: bool = False


def reconcile(
    stored: Sequence[Position],
    snapshot: Snapshot,
    *,
    fills: Sequence[Fill],
    request: Request,
    last_synced: Mapping[str, datetime],
    fresh: frozenset[str] = frozenset(),
    quiet: Mapping[str, int] | None = None,
) -> Plan:
    """What a sync changes.

    Args:
        stored: the open positions of the accounts that the snapshot covers.
        fills: all that no earlier run has consumed, in time order; combo summaries left out.
        last_synced: account -> when its last stored snapshot was taken; absent if never.
        fresh: stems of the fills that no earlier snapshot had.
        quiet: account -> how many stored positions are held as before, and left out of `stored`
            and of the snapshot.
    """
    unchanged = Counter(quiet)
    before = unchanged + Counter(position.account for position in stored)
    known = {position.identity for position in stored}.union(fill.identity for fill in fills)
    unheard_of = [holding for holding in snapshot.holdings if holding.identity not in known]
    holdings = [holding for holding in snapshot.holdings if holding.identity in known]
    this_sync = LastSync(snapshot.taken_at)
    cases = collect(stored, holdings, fills, last_synced, fresh)
    results = [resolve(case, snapshot.taken_at, request) for case in cases]
    changes = (
        *(change for result in results for change in result.changes),
        *(found(holding, this_sync) for holding in unheard_of),
    )
    lacking = (result.changes[0] for result in results if result.lacks_evidence)
    return Plan(
        changes=changes,
        counts=count(changes, total=len(snapshot.holdings), unchanged=unchanged.total()),
        held=held_closes(before, lacking, request),
        unconfirmed=tuple(
            result.changes[0].after.identity for result in results if result.is_unconfirmed
        ),
        consumed=frozenset().union(*(result.consumed for result in results)),
        put_away=frozenset().union(*(result.put_away for result in results)),
    )


def collect(
    stored: Sequence[Position],
    holdings: Iterable[Holding],
    fills: Sequence[Fill],
    last_synced: Mapping[str, datetime],
    fresh: frozenset[str],
) -> Iterable[Case]:
    """Brings together what belongs to one identity: stored ones first, then new ones.

    Args:
        holdings: those of which a position is stored, or a fill tells.
    """
    cases: dict[Identity, Case] = {}
    for position in stored:
        case = Case(position.account, position.instrument, stored=position)
        cases[position.identity] = case
    for holding in holdings:
        case = cases.get(holding.identity) or Case(holding.account, holding.instrument)
        case.holding = holding
        cases[holding.identity] = case
    by_identity: dict[Identity, list[Fill]] = defaultdict(list)
    for fill in fills:
        by_identity[fill.identity].append(fill)
    for identity, own in by_identity.items():
        case = cases.setdefault(identity, Case(identity[0], own[0].instrument))
        case.fills = own
    for case in cases.values():
        case.last_synced = last_synced.get(case.account)
        case.fresh = fresh
    return cases.values()


def resolve(case: Case, now: datetime, request: Request) -> Result:
    """What becomes of one identity."""
    if case.stored and case.holding and not timely(recent(case), case):
        put_away = {fill.stem for fill in case.fills if has_had_its_chance(fill, case, now)}
        if not case.difference:
            return Result([refreshed(case.stored, case.holding, now)], put_away=put_away)
        if is_adjustment(case.stored, case.holding):
            return Result([adjusted(case.stored, case.holding, now)], put_away=put_away)
    return traded(case, now, request)


def traded(case: Case, now: datetime, request: Request) -> Result:
    """Replays the fills, and whatever they leave unexplained after them."""
    expired = has_vanished_by_expiry(case, now)
    replay = Replay(
        case.instrument,
        case.stored,
        last_price=ZERO if expired else last_price(case),
        known_cost=case.holding.average_cost if case.holding else None,
        calculate_pnl=request.calculate_pnl,
    )
    used, residual = replayed(replay, case, now)
    changes = described(replay.episodes, case, now, expired=expired and bool(residual))
    vanished = case.stored is not None and case.holding is None and bool(residual)
    consumed = {fill.stem for fill in used}
    unused = (fill for fill in case.fills if fill.stem not in consumed)
    return Result(
        changes,
        consumed=consumed,
        put_away={fill.stem for fill in unused if has_had_its_chance(fill, case, now)},
        is_unconfirmed=vanished,
        lacks_evidence=vanished and not expired and not replay.episodes[0].used_fills,
    )


def replayed(replay: Replay, case: Case, now: datetime) -> tuple[Sequence[Fill], Decimal]:
    """Replays what the fills explain and the rest; returns these fills and the rest's quantity."""
    used = explanation(case)
    if used is None or len(used) != len(timely(recent(case), case)):
        split = split_in(case, now)
        if split is not None:
            replay_with_split(replay, split)
            return split.fills, ZERO
    if used is not None:
        replay.fills(used)
        return used, ZERO
    used, residual = partial(case)
    held = case.stored.quantity if case.stored else ZERO
    if residual and comes_first(used, held, residual):
        replay.unexplained(residual, min(fill.time for fill in used))
        replay.fills(used)
    else:
        replay.fills(used)
        replay.unexplained(residual, now)
    return used, residual


def has_vanished_by_expiry(case: Case, now: datetime) -> bool:
    if case.stored is None or case.holding is not None:
        return False
    return has_expired(case.stored, case.last_synced or case.stored.last_synced_at, now)


def last_price(case: Case) -> Decimal | None:
    """The last market price that is known: this snapshot's, or else the stored one."""
    if case.holding is not None and case.holding.market_price is not None:
        return case.holding.market_price
    return case.stored.market_price if case.stored else None


def count(changes: Iterable[Change], *, total: int, unchanged: int) -> Counts:
    """The run's counts. Day trades count as created and as closed.

    Args:
        total, unchanged: holdings and positions beside those that were left out.
    """
    changes = tuple(changes)
    kinds = Counter(change.kind for change in changes)
    return Counts(
        positions_created=sum(change.before is None for change in changes),
        positions_updated=sum(
            change.before is not None and change.after.is_open for change in changes
        )
        + unchanged,
        positions_closed=sum(not change.after.is_open for change in changes),
        total_ibkr_positions=total + unchanged,
        increased=kinds[ChangeKind.INCREASED],
        reduced=kinds[ChangeKind.REDUCED],
        reversed=kinds[ChangeKind.REVERSED],
        adjusted=kinds[ChangeKind.ADJUSTED],
    )
