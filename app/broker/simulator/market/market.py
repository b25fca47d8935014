"""The simulated market: prices, holdings, cash and fills that change by trades, as at IBKR.

Pure but for its own state: the clock and the random numbers come from outside, no network.
"""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from app.broker.simulator.market import prices
from app.broker.simulator.market.costs import NOTHING, Lot, after_trade, commission
from app.broker.simulator.market.exec_ids import next_exec_id
from app.broker.simulator.market.portfolio import SimulatedPortfolioRow, portfolio_rows
from app.broker.simulator.market.random_trader import RandomTrader
from app.broker.simulator.scenario.state import InitialPosition, Scenario, SimulatedAccount
from app.domain.model.clock import utc_now
from app.domain.model.positions import Identity
from app.domain.model.snapshot import Fill, Holding


class Market:
    """Accounts and prices as they stand now.

    Args:
        scenario: where it starts from.
        seed: of the random prices and trades: the same seed and scenario, the same sequence.
        clock: gives the time of fills, aware.
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
            (stake.account, stake.con_id): Lot(stake.quantity, stake.average_cost)
            for stake in scenario.stakes
        }
        # account -> currency -> amount
        self._cash = {account.number: dict(account.cash) for account in scenario.accounts}
        self._fills = list(scenario.fills)
        self._last_exec_id = scenario.last_exec_id
        # every subscription asks for them after every step
        self._portfolio: tuple[date, tuple[SimulatedPortfolioRow, ...]] | None = None

    @property
    def accounts(self) -> tuple[SimulatedAccount, ...]:
        """The accounts with their cash of now."""
        return tuple(
            replace(account, cash=tuple(self._cash[account.number].items()))
            for account in self._scenario.accounts
        )

    def now(self) -> datetime:
        return self._clock().astimezone(UTC)

    def rate(self, currency: str, base: str) -> Decimal:
        """What one unit of a currency is worth in another."""
        rates = dict(self._scenario.rates)
        return rates[currency] / rates[base]

    def lot(self, account: str, con_id: int) -> Lot:
        """What an account holds of an instrument; an empty lot if nothing."""
        return self._lots.get((account, con_id), Lot())

    def executions(self) -> tuple[Fill, ...]:
        """Today's fills (UTC), corrections beside what they correct."""
        today = self.now().date()
        return tuple(fill for fill in self._fills if fill.time.date() == today)

    @property
    def trades(self) -> int:
        """How many fills there have been."""
        return len(self._fills)

    def fills_since(self, trades: int) -> tuple[Fill, ...]:
        """The fills after so many."""
        return tuple(self._fills[trades:])

    def rows(self, account: str | None = None) -> tuple[SimulatedPortfolioRow, ...]:
        """The portfolio of one account or of all, with what was closed today."""
        today = self.now().date()
        if self._portfolio is None or self._portfolio[0] != today:
            rows = portfolio_rows(self._lots, self.listings, self.executions())
            self._portfolio = today, rows
        return tuple(row for row in self._portfolio[1] if account in (None, row.account))

    def holdings(self, account: str | None = None) -> tuple[Holding, ...]:
        """What one account or all hold now, without what was closed."""
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
        """Trades a signed quantity, at the market price or at the price given.

        Raises:
            ValueError: the account or the instrument is not there, or the quantity is 0.
        """
        if account not in self._cash or con_id not in self.listings or not quantity:
            raise ValueError(f"no such trade: {account} {con_id} {quantity}")
        listing = self.listings[con_id]
        instrument = listing.instrument
        at = listing.price if price is None else price
        unit_price = at * instrument.multiplier
        charge = commission(instrument, quantity, unit_price)
        lot, realized = after_trade(self.lot(account, con_id), quantity, unit_price, charge)
        time = self.now().replace(microsecond=0)  # TWS tells whole seconds
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
            self.listings[con_id] = prices.moved(listing, self._random)
        self._portfolio = None

    def random_trade(self) -> Fill:
        """Makes one random trade: it opens, adds, reduces, closes or reverses."""
        account = self._random.choice(self._scenario.accounts).number
        trader = RandomTrader(account, self.listings, self.holdings(account), self._random)
        return self.trade(*trader.next_trade())

    def scenario(self) -> Scenario:
        """The state of now; a market that starts from it goes on where this one stands."""
        return replace(
            self._scenario,
            accounts=self.accounts,
            listings=tuple(self.listings.values()),
            stakes=tuple(
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
    """What a fill does to the cash: (currency, amount).

    A future costs nothing when it is bought; its gain is paid when it is closed.
    """
    instrument = fill.instrument
    if instrument.sec_type == "FUT":
        return ((instrument.currency, fill.realized_pnl or NOTHING),)
    paid = fill.quantity * fill.price * instrument.multiplier + (fill.commission or NOTHING)
    if instrument.sec_type == "CASH":
        return (instrument.currency, -paid), (instrument.symbol, fill.quantity)
    return ((instrument.currency, -paid),)
