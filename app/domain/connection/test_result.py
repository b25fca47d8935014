"""A test of a connection to TWS, step by step, as one value; pure."""

from dataclasses import dataclass, field, replace
from enum import StrEnum

from app.domain.connection.profile import Mode, mode_of


class Step(StrEnum):
    """The steps of a test, in order."""

    PORT = "port"
    HANDSHAKE = "handshake"
    CLIENT_ID = "client id"
    ACCOUNTS = "accounts"
    READING = "reading"


class Outcome(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    PASSED = "passed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Target:
    """The endpoint to test. `client_id`: 1 or more. `timeout_s`: for each wait."""

    host: str
    port: int
    client_id: int
    timeout_s: float


@dataclass(frozen=True, slots=True)
class DiscoveredEndpoint:
    """A port that accepts connections.

    Attributes:
        product: what usually listens on this port ("TWS, paper"); empty if nothing does.
    """

    host: str
    port: int
    product: str = ""


@dataclass(frozen=True, slots=True)
class ConnectionTestStep:
    """One step and its outcome.

    Attributes:
        text: the result or the failure; empty until the step is over.
        advice: what to tick or do in TWS, one thing each; only for a failed step.
    """

    step: Step
    outcome: Outcome = Outcome.WAITING
    text: str = ""
    advice: tuple[str, ...] = ()


def untried_steps() -> tuple[ConnectionTestStep, ...]:
    return tuple(ConnectionTestStep(step) for step in Step)


@dataclass(frozen=True, slots=True)
class ConnectionTest:
    """A running or finished test.

    Attributes:
        steps: one for each `Step`, in order.
        accounts: those that TWS manages; empty until known.
        positions: number of positions held.
    """

    target: Target
    steps: tuple[ConnectionTestStep, ...] = field(default_factory=untried_steps)
    accounts: tuple[str, ...] = ()
    positions: int = 0

    @property
    def passed(self) -> bool:
        return all(step.outcome is Outcome.PASSED for step in self.steps)

    @property
    def failed(self) -> ConnectionTestStep | None:
        """The step that failed, if one did; those after it were not tried."""
        return next((step for step in self.steps if step.outcome is Outcome.FAILED), None)

    @property
    def mode(self) -> Mode:
        return mode_of(self.accounts)

    def with_step(self, step: ConnectionTestStep) -> "ConnectionTest":
        steps = tuple(step if old.step is step.step else old for old in self.steps)
        return replace(self, steps=steps)
