"""How often the connection is tried, listened to and told of."""

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timing:
    """How often what is done, in seconds.

    Attributes:
        first_s, most_s: the shortest and the longest wait between two attempts to connect.
        reset_s: the wait between them during one of IBKR's resets.
        good_s: a connection that held so long starts the waits anew.
        beat_s: between two heartbeats.
        answer_s: how long TWS may take for one; with `beat_s`, a stall is found within 30 s.
        round_s: in which all accounts are followed once, one after the other; TWS renews an
            account's values only every three minutes.
        stale_s: how long TWS may have lost IBKR before a new connection asks how it stands:
            the notice that it is restored can be missed.
        pnl_s: between two portions of requests for P&L: TWS takes 50 messages a second, and a
            sync must not wait behind them.
        figures_s: the least time between two tellings of figures, or of how far a read has come.
        left_s: how long a read waits for the end of one that was cancelled.
    """

    first_retry_s: float = 1.0
    longest_retry_s: float = 60.0
    reset_retry_s: float = 180.0
    stable_after_s: float = 60.0
    heartbeat_s: float = 10.0
    heartbeat_timeout_s: float = 15.0
    account_round_s: float = 180.0
    stale_s: float = 300.0
    pnl_interval_s: float = 1.0
    update_interval_s: float = 0.1
    abandoned_read_s: float = 3.0


class Backoff:
    """Doubles the wait with every attempt, up to a limit, and scatters it.

    Scattered, because several programs that lost the same TWS would come back all at once.
    """

    def __init__(self, first_retry_s: float, longest_retry_s: float, rng: random.Random) -> None:
        self._first_s = first_retry_s
        self._most_s = longest_retry_s
        self._rng = rng
        self._next_s = first_retry_s

    def next(self) -> float:
        """Seconds until the next attempt; each call counts as one that failed."""
        wait_s = max(self._first_s, self._rng.uniform(self._next_s / 2, self._next_s))
        self._next_s = min(self._next_s * 2, self._most_s)
        return wait_s

    def reset(self) -> None:
        """A connection has held for a good while."""
        self._next_s = self._first_s
