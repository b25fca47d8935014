"""Turns what happens to connection and syncs into events, for everyone who follows them."""

import logging
from collections.abc import Callable, Sequence

from app.contract.events import (
    backup_event,
    backup_problem_event,
    connection_event,
    crash_event,
    ended_event,
    fault_event,
    fetch_ended_event,
    fetch_started_event,
    started_event,
    token_expiry_event,
)
from app.contract.json_rows import Row
from app.domain.desktop.app_state import ConnectionState
from app.domain.desktop.backups import Backup
from app.domain.fetching.report import FetchOutcome
from app.domain.model.runs import Report, Request

log = logging.getLogger(__name__)


class EventFeed:
    """Makes the events of one running program, and gives each to every follower.

    Attributes:
        connection: the last state that made an event.
    """

    def __init__(self) -> None:
        self.connection = ConnectionState()
        self._fault = ""
        self._followers: list[Callable[[Row], None]] = []

    def follow(self, follower: Callable[[Row], None]) -> None:
        """Calls the follower with every event from now on, on the event loop's thread."""
        self._followers.append(follower)

    def unfollow(self, follower: Callable[[Row], None]) -> None:
        self._followers.remove(follower)

    def on_connection(self, state: ConnectionState) -> None:
        event = connection_event(self.connection, state)
        if event is not None:
            self.connection = state
            self._publish(event)

    def on_started(self, request: Request) -> None:
        self._publish(started_event(request))

    def on_ended(self, report: Report | None) -> None:
        """Args: report: None if a bug ended the sync."""
        self._publish(crash_event() if report is None else ended_event(report))

    def on_fault(self, sentence: str) -> None:
        """Args: sentence: empty when the part that stopped has started again."""
        if sentence != self._fault:
            self._fault = sentence
            self._publish(fault_event(sentence))

    def on_backup(self, backup: Backup) -> None:
        self._publish(backup_event(backup))

    def on_backup_problem(self, sentence: str) -> None:
        self._publish(backup_problem_event(sentence))

    def on_fetch_started(self, query_names: Sequence[str]) -> None:
        self._publish(fetch_started_event(query_names))

    def on_fetch_ended(self, outcome: FetchOutcome) -> None:
        self._publish(fetch_ended_event(outcome))

    def on_token_expiry(self, sentence: str) -> None:
        """Args: sentence: which token expires, and when."""
        self._publish(token_expiry_event(sentence))

    def _publish(self, event: Row) -> None:
        for follower in tuple(self._followers):
            try:
                follower(event)
            except Exception:  # one follower's bug must not stop a sync
                log.exception("a follower of the events failed")
