"""What the user has chosen to look at, as one frozen value that is published once a change."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from app.domain.model.runs import ALL_ACCOUNTS

if TYPE_CHECKING:
    from app.domain.history.position_history import PositionsAsOf


@dataclass(frozen=True, slots=True)
class ViewState:
    """What every page and panel renders from, besides its own data.

    Attributes:
        account: the chosen one, or "All".
        search: what the user searches for, without spaces around it.
        as_of: the past positions that are shown; None for today's.
    """

    account: str = ALL_ACCOUNTS
    search: str = ""
    as_of: PositionsAsOf | None = None


class CurrentView(QObject):
    """Owns the view state.

    Attributes:
        state: the last one published.

    Signals:
        changed(ViewState): after each change, and after `publish`.
    """

    changed = Signal(object)

    def __init__(self, account: str = ALL_ACCOUNTS, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = ViewState(account)

    @Slot(str)
    def choose_account(self, account: str) -> None:
        self._set(replace(self.state, account=account))

    @Slot(str)
    def search(self, text: str) -> None:
        self._set(replace(self.state, search=text.strip()))

    @Slot(object)
    def show_as_of(self, past: PositionsAsOf | None) -> None:
        self._set(replace(self.state, as_of=past))

    def publish(self) -> None:
        """For views that have just been connected."""
        self.changed.emit(self.state)

    def _set(self, state: ViewState) -> None:
        if state != self.state:
            self.state = state
            self.publish()
