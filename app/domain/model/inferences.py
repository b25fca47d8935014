"""Changes inferred from positions alone, without an execution: exercise, expiry, move. Pure.

A run stores its inferences, so that a later restatement uses the same ones. Executions take
precedence: what they explain needs no inference.
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
    """One change of quantity without an execution, and its assumed cause.

    Attributes:
        quantity: the signed change of the position's quantity.
        price: currency per unit of the underlying at which it closed; None if unknown.
        proceeds: the cost that IBKR moved into the underlying, in currency and with the sign of
            the position; known instead of a price.
        basis: where the price or the proceeds come from; None for the last known price.
        average_cost: of a holding that moved in, currency per share or contract.
        opened_at: when a holding that moved in was originally opened.
        moved_from_id: the store's key of the position that it came from.
        note: the assumed event, a sentence without its full stop.
        verdict: its effect on the P&L, "so the P&L is …"; empty if there is none.
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
    """The inferences that fit into the quantity that executions leave unexplained, in order."""
    for one in inferences:
        if one.quantity * residual > 0 and abs(one.quantity) <= abs(residual):
            residual -= one.quantity
            yield one
