"""The sentences of a change's note, for the trader."""

from collections.abc import Sequence
from decimal import Decimal

from app.domain.model.amounts import ZERO
from app.domain.model.inferences import Inference
from app.domain.model.instruments import plain
from app.domain.model.positions import Close, Source
from app.domain.model.snapshot import Fill


def note_of_split(before: Decimal, after: Decimal) -> str:
    return (
        f"The quantity went from {plain(before)} to {plain(after)} "
        f"at the same total cost, with no trade: {split_text(before, after)}."
    )


def split_text(before: Decimal, after: Decimal) -> str:
    """ "looks like a 4-for-1 split", or a similar phrase if the ratio is not a whole number."""
    ratio = after / before
    if ratio > 1 and ratio == ratio.to_integral_value():
        return f"looks like a {plain(ratio)}-for-1 split"
    inverse = before / after
    if inverse > 1 and inverse == inverse.to_integral_value():
        return f"looks like a 1-for-{plain(inverse)} reverse split"
    return "looks like a split or another corporate action"


def note_of_reversal(before: Decimal, now: Decimal) -> str:
    return f"Turned from {side(before)} to {side(now)}."


def side(quantity: Decimal) -> str:
    """ "long 100" or "short 50"."""
    return f"{'long' if quantity > 0 else 'short'} {plain(abs(quantity))}"


def note_of_inferences(inferences: Sequence[Inference], closes: Sequence[Close]) -> str:
    """The assumed events and their effect on the P&L."""
    is_skipped = any(close.source is Source.SKIPPED for close in closes)
    sentences = []
    for one in inferences:
        if closes and one.verdict and not is_skipped:
            sentences.append(f"{one.note}, {one.verdict}.")
        else:
            sentences.append(f"{one.note}.")
    if sentences and is_skipped:
        sentences.append("The P&L was not asked for.")
    return " ".join(sentences)


def note_of_evidence(closes: Sequence[Close], lacking: Sequence[Close]) -> str:
    """How much of the closed quantity is unexplained, and the effect on the P&L; may be empty.

    Args:
        lacking: the closes that neither an execution nor an inference explains.
    """
    if not lacking:
        return ""
    verdict = verdict_on(lacking[-1])
    explained = total(closes) - total(lacking)
    if not explained:
        return f"No execution explains it; the P&L {verdict}."
    return (
        f"Only {plain(explained)} of {plain(total(closes))} are explained by executions; "
        f"the P&L of the rest {verdict}."
    )


def note_of_commissions(closes: Sequence[Close], fills: Sequence[Fill]) -> str:
    """The commissions left out of a P&L from executions, because no rate is known."""
    used = {exec_id for close in closes for exec_id in close.exec_ids}
    if not any(close.source is Source.FILLS for close in closes):
        return ""
    left_out: dict[str, Decimal] = {}
    for fill in fills:
        if fill.exec_id in used and fill.commission and fill.own_commission is None:
            currency = fill.commission_currency
            left_out[currency] = left_out.get(currency, ZERO) + fill.commission
    return " ".join(
        f"The P&L is before a commission of {plain(amount)} {currency}, for which no exchange "
        "rate is known."
        for currency, amount in sorted(left_out.items())
    )


def verdict_on(close: Close) -> str:
    if close.source is Source.SKIPPED:
        return "was not asked for"
    if close.source is Source.ESTIMATE:
        return "is estimated at the last known price"
    missing = "price" if close.exit_price is None else "average cost"
    return f"is unknown, because no {missing} is known"


def total(closes: Sequence[Close]) -> Decimal:
    return sum((close.quantity_closed for close in closes), ZERO)
