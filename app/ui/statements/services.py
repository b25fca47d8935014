"""What the fetches of the window need from the rest of the program."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.domain.connection.maintenance_windows import Region
from app.domain.fetching.report import FetchOutcome
from app.platform.credentials import Credentials
from app.ports import Store
from app.sync.statement_fetcher import StatementFetcher


class FetchEvents(Protocol):
    """Tells other programs what the window fetches."""

    def on_fetch_started(self, query_names: Sequence[str]) -> None: ...

    def on_fetch_ended(self, outcome: FetchOutcome) -> None: ...

    def on_token_expiry(self, sentence: str) -> None: ...


@dataclass(frozen=True, slots=True)
class StatementServices:
    """Everything about statements; the demo has none of it.

    Attributes:
        make_fetcher: called once, when something is fetched first: what it imports is heavy.
        region: of the user's IBKR servers.
    """

    store: Store
    credentials: Credentials
    make_fetcher: Callable[[], StatementFetcher]
    region: Region
    events: FetchEvents
