"""How long to wait before the next attempt to connect."""

import random


class Backoff:
    """Doubles the wait with every attempt, up to a limit, and scatters it.

    Scattered, because several programs that lost the same TWS would come back all at once.
    """

    def __init__(self, first_s: float, most_s: float, chance: random.Random) -> None:
        self._first_s = first_s
        self._most_s = most_s
        self._chance = chance
        self._next_s = first_s

    def next(self) -> float:
        """Seconds until the next attempt; each call counts as one that failed."""
        wait_s = max(self._first_s, self._chance.uniform(self._next_s / 2, self._next_s))
        self._next_s = min(self._next_s * 2, self._most_s)
        return wait_s

    def reset(self) -> None:
        """A connection has held for a good while."""
        self._next_s = self._first_s
