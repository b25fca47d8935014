"""The intervals and timeouts of the kept connection."""

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timing:
    """Intervals and timeouts, in seconds.

    Attributes:
        first_retry_s, longest_retry_s: shortest and longest wait between two attempts to connect.
        reset_retry_s: the wait between attempts during one of IBKR's resets.
        stable_after_s: a connection that lasted this long resets the waits.
        heartbeat_s: between two heartbeats.
        heartbeat_timeout_s: for the answer; with `heartbeat_s`, a stall is found within 30 s.
        account_round_s: in which each account is subscribed to once; TWS renews an account's
            values only every three minutes.
        stale_s: after TWS lost IBKR for this long, a new connection checks its state: the notice
            that it is restored can be missed.
        pnl_interval_s: between two batches of P&L requests: TWS takes 50 messages a second, and a
            sync must not wait behind them.
        update_interval_s: the minimum time between two live updates, or two progress reports.
        abandoned_read_s: how long a read waits for the end of a cancelled one.
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
    """Doubles the wait with every attempt, up to a limit, and randomizes it.

    Otherwise several programs that lost the same TWS would all reconnect at once.
    """

    def __init__(self, first_retry_s: float, longest_retry_s: float, rng: random.Random) -> None:
        self._first_s = first_retry_s
        self._most_s = longest_retry_s
        self._rng = rng
        self._next_s = first_retry_s

    def next(self) -> float:
        """Seconds until the next attempt; each call counts as a failed attempt."""
        wait_s = max(self._first_s, self._rng.uniform(self._next_s / 2, self._next_s))
        self._next_s = min(self._next_s * 2, self._most_s)
        return wait_s

    def reset(self) -> None:
        """Starts again with the shortest wait, after a stable connection."""
        self._next_s = self._first_s
