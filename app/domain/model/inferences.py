"""What follows from positions alone where no execution tells: exercise, expiry, move. Pure.

A run stores what it has inferred, so that a restatement with later evidence infers the same.
Executions are stronger: what they explain needs no inference.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from app.domain.model.positions import EstimateBasis


class InferenceKind(StrEnum):
    """What happened to one position.

    DELIVERED is the underlying's side of an exercise or assignment.
    """

    EXERCISED = "exercised"
    ASSIGNED = "assigned"
    DELIVERED = "delivered"
    EXPIRED = "expired"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Inference:
    """One change of quantity without an execution, and what it is taken to be.

    Attributes:
        quantity: the signed change of the position's quantity.
        price: currency per unit of the underlying at which it closed; None where not known.
        proceeds: what was given up, in currency and with the sign of the position, where that is
            known instead of a price: the cost that IBKR moved into the underlying.
        basis: what the price or the proceeds rest on; None for the last known price.
        average_cost: of what moved in, currency per share or contract.
        opened_at: when what moved in was opened where it came from.
        moved_from_id: the store's key of the position that it came from.
        note: what is taken to have happened, a sentence without its full stop.
        verdict: what that makes of the P&L, "so the P&L is …"; empty where it makes nothing.
    """

    kind: InferenceKind
    quantity: Decimal
    price: Decimal | None = None
    proceeds: Decimal | None = None
    basis: EstimateBasis | None = None
    average_cost: Decimal | None = None
    opened_at: datetime | None = None
    moved_from_id: int | None = None
    note: str = ""
    verdict: str = ""


def fitting(inferences: Sequence[Inference], residual: Decimal) -> Iterator[Inference]:
    """Those that stay within what executions leave unexplained, in order."""
    for one in inferences:
        if one.quantity * residual > 0 and abs(one.quantity) <= abs(residual):
            residual -= one.quantity
            yield one
