"""Sentences that a change says of itself to the trader."""

from collections.abc import Sequence
from decimal import Decimal

from app.domain.instruments import Instrument, expiry_text, plain
from app.domain.pnl import ZERO
from app.domain.positions import Close, Source


def note_of_split(before: Decimal, after: Decimal) -> str:
    return (
        f"The quantity went from {plain(before)} to {plain(after)} "
        f"at the same total cost, with no trade: {split_text(before, after)}."
    )


def split_text(before: Decimal, after: Decimal) -> str:
    """ "looks like a 4-for-1 split", or a like phrase where the ratio is not a whole number."""
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


def note_of_expiry(instrument: Instrument) -> str:
    return (
        f"Expired {expiry_text(instrument.expiry)}; no execution tells of an exercise or "
        "assignment, so the P&L is estimated at a price of 0."
    )


def note_of_evidence(closes: Sequence[Close]) -> str:
    """What no execution explains of what was closed, and what that means; empty for nothing."""
    lacking = [close for close in closes if not close.fills]
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


def verdict_on(close: Close) -> str:
    if close.source is Source.SKIPPED:
        return "was not asked for"
    if close.source is Source.ESTIMATE:
        return "is estimated at the last known price"
    missing = "price" if close.exit_price is None else "average cost"
    return f"is unknown, because no {missing} is known"


def total(closes: Sequence[Close]) -> Decimal:
    return sum((close.quantity_closed for close in closes), ZERO)
