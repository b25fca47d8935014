"""A plain ledger of trades at average cost, as IBKR keeps it: the truth that a store must reach.

It is written for reading, from the definitions, and shares no code with the program.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from app.domain.model.instruments import Instrument
from app.domain.model.snapshot import Fill, Holding

ZERO = Decimal(0)
Identity = tuple[str, int]


@dataclass
class Trip:
    """One position from its opening to its end.

    Attributes:
        used: exec stem -> how much of that fill closed it.
    """

    opened_at: datetime
    closed_at: datetime | None = None
    used: dict[str, Decimal] = field(default_factory=dict)
    realized: Decimal = ZERO


@dataclass
class Account:
    """One instrument in one account.

    Attributes:
        cost: of what is held, signed; commissions included, multiplier too.
        cash: that moved by the trades, commissions included.
        shares: that splits have made of each first one; prices are so much lower.
    """

    account: str
    instrument: Instrument
    quantity: Decimal = ZERO
    cost: Decimal = ZERO
    cash: Decimal = ZERO
    shares: int = 1
    trips: list[Trip] = field(default_factory=list)

    @property
    def identity(self) -> Identity:
        return self.account, self.instrument.con_id

    def receive(self, quantity: Decimal, average: Decimal, at: datetime) -> None:
        """What is held before the first sync."""
        self.quantity, self.cost = quantity, quantity * average
        self.cash = -self.cost
        self.trips.append(Trip(at))

    def trade(self, made: Fill) -> Decimal:
        """Books the fill as it really was; returns what it realized, net of commission."""
        worth = made.quantity * made.price * self.instrument.multiplier
        commission = made.commission or ZERO
        self.cash -= worth + commission
        closing = ZERO
        if self.quantity * made.quantity < 0:
            closing = min(abs(made.quantity), abs(self.quantity)).copy_sign(made.quantity)
        opening = made.quantity - closing
        realized = ZERO
        if closing:
            share = closing / made.quantity
            freed = self.cost * -closing / self.quantity
            realized = -worth * share - freed - commission * share
            self.quantity += closing
            self.cost = self.cost - freed if self.quantity else ZERO
            trip = self.trips[-1]
            trip.used[made.stem] = abs(closing)
            trip.realized += realized
            if not self.quantity:
                trip.closed_at = made.time
        if opening:
            if not self.quantity:
                self.trips.append(Trip(made.time))
            share = opening / made.quantity
            self.quantity += opening
            self.cost += worth * share + commission * share
        return realized

    def split(self, number: int) -> None:
        self.quantity *= number
        self.shares *= number

    def holding(self, price: int) -> Holding:
        average = self.cost / self.quantity
        return Holding(
            self.account, self.instrument, self.quantity, average, Decimal(price) / self.shares
        )
