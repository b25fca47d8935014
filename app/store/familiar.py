"""Remembers, from one sync to the next, which instruments are stored just as IBKR reports them.

Reading and comparing 10,000 of them again would take as long as all the rest of a quiet sync.
"""

from collections.abc import Iterable

from app.domain.instruments import Instrument


class Familiar:
    """Belongs to one connection. Holds only what a committed state of the file was seen to hold."""

    def __init__(self) -> None:
        self._known: dict[int, Instrument] = {}  # con_id -> as stored
        self._version = -1

    def at(self, version: int) -> dict[int, Instrument]:
        """con_id -> instrument as stored; the caller adds what it has compared with the file.

        Args:
            version: SQLite's `data_version`, which every write of another connection makes
                another one.
        """
        if version != self._version:
            self._known.clear()
            self._version = version
        return self._known

    def forget(self, instruments: Iterable[Instrument]) -> None:
        """This connection is about to write these."""
        for instrument in instruments:
            self._known.pop(instrument.con_id, None)

    def forget_all(self) -> None:
        """This connection is about to write some."""
        self._known.clear()
