"""The sentences of a change's note, for the trader."""

from collections.abc import Sequence
from decimal import Decimal

from app.domain.model.amounts import ZERO
from app.domain.model.inferences import Inference
from app.domain.model.instruments import plain_text
from app.domain.model.positions import Close, Source
from app.domain.model.snapshot import Fill
from app.domain.text.messages import Message, joined, message


def note_of_split(before: Decimal, after: Decimal) -> Message:
    return message(
        "The quantity went from {before} to {after} at the same total cost, with no trade: "
        "{cause}.",
        before=plain_text(before),
        after=plain_text(after),
        cause=split_text(before, after),
    )


def split_text(before: Decimal, after: Decimal) -> Message:
    """ "looks like a 4-for-1 split", or a similar phrase if the ratio is not a whole number."""
    ratio = after / before
    if ratio > 1 and ratio == ratio.to_integral_value():
        return message("looks like a {new}-for-1 split", new=plain_text(ratio))
    inverse = before / after
    if inverse > 1 and inverse == inverse.to_integral_value():
        return message("looks like a 1-for-{old} reverse split", old=plain_text(inverse))
    return message("looks like a split or another corporate action")


def note_of_reversal(before: Decimal, now: Decimal) -> Message:
    # Translators: such as "Turned from long 100 to short 50."
    return message("Turned from {before} to {now}.", before=side(before), now=side(now))


def side(quantity: Decimal) -> Message:
    """ "long 100" or "short 50"."""
    if quantity > 0:
        return message("long {quantity}", quantity=plain_text(quantity))
    return message("short {quantity}", quantity=plain_text(abs(quantity)))


def note_of_inferences(inferences: Sequence[Inference], closes: Sequence[Close]) -> Message:
    """The assumed events and their effect on the P&L."""
    is_skipped = any(close.source is Source.SKIPPED for close in closes)
    sentences = []
    for one in inferences:
        if closes and one.verdict and not is_skipped:
            # Translators: such as "Expired 18 Dec 2026, so the P&L is unknown."
            sentences.append(message("{event}, {effect}.", event=one.note, effect=one.verdict))
        else:
            # Translators: a sentence about an event, such as "Expired 18 Dec 2026."
            sentences.append(message("{event}.", event=one.note))
    if sentences and is_skipped:
        sentences.append(message("The P&L was not asked for."))
    return joined(sentences)


def note_of_evidence(closes: Sequence[Close], lacking: Sequence[Close]) -> str:
    """How much of the closed quantity is unexplained, and the effect on the P&L; may be empty.

    Args:
        lacking: the closes that neither an execution nor an inference explains.
    """
    if not lacking:
        return ""
    explained = total(closes) - total(lacking)
    if not explained:
        return message("No execution explains it; {verdict}.", verdict=verdict_on_all(lacking[-1]))
    return message(
        "Only {explained} of {total} are explained by executions; {verdict}.",
        explained=plain_text(explained),
        total=plain_text(total(closes)),
        verdict=verdict_on_rest(lacking[-1]),
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
    return joined(
        message(
            "The P&L is before a commission of {amount} {currency}, for which no exchange rate "
            "is known.",
            amount=plain_text(amount),
            currency=currency,
        )
        for currency, amount in sorted(left_out.items())
    )


def verdict_on_all(close: Close) -> Message:
    if close.source is Source.SKIPPED:
        return message("the P&L was not asked for")
    if close.source is Source.ESTIMATE:
        return message("the P&L is estimated at the last known price")
    if close.exit_price is None:
        return message("the P&L is unknown, because no price is known")
    return message("the P&L is unknown, because no average cost is known")


def verdict_on_rest(close: Close) -> Message:
    if close.source is Source.SKIPPED:
        return message("the P&L of the rest was not asked for")
    if close.source is Source.ESTIMATE:
        return message("the P&L of the rest is estimated at the last known price")
    if close.exit_price is None:
        return message("the P&L of the rest is unknown, because no price is known")
    return message("the P&L of the rest is unknown, because no average cost is known")


def total(closes: Sequence[Close]) -> Decimal:
    return sum((close.quantity_closed for close in closes), ZERO)
