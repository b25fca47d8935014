"""Chooses the simulated market's random trades, of five kinds."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from app.broker.simulator.market.costs import EXACT
from app.broker.simulator.scenario.state import ListedInstrument
from app.domain.model.snapshot import Holding

Trade = tuple[str, int, Decimal]  # account, con_id, signed quantity

FEWEST = 3  # with fewer holdings, an account closes none
NEVER_SHORT = frozenset({"CRYPTO", "CASH", "BOND", "FUND"})
NEVER_TRADED = frozenset({"BAG"})


@dataclass(frozen=True, slots=True)
class RandomTrader:
    """Trades for one account.

    Attributes:
        listings: con_id -> an instrument of the market.
        held: the account's present holdings.
    """

    account: str
    listings: Mapping[int, ListedInstrument]
    held: tuple[Holding, ...]
    rng: random.Random

    def next_trade(self) -> Trade:
        """A random trade of one of the kinds that are possible.

        Raises:
            ValueError: the market has nothing to trade.
        """
        usual = len(self.listings) / 2
        weighted = (
            (4 if len(self.held) < usual else 1, self._openings()),
            (3, self._additions()),
            (3, self._reductions()),
            (3 if len(self.held) > usual else 1, self._closes()),
            (1, self._reversals()),
        )
        possible = [(weight, trades) for weight, trades in weighted if trades]
        if not possible:
            raise ValueError("the market has nothing to trade")
        weights = [weight for weight, _ in possible]
        (trades,) = self.rng.choices([trades for _, trades in possible], weights)
        return self.rng.choice(trades)

    def _openings(self) -> list[Trade]:
        held_ids = {holding.instrument.con_id for holding in self.held}
        return [
            (self.account, con_id, self._quantity(listing) * self._side(listing))
            for con_id, listing in self.listings.items()
            if con_id not in held_ids and listing.instrument.sec_type not in NEVER_TRADED
        ]

    def _additions(self) -> list[Trade]:
        return [
            (self.account, con_id, self._quantity(self.listings[con_id]).copy_sign(quantity))
            for con_id, quantity in self._quantities()
        ]

    def _reductions(self) -> list[Trade]:
        part = Decimal(self.rng.choice(("0.25", "0.5", "0.75")))
        parts = (
            (con_id, (quantity * part).quantize(_step(self.listings[con_id]), ROUND_DOWN))
            for con_id, quantity in self._quantities()
        )
        return [(self.account, con_id, -quantity) for con_id, quantity in parts if quantity]

    def _closes(self) -> list[Trade]:
        if len(self.held) < FEWEST:
            return []
        return [(self.account, con_id, -quantity) for con_id, quantity in self._quantities()]

    def _reversals(self) -> list[Trade]:
        return [
            (self.account, con_id, -quantity - self._quantity(listing).copy_sign(quantity))
            for con_id, quantity in self._quantities()
            for listing in (self.listings[con_id],)
            if listing.instrument.sec_type not in NEVER_SHORT
        ]

    def _quantities(self) -> list[tuple[int, Decimal]]:
        return [(holding.instrument.con_id, holding.quantity) for holding in self.held]

    def _quantity(self, listing: ListedInstrument) -> Decimal:
        return listing.lot * self.rng.randint(1, 3)

    def _side(self, listing: ListedInstrument) -> int:
        shortable = listing.instrument.sec_type not in NEVER_SHORT
        return -1 if shortable and self.rng.random() < 0.2 else 1


def _step(listing: ListedInstrument) -> Decimal:
    return EXACT if listing.instrument.sec_type == "CRYPTO" else Decimal(1)
