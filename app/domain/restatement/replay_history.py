"""Replays past runs of one identity with all the fills that are known now.

Each run is replayed on the snapshot that it saw, so the same fills give the same history, whenever
and in whatever order they were reported.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

from app.domain.model.inferences import Inference
from app.domain.model.instruments import Instrument
from app.domain.model.positions import Close, Position
from app.domain.model.runs import Request
from app.domain.model.snapshot import Fill, FillKey, Holding
from app.domain.reconciliation.cases import ReconciliationCase
from app.domain.reconciliation.fill_matching import BOOKING_LAG, MAX_CLOCK_SKEW, counts_from
from app.domain.reconciliation.resolving import reconcile_case

MAX_FUTURE = timedelta(
    days=1
)  # no clock is ahead by more: a fill that is newer cannot belong to a run


@dataclass(frozen=True, slots=True)
class Observation:
    """What one past run saw of one identity.

    Attributes:
        since: when the snapshot before the run's was taken; None for the account's first.
        previous_run_id: the run of that snapshot; 0 for none.
        holding: what IBKR reported; None for nothing.
        last_price: of the position stored before the run.
        calculate_pnl: as requested for the run.
        inferences: the run's own.
    """

    run_id: int
    taken_at: datetime
    since: datetime | None
    holding: Holding | None
    last_price: Decimal | None
    calculate_pnl: bool = True
    previous_run_id: int = 0
    inferences: tuple[Inference, ...] = ()


@dataclass(frozen=True, slots=True)
class ReplayInput:
    """The part of an identity's history that is replayed.

    Attributes:
        start: the open position before the first observation.
        observations: of the runs that changed it, or may have; oldest first.
        fills: in time order, without those that a run before the first observation used or
            dismissed.
        reported_by: key -> the first run that knew the fill; new fills are absent.
    """

    account: str
    instrument: Instrument
    start: Position | None
    observations: tuple[Observation, ...]
    fills: tuple[Fill, ...]
    reported_by: Mapping[FillKey, int]

    def known_to(self, fill: Fill, run_id: int) -> bool:
        reported = self.reported_by.get(fill.key)
        return reported is not None and reported <= run_id

    def is_uncertain(self, fill: Fill, since: datetime, observation: Observation) -> bool:
        """Whether the run did not know the fill, and it is newer than `since`."""
        return fill.time > since and not self.known_to(fill, observation.run_id)

    def candidates(self, observation: Observation, times: Sequence[datetime]) -> Iterator[Fill]:
        """The fills that may explain what the run saw.

        Those executed before its snapshot, as far as clocks agree, and those that it knew, because
        executions can arrive before the positions. For an account's first run only the latter: the
        quantities before it are unknown.

        Args:
            times: of `fills`.
        """
        since = observation.since
        first = 0 if since is None else bisect_right(times, since - BOOKING_LAG)
        for fill in self.fills[first : bisect_right(times, observation.taken_at + MAX_FUTURE)]:
            if since is not None and fill.time <= since - max(MAX_CLOCK_SKEW, counts_from(fill)):
                continue
            executed = since is not None and fill.time <= observation.taken_at + MAX_CLOCK_SKEW
            if executed or self.known_to(fill, observation.run_id):
                yield fill


@dataclass(slots=True)
class RestatedPosition:
    """A position as the replay has it.

    Attributes:
        closes: (run_id, close), of the replayed runs only.
        closed_run_id: None while it is open.
    """

    position: Position
    closes: list[tuple[int, Close]]
    closed_run_id: int | None = None


@dataclass(slots=True)
class RestatedHistory:
    """All positions of the identity since the first observation, oldest first.

    Attributes:
        allocated: key -> the run that the fill explains.
        dismissed: keys of the fills that were too old for a run and explain no later one.
    """

    positions: list[RestatedPosition]
    allocated: dict[FillKey, int] = field(default_factory=dict)
    dismissed: set[FillKey] = field(default_factory=set)

    @property
    def current(self) -> RestatedPosition | None:
        if self.positions and self.positions[-1].closed_run_id is None:
            return self.positions[-1]
        return None


def replay_history(replay_input: ReplayInput) -> RestatedHistory:
    history = RestatedHistory(
        [RestatedPosition(replay_input.start, [])] if replay_input.start else []
    )
    times = [fill.time for fill in replay_input.fills]
    for observation in replay_input.observations:
        fills = [
            fill
            for fill in replay_input.candidates(observation, times)
            if fill.key not in history.allocated and fill.key not in history.dismissed
        ]
        apply_observation(history, replay_input, observation, fills)
    return history


def apply_observation(
    history: RestatedHistory,
    replay_input: ReplayInput,
    observation: Observation,
    fills: Sequence[Fill],
) -> None:
    """Adds the changes of one replayed run to the history."""
    current = history.current
    case = ReconciliationCase(
        replay_input.account,
        replay_input.instrument,
        stored=replace(current.position, market_price=observation.last_price) if current else None,
        holding=observation.holding,
        fills=fills,
        last_synced=observation.since,
        new_fills=frozenset(
            f.key for f in fills if not replay_input.known_to(f, observation.previous_run_id)
        ),
        future_fills=frozenset(
            f.key for f in fills if replay_input.is_uncertain(f, observation.taken_at, observation)
        ),
        uncertain_fills=frozenset(
            f.key
            for f in fills
            if replay_input.is_uncertain(f, observation.taken_at - MAX_CLOCK_SKEW, observation)
        ),
        inferences=observation.inferences,
    )
    result = reconcile_case(
        case, observation.taken_at, Request(calculate_pnl=observation.calculate_pnl)
    )
    history.allocated |= dict.fromkeys(result.allocated, observation.run_id)
    history.dismissed |= result.dismissed
    for change in result.changes:
        if change.before is None or current is None:
            history.positions.append(RestatedPosition(change.after, []))
        restated = history.positions[-1]
        restated.position = change.after
        restated.closes += [(observation.run_id, close) for close in change.closes]
        restated.closed_run_id = None if change.after.is_open else observation.run_id
