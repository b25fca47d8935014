"""A named connection to TWS: live, paper and so on; pure."""

import re
from dataclasses import dataclass
from enum import StrEnum

from app.domain.model.runs import ALL_ACCOUNTS
from app.domain.text.messages import message

DEFAULT = "default"
# The settings of each connection; those of the chosen one apply.
KEYS = ("host", "port", "client_id", "timeout", "account")
NAME = r"[A-Za-z0-9_-]{1,40}"
PAPER_PREFIX = "D"  # IBKR's paper accounts: DU…, DF…, DI…


@dataclass(frozen=True, slots=True)
class Connection:
    """The endpoint of one TWS, and how to connect to it.

    Attributes:
        timeout: seconds.
        account: the one to sync, or "All".
        accounts: those seen there, to choose from while it is offline.
    """

    name: str = DEFAULT
    host: str = "127.0.0.1"
    port: int = 7497
    client_id: int = 17
    timeout: float = 10.0
    account: str = ALL_ACCOUNTS
    accounts: tuple[str, ...] = ()


def name_problem(name: str) -> str:
    """A sentence about why a connection cannot have this name; empty if it can."""
    if re.fullmatch(NAME, name):
        return ""
    return message("Use letters, digits, - and _ only, as in paper.")


class Mode(StrEnum):
    """What kind of trading the data comes from."""

    UNKNOWN = "unknown"
    LIVE = "live"
    PAPER = "paper"
    DEMO = "demo"


def mode_of(accounts: tuple[str, ...]) -> Mode:
    """Live or paper, by the accounts' numbers."""
    if not accounts:
        return Mode.UNKNOWN
    is_paper = all(account.startswith(PAPER_PREFIX) for account in accounts)
    return Mode.PAPER if is_paper else Mode.LIVE
