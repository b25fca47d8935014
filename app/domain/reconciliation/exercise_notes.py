"""The sentences about an exercise or assignment: of the option, and of what it delivered. Pure."""

from decimal import Decimal

from app.domain.model.inferences import InferenceKind
from app.domain.model.instruments import plain_text
from app.domain.text.messages import Message, message


def note_of_option(
    kind: InferenceKind, delivered: Decimal, underlying: str, strike: Decimal
) -> Message:
    values = {
        "quantity": plain_text(abs(delivered)),
        "instrument": underlying,
        "strike": plain_text(strike),
    }
    if kind is InferenceKind.EXERCISED:
        return message(
            "Exercised: {quantity} {instrument} moved at the strike of {strike}, and no execution "
            "reports it",
            **values,
        )
    return message(
        "Assigned: {quantity} {instrument} moved at the strike of {strike}, and no execution "
        "reports it",
        **values,
    )


def verdict_on_option(proceeds: Decimal | None, underlying: str) -> Message:
    """Args: proceeds: what of its premium IBKR moved into the underlying's cost."""
    if proceeds is None:
        return message(
            "so the P&L is unknown: the average cost of {instrument} is not known",
            instrument=underlying,
        )
    if not proceeds:
        return message(
            "so the P&L is estimated: none of its premium is in the cost of {instrument}",
            instrument=underlying,
        )
    return message(
        "so the P&L is estimated: {amount} of its premium are in the cost of {instrument}, and "
        "count there",
        amount=plain_text(abs(proceeds)),
        instrument=underlying,
    )


def note_of_delivery(
    kind: InferenceKind, option: str, delivered: Decimal, strike: Decimal
) -> Message:
    values = {
        "option": option,
        "quantity": plain_text(abs(delivered)),
        "strike": plain_text(strike),
    }
    if kind is InferenceKind.EXERCISED:
        return message(
            "{option} was exercised, with no execution: {quantity} at the strike of {strike}",
            **values,
        )
    return message(
        "{option} was assigned, with no execution: {quantity} at the strike of {strike}", **values
    )
