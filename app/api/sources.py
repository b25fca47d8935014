"""What the API asks and answers with, as it gets it from the rest of the program."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from app.contract.feed import EventFeed
from app.domain.model.errors import AppError
from app.domain.model.runs import ALL_ACCOUNTS, Report, Request
from app.ports import Broker, Store


@dataclass(frozen=True, slots=True)
class ApiSources:
    """The running program, as the API sees it.

    Attributes:
        sync: runs a sync, or shares one that is in progress.
        database: its file.
        is_demo: TWS is the simulated one.
    """

    store: Store
    broker: Broker
    feed: EventFeed
    sync: Callable[[Request], Awaitable[Report]]
    database: Path
    is_demo: bool

    async def accounts(self) -> tuple[str, ...]:
        """Those of TWS in its order; before the first connection those that are stored."""
        return self.broker.connection.accounts or (await self.store.view()).accounts


class UnknownAccountError(AppError):
    """A request names an account that is neither TWS's nor stored."""


async def named_account(sources: ApiSources, given: str) -> str:
    """The account that a request means, or "All".

    Args:
        given: an account, "All", or n for the n-th account.

    Raises:
        UnknownAccountError: there is no such account.
    """
    if given.lower() == ALL_ACCOUNTS.lower():
        return ALL_ACCOUNTS
    accounts = await sources.accounts()
    if given in accounts:
        return given
    if given.isascii() and given.isdigit():
        number = int(given) if len(given) < 5 else 0
        if 1 <= number <= len(accounts):
            return accounts[number - 1]
        raise UnknownAccountError(f"There is no account number {given[:20]}. {known(accounts)}")
    if given in (await sources.store.view()).accounts:
        return given
    raise UnknownAccountError(f"There is no account {given[:40]!r}. {known(accounts)}")


def known(accounts: Iterable[str]) -> str:
    listed = ", ".join(f"{number} {account}" for number, account in enumerate(accounts, 1))
    return f"Use All, or one of: {listed}." if listed else "Use All until there was a first sync."
