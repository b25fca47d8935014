"""How a fetch goes, and what came of it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from app.domain.fetching.failures import FailureKind
from app.domain.fetching.plan import DayRange
from app.domain.fetching.queries import FlexQuery
from app.domain.model.runs import Report
from app.domain.text.messages import Message, joined, message, message_plural


class FetchStep(StrEnum):
    """What a fetch is doing."""

    ASKING = "asking"
    WAITING = "waiting"
    DOWNLOADING = "downloading"
    STORING = "storing"


@dataclass(frozen=True, slots=True)
class ServiceProgress:
    """How far one request is.

    Attributes:
        reason: why it waits, as a sentence; empty otherwise.
        wait_s: how long it waits before it tries again.
        received: bytes so far.
    """

    step: FetchStep
    reason: str = ""
    wait_s: float = 0.0
    received: int = 0


@dataclass(frozen=True, slots=True)
class FetchProgress:
    """How far a fetch is.

    Attributes:
        days: those of this window; None for the query's own period.
        number, count: the window is the third of five, over all queries.
    """

    query: FlexQuery
    days: DayRange | None
    number: int
    count: int
    service: ServiceProgress

    @property
    def text(self) -> Message:
        """ "Flex Query “trades”, 1 Jan to 31 Dec 2025 (2 of 5): Asking IBKR…"."""
        what = self.query.title
        if self.days is not None:
            what = message("{query}, {days}", query=what, days=self.days.text)
        if self.count > 1:
            what = message(
                "{statement} ({number} of {count})",
                statement=what,
                number=self.number,
                count=self.count,
            )
        return message("{statement}: {step}", statement=what, step=step_text(self.service))


def step_text(now: ServiceProgress) -> Message:
    if now.step is FetchStep.WAITING:
        return joined((now.reason, wait_text(now.wait_s)))
    if now.step is FetchStep.DOWNLOADING:
        size = Decimal(f"{now.received / 1e6:.1f}")
        return message("Downloading, {size} MB…", size=size)
    return message("Asking IBKR…") if now.step is FetchStep.ASKING else message("Storing…")


def wait_text(seconds: float) -> Message:
    if seconds < 120:
        return message_plural(
            "Trying again in {count} second.", "Trying again in {count} seconds.", round(seconds)
        )
    return message_plural(
        "Trying again in {count} minute.", "Trying again in {count} minutes.", round(seconds / 60)
    )


@dataclass(frozen=True, slots=True)
class FetchOutcome:
    """What came of one window.

    Attributes:
        report: the run that stored it, or that recorded the failure; None without a run, as where
            IBKR has no statement for the days.
        kind: what failed; None for a success, and where the file or the database was refused.
        error: a sentence for the user; None for a success.
    """

    query: FlexQuery
    days: DayRange | None
    report: Report | None
    error: str | None = None
    kind: FailureKind | None = None
    code: int | None = None

    @property
    def is_success(self) -> bool:
        """That IBKR has no statement for the days is an answer, too."""
        return self.error is None or self.kind is FailureKind.NO_DATA


@dataclass(frozen=True, slots=True)
class QueryCheck:
    """Whether a query's statement has all that exact figures need.

    Attributes:
        missing: "section: box" of Flex Queries that no import is possible without.
        inexact: the same, without which some figures stay estimates or unknown.
        is_sure: there was a row to judge by; otherwise only the sections are known.
        problem: why the statement cannot be imported, as a sentence; empty if it can.
    """

    missing: tuple[str, ...] = ()
    inexact: tuple[str, ...] = ()
    is_sure: bool = True
    problem: str = ""


@dataclass(frozen=True, slots=True)
class FetchReport:
    """What came of a whole fetch: its windows in the order in which they were asked for."""

    started_at: datetime
    outcomes: tuple[FetchOutcome, ...]

    @property
    def is_success(self) -> bool:
        return all(outcome.is_success for outcome in self.outcomes)

    @property
    def errors(self) -> tuple[str, ...]:
        """The sentences of what failed, each once."""
        failed = (one.error for one in self.outcomes if not one.is_success and one.error)
        return tuple(dict.fromkeys(failed))
