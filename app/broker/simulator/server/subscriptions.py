"""What one client has subscribed to, and what of it changed since it was last told."""

from collections.abc import Callable, Hashable

from app.broker.simulator.server.protocol import Fields

Rows = dict[Hashable, Fields]  # what the row is about -> the message that tells it


class Subscriptions:
    """Live requests of one client, each a function that gives its rows of now."""

    def __init__(self) -> None:
        self._live: dict[Hashable, Callable[[], Rows]] = {}
        self._told: dict[Hashable, Rows] = {}

    def start(self, name: Hashable, rows: Callable[[], Rows]) -> tuple[Fields, ...]:
        """Subscribes, in the place of the request of this name; gives the rows of now."""
        self._live[name] = rows
        self._told[name] = rows()
        return tuple(self._told[name].values())

    def stop(self, name: Hashable) -> None:
        self._live.pop(name, None)
        self._told.pop(name, None)

    def count(self, kind: int) -> int:
        """How many live requests have a name (kind, request id) of this kind."""
        return sum(isinstance(name, tuple) and name[0] == kind for name in self._live)

    def changes(self) -> tuple[Fields, ...]:
        """The rows that differ from what was last told; they count as told now."""
        changed: list[Fields] = []
        for name, rows in self._live.items():
            told, now = self._told[name], rows()
            changed += [row for about, row in now.items() if told.get(about) != row]
            self._told[name] = now
        return tuple(changed)
