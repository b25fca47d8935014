"""One client's subscriptions, and their changes since the last push."""

from collections.abc import Callable, Hashable

from app.broker.simulator.server.protocol import Fields

Rows = dict[Hashable, Fields]  # the subject of a row -> its message


class Subscriptions:
    """The subscriptions of one client, each with a function that returns its current rows."""

    def __init__(self) -> None:
        self._rows: dict[Hashable, Callable[[], Rows]] = {}
        self._sent: dict[Hashable, Rows] = {}

    def start(self, key: Hashable, rows: Callable[[], Rows]) -> tuple[Fields, ...]:
        """Subscribes, replacing one with the same key; returns the current rows."""
        self._rows[key] = rows
        self._sent[key] = rows()
        return tuple(self._sent[key].values())

    def stop(self, key: Hashable) -> None:
        self._rows.pop(key, None)
        self._sent.pop(key, None)

    def count(self, kind: int) -> int:
        """The number of subscriptions with a key (kind, request id) of this kind."""
        return sum(isinstance(key, tuple) and key[0] == kind for key in self._rows)

    def changes(self) -> tuple[Fields, ...]:
        """The rows that have changed since they were last sent; they count as sent now."""
        changed: list[Fields] = []
        for key, rows in self._rows.items():
            sent, now = self._sent[key], rows()
            changed += [row for about, row in now.items() if sent.get(about) != row]
            self._sent[key] = now
        return tuple(changed)
