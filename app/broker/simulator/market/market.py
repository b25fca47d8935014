"""The simulated market: prices, holdings, cash and fills, which trades change as at IBKR.

Its only state is its own: the clock and the random seed are passed in, and it uses no network.
"""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from app.broker.simulator.market.costs import NOTHING, Lot, after_trade, commission
from app.broker.simulator.market.exec_ids import next_exec_id
from app.broker.simulator.market.portfolio import SimulatedPortfolioRow, portfolio_rows
from app.broker.simulator.market.random_trader import RandomTrader
from app.broker.simulator.scenario.state import (
    InitialPosition,
    ListedInstrument,
    Scenario,
    SimulatedAccount,
)
from app.domain.model.clock import utc_now
from app.domain.model.positions import Identity
from app.domain.model.snapshot import Fill, Holding

SPREAD = Decimal("0.0004")  # the usual size of one price step, relative to the price


class Market:
    """The current accounts and prices.

    Args:
        scenario: the initial state.
        seed: of the random prices and trades; makes them repeatable.
        clock: the time of fills, timezone-aware.
    """

    def __init__(
        self,
        scenario: Scenario,
        *,
        seed: int | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._scenario = scenario
        self._clock = clock
        self._random = random.Random(seed)
        self.listings = {listing.instrument.con_id: listing for listing in scenario.listings}
        self._lots: dict[Identity, Lot] = {
            (position.account, position.con_id): Lot(position.quantity, position.average_cost)
            for position in scenario.positions
        }
        # account -> currency -> amount
        self._cash = {account.number: dict(account.cash) for account in scenario.accounts}
        self._fills = list(scenario.fills)
        self._last_exec_id = scenario.last_exec_id
        # cached, since every subscription needs it after every step
        self._portfolio: tuple[date, tuple[SimulatedPortfolioRow, ...]] | None = None

    @property
    def accounts(self) -> tuple[SimulatedAccount, ...]:
        """The accounts with their present cash."""
        return tuple(
            replace(account, cash=tuple(self._cash[account.number].items()))
            for account in self._scenario.accounts
        )

    def now(self) -> datetime:
        return self._clock().astimezone(UTC)

    def rate(self, currency: str, base: str) -> Decimal:
        """The value of one unit of `currency` in `base`."""
        rates = dict(self._scenario.rates)
        return rates[currency] / rates[base]

    def lot(self, account: str, con_id: int) -> Lot:
        """The account's holding of an instrument; an empty lot if there is none."""
        return self._lots.get((account, con_id), Lot())

    def executions(self) -> tuple[Fill, ...]:
        """Today's fills (UTC), including corrections and what they correct."""
        today = self.now().date()
        return tuple(fill for fill in self._fills if fill.time.date() == today)

    @property
    def trades(self) -> int:
        """The number of fills so far."""
        return len(self._fills)

    def fills_since(self, trades: int) -> tuple[Fill, ...]:
        """The fills after this many."""
        return tuple(self._fills[trades:])

    def rows(self, account: str | None = None) -> tuple[SimulatedPortfolioRow, ...]:
        """The portfolio of one account or of all, including positions closed today."""
        today = self.now().date()
        if self._portfolio is None or self._portfolio[0] != today:
            rows = portfolio_rows(self._lots, self.listings, self.executions())
            self._portfolio = today, rows
        return tuple(row for row in self._portfolio[1] if account in (None, row.account))

    def holdings(self, account: str | None = None) -> tuple[Holding, ...]:
        """The open holdings of one account or of all."""
        return tuple(
            Holding(
                account=row.account,
                instrument=row.listing.instrument,
                quantity=row.lot.quantity,
                average_cost=row.lot.average_cost,
                market_price=row.listing.price,
                market_value=row.value,
                unrealized_pnl=row.unrealized,
            )
            for row in self.rows(account)
            if row.lot.quantity
        )

    def trade(
        self, account: str, con_id: int, quantity: Decimal, price: Decimal | None = None
    ) -> Fill:
        """Trades a signed quantity, at the market price or at `price`.

        Raises:
            ValueError: an unknown account or instrument, or a quantity of 0.
        """
        if account not in self._cash or con_id not in self.listings or not quantity:
            raise ValueError(f"no such trade: {account} {con_id} {quantity}")
        listing = self.listings[con_id]
        instrument = listing.instrument
        at = listing.price if price is None else price
        unit_price = at * instrument.multiplier
        charge = commission(instrument, quantity, unit_price)
        lot, realized = after_trade(self.lot(account, con_id), quantity, unit_price, charge)
        time = self.now().replace(microsecond=0)  # TWS reports whole seconds
        self._last_exec_id = next_exec_id(self._last_exec_id, time)
        fill = Fill(
            exec_id=self._last_exec_id,
            account=account,
            instrument=instrument,
            quantity=quantity,
            price=at,
            time=time,
            commission=charge,
            commission_currency=instrument.currency,
            realized_pnl=realized,
        )
        self._book(fill, lot)
        return fill

    def move_prices(self) -> None:
        """Moves every price by one random step."""
        for con_id, listing in self.listings.items():
            self.listings[con_id] = moved_price(listing, self._random)
        self._portfolio = None

    def random_trade(self) -> Fill:
        """Makes one random trade, which opens, adds, reduces, closes or reverses."""
        account = self._random.choice(self._scenario.accounts).number
        trader = RandomTrader(account, self.listings, self.holdings(account), self._random)
        return self.trade(*trader.next_trade())

    def scenario(self) -> Scenario:
        """The present state; a new market can continue from it."""
        return replace(
            self._scenario,
            accounts=self.accounts,
            listings=tuple(self.listings.values()),
            positions=tuple(
                InitialPosition(account, con_id, lot.quantity, lot.average_cost)
                for (account, con_id), lot in self._lots.items()
            ),
            fills=self.executions(),
            last_exec_id=self._last_exec_id,
        )

    def _book(self, fill: Fill, lot: Lot) -> None:
        if lot.quantity:
            self._lots[fill.identity] = lot
        else:
            self._lots.pop(fill.identity, None)
        self._fills.append(fill)
        self._portfolio = None
        cash = self._cash[fill.account]
        for currency, amount in _payments(fill):
            cash[currency] = cash.get(currency, NOTHING) + amount


def _payments(fill: Fill) -> tuple[tuple[str, Decimal], ...]:
    """The changes in cash by a fill: (currency, amount).

    A future costs nothing when it is bought; its profit is paid when it is closed.
    """
    instrument = fill.instrument
    if instrument.sec_type == "FUT":
        return ((instrument.currency, fill.realized_pnl or NOTHING),)
    paid = fill.quantity * fill.price * instrument.multiplier + (fill.commission or NOTHING)
    if instrument.sec_type == "CASH":
        return (instrument.currency, -paid), (instrument.symbol, fill.quantity)
    return ((instrument.currency, -paid),)


def moved_price(listing: ListedInstrument, rng: random.Random) -> ListedInstrument:
    """The listing after one random step of its price, which stays on ticks and above zero."""
    width = max(float(listing.price * SPREAD / listing.tick), 0.6)
    ticks = round(rng.gauss(0.0, width))
    price = listing.price + ticks * listing.tick
    return replace(listing, price=max(price, listing.tick))
