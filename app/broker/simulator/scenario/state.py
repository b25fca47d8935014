"""The state of a simulated market as values: accounts, instruments, holdings and fills."""

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from app.domain.model.errors import SettingsError
from app.domain.model.instruments import Instrument
from app.domain.model.snapshot import Fill


@dataclass(frozen=True, slots=True)
class ListedInstrument:
    """An instrument that the simulated market trades.

    Attributes:
        price: the last price, currency per unit of the underlying (without the multiplier).
        close: yesterday's closing price, the base of the daily P&L.
        tick: the smallest step of its price.
        lot: the usual size of one random trade, in shares or contracts.
    """

    instrument: Instrument
    price: Decimal
    close: Decimal
    tick: Decimal = Decimal("0.01")
    lot: Decimal = Decimal(1)
    long_name: str = ""


@dataclass(frozen=True, slots=True)
class SimulatedAccount:
    """A simulated account; `cash` has one (currency, amount) per currency."""

    number: str
    base_currency: str
    cash: tuple[tuple[str, Decimal], ...] = ()


@dataclass(frozen=True, slots=True)
class InitialPosition:
    """An account's holding of one instrument; `average_cost` is per share or contract."""

    account: str
    con_id: int
    quantity: Decimal
    average_cost: Decimal


@dataclass(frozen=True, slots=True)
class Scenario:
    """The whole state of a simulated market.

    Attributes:
        rates: one (currency, value in the scenario's reference currency) per currency.
        fills: the executions of the day so far, corrections (.02) included, oldest first.
        last_exec_id: the last exec id issued, so that a resumed market repeats none.
    """

    accounts: tuple[SimulatedAccount, ...]
    listings: tuple[ListedInstrument, ...]
    rates: tuple[tuple[str, Decimal], ...]
    positions: tuple[InitialPosition, ...] = ()
    fills: tuple[Fill, ...] = ()
    last_exec_id: str = ""

    def __post_init__(self) -> None:
        """Checks that its parts fit together.

        Raises:
            SettingsError: something is there twice, or is used but missing.
        """
        numbers = [account.number for account in self.accounts]
        con_ids = [listing.instrument.con_id for listing in self.listings]
        currencies = [currency for currency, _ in self.rates]
        held = [(position.account, position.con_id) for position in self.positions]
        _refuse_unless(bool(numbers), "there is no account")
        _refuse_duplicates("account", numbers)
        _refuse_duplicates("con_id", con_ids)
        _refuse_duplicates("rate", currencies)
        _refuse_duplicates("holding", held)
        named = {*held, *(fill.identity for fill in self.fills)}
        _refuse_missing("account", {account for account, _ in named}, numbers)
        _refuse_missing("con_id", {con_id for _, con_id in named}, con_ids)
        used = {listing.instrument.currency for listing in self.listings}
        for account in self.accounts:
            used |= {account.base_currency, *(currency for currency, _ in account.cash)}
        _refuse_missing("the rate of", used, currencies)


def _refuse_unless(condition: bool, reason: str) -> None:
    if not condition:
        raise SettingsError(reason)


def _refuse_duplicates(what: str, names: Iterable[Hashable]) -> None:
    duplicates = sorted(str(name) for name, times in Counter(names).items() if times > 1)
    _refuse_unless(not duplicates, f"{what} {', '.join(duplicates)} is there twice")


def _refuse_missing(what: str, used: Iterable[Hashable], listed: Iterable[Hashable]) -> None:
    missing = sorted(str(name) for name in set(used) - set(listed))
    _refuse_unless(not missing, f"{what} {', '.join(missing)} is not listed")
