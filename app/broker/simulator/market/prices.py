"""How the simulated prices move: one random step of whole ticks."""

import random
from dataclasses import replace
from decimal import Decimal

from app.broker.simulator.scenario.state import ListedInstrument

SPREAD = Decimal("0.0004")  # the usual size of one step, as a part of the price


def moved(listing: ListedInstrument, rng: random.Random) -> ListedInstrument:
    """The listing after one random step of its price, which stays on ticks and above zero."""
    width = max(float(listing.price * SPREAD / listing.tick), 0.6)
    ticks = round(rng.gauss(0.0, width))
    price = listing.price + ticks * listing.tick
    return replace(listing, price=max(price, listing.tick))
