"""A service, a store and a broker in memory, and positions to show."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from app.domain.connection.profile import Mode
from app.domain.desktop.app_state import ConnectionState, LinkStatus, PortfolioView
from app.domain.model.instruments import Instrument
from app.domain.model.positions import Change, ChangeKind, LastSync, Position
from app.domain.model.runs import Counts, Report, Request, Run, RunStatus, Statistics, Trigger
from app.domain.portfolio.broker_updates import BrokerEvent, LiveUpdates
from app.domain.portfolio.summary import AccountSummary, PortfolioSummary

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
OPENED = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
ACCOUNTS = ("DU1", "DU2")


def position(
    symbol: str, quantity: str = "10", *, account: str = "DU1", number: int = 1, **more: object
) -> Position:
    """`number` is both the contract's and the store's."""
    values: dict[str, object] = {
        "average_cost": Decimal("100"),
        "market_price": Decimal("110"),
        "market_value": Decimal("1100"),
        "unrealized_pnl": Decimal("100"),
        "id": number,
    }
    instrument = Instrument(number, symbol, "STK", "USD")
    made = Position(account, instrument, Decimal(quantity), None, OPENED, LastSync(NOW))
    return replace(made, **(values | more))  # type: ignore[arg-type]


def book(*positions: Position) -> PortfolioView:
    run = Run(Trigger.MANUAL, "All", NOW, 0.4, RunStatus.SUCCESS, Counts(1, 2, 0, 3), id=7)
    statistics = Statistics(7, 6, 1, 3, 12, 1, 2, "TWS was away.", NOW, run)
    if not positions:
        return PortfolioView()
    return PortfolioView(positions, ACCOUNTS, portfolio(), statistics)


def portfolio() -> PortfolioSummary:
    return PortfolioSummary(
        (
            summary("All", "1500", "120"),
            summary("DU1", "1000", "-20.5"),
            summary("DU1", None, "-20.5", currency="EUR", is_base=False),
            summary("DU1", "800", None, is_base=False),
            summary("DU2", "500", "140.5"),
        ),
        NOW,
    )


def summary(
    account: str, net: str | None, gain: str | None, *, currency: str = "USD", is_base: bool = True
) -> AccountSummary:
    figures = [None if text is None else Decimal(text) for text in (net, gain)]
    return AccountSummary(account, currency, is_base, figures[0], None, Decimal(900), figures[1], 3)


def report(
    counts: Counts | None = None,
    *changes: Change,
    status: RunStatus = RunStatus.SUCCESS,
    error: str | None = None,
    held: tuple[Change, ...] = (),
) -> Report:
    run = Run(Trigger.MANUAL, "All", NOW, 0.4, status, counts or Counts(), error, 8)
    return Report(run, changes, held)


def created(held: Position) -> Change:
    return Change(ChangeKind.CREATED, None, held)


def closed(held: Position) -> Change:
    return Change(ChangeKind.CLOSED, held, replace(held, quantity=Decimal(0), closed_at=NOW))


class FakeService:
    """Each run or import waits for `finish`, which sets its outcome.

    Attributes:
        goes_on: another caller still waits for a run that a cancelled request shared.
    """

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.undone: list[int | None] = []
        self.undo_error: Exception | None = None
        self.files: list[Path] = []
        self.cancelled = 0
        self.goes_on = False
        self._outcome: asyncio.Future[Report] | None = None

    async def run(self, request: Request) -> Report:
        self.requests.append(request)
        return await self._finished()

    def is_under_way(self, request: Request) -> bool:  # noqa: ARG002
        return self.goes_on

    async def import_statement(self, path: Path) -> Report:
        self.files.append(path)
        return await self._finished()

    async def _finished(self) -> Report:
        self._outcome = asyncio.get_running_loop().create_future()
        try:
            return await self._outcome
        except asyncio.CancelledError:
            self.cancelled += 1
            raise

    async def undo(self, run_id: int | None) -> Run:
        self.undone.append(run_id)
        if self.undo_error is not None:
            raise self.undo_error
        return Run(Trigger.MANUAL, "All", NOW, 0.4, RunStatus.UNDONE, id=run_id, undone_at=NOW)

    def finishable(self) -> bool:
        return self._outcome is not None and not self._outcome.done()

    def finish(self, outcome: Report | Exception) -> None:
        assert self._outcome is not None
        if isinstance(outcome, Exception):
            self._outcome.set_exception(outcome)
        else:
            self._outcome.set_result(outcome)


class FakeStore:
    """Returns the content that a test has set, or raises its error."""

    def __init__(self, content: PortfolioView | None = None) -> None:
        self.content = content or PortfolioView()
        self.error: Exception | None = None
        self.writes = 0  # of other programs
        self.looks = 0

    async def view(self) -> PortfolioView:
        if self.error is not None:
            raise self.error
        return self.content

    async def external_revision(self) -> int:
        self.looks += 1
        return self.writes


class FakeBroker:
    """A connection that a test changes."""

    def __init__(self) -> None:
        self.connection = ConnectionState(LinkStatus.OFFLINE, "127.0.0.1", 7497)
        self.is_kept = False
        self._listeners: list[Callable[[ConnectionState], None]] = []
        self._told: list[Callable[[BrokerEvent], None]] = []
        self._counting: list[Callable[[int | None], None]] = []
        self._following: list[Callable[[LiveUpdates], None]] = []

    def watch_connection(self, listener: Callable[[ConnectionState], None]) -> None:
        self._listeners.append(listener)

    def watch_events(self, listener: Callable[[BrokerEvent], None]) -> None:
        self._told.append(listener)

    def watch_updates(self, listener: Callable[[LiveUpdates], None]) -> None:
        self._following.append(listener)

    def watch_reads(self, listener: Callable[[int | None], None]) -> None:
        self._counting.append(listener)

    def count(self, positions: int | None) -> None:
        """So many positions have been read so far."""
        for listener in self._counting:
            listener(positions)

    def push(self, figures: LiveUpdates) -> None:
        """TWS pushes these figures."""
        for listener in self._following:
            listener(figures)

    def keep_connected(self) -> None:
        self.is_kept = True

    def connect(self, mode: Mode = Mode.PAPER) -> None:
        self.show(
            replace(
                self.connection,
                link=LinkStatus.CONNECTED,
                mode=mode,
                callbacks_registered=True,
                failure="",
                next_try_at=None,
                reset=None,
            )
        )

    def lose(self, link: LinkStatus = LinkStatus.OFFLINE, **more: object) -> None:
        state = replace(self.connection, link=link, callbacks_registered=False)
        self.show(replace(state, **more))  # type: ignore[arg-type]

    def show(self, state: ConnectionState) -> None:
        self.connection = state
        for listener in self._listeners:
            listener(state)

    def happen(self, event: BrokerEvent) -> None:
        for listener in self._told:
            listener(event)

    def move(self, figures: LiveUpdates) -> None:
        for listener in self._following:
            listener(figures)
