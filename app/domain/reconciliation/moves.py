"""Recognises moves: a holding leaves one identity and appears in another at the same cost. Pure.

A transfer between own accounts keeps the con id; a split, merger or renaming gets a new one.
Neither is a trade: cost basis and opening date are carried over, and nothing is realized
(contract, section 2).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.domain.model.inferences import Inference, InferenceKind
from app.domain.model.instruments import Instrument, plain_text
from app.domain.model.positions import Identity
from app.domain.reconciliation.fill_matching import SAME_COST
from app.domain.reconciliation.matched_cases import MatchedCase
from app.domain.text.messages import message


@dataclass(frozen=True, slots=True)
class Move:
    """Attributes: left, arrived: quantities, both signed as they were and are held."""

    source: MatchedCase
    target: MatchedCase
    left: Decimal
    arrived: Decimal


def find_moves(matched: Sequence[MatchedCase]) -> dict[Identity, list[Inference]]:
    """The inferences for both sides of each move; empty if nothing moved.

    Args:
        matched: all that changed, including new holdings, except what an exercise explains.
    """
    found: dict[Identity, list[Inference]] = {}
    sources = [one for one in matched if one.lost and not one.used and one.case.stored]
    targets = [one for one in matched if gained(one) and not one.used]
    for source in sources:
        target = next((one for one in targets if is_move(source, one)), None)
        if target is not None:
            targets.remove(target)
            move = Move(source, target, source.lost, target.residual)
            for one, inference in inferred(move):
                found[one.case.identity] = [inference]
    return found


def gained(one: MatchedCase) -> Decimal:
    """The quantity gained without an execution; 0 if none, or if the position only shrank."""
    return one.residual if one.held * one.residual >= 0 else Decimal(0)


def is_move(source: MatchedCase, target: MatchedCase) -> bool:
    """Whether the total cost is the same, between own accounts or between two con ids."""
    left, arrived = source.lost, gained(target)
    here, there = source.case.instrument, target.case.instrument
    if left * arrived <= 0 or not costs_the_same(source, target):
        return False
    if here.con_id == there.con_id:
        return source.case.account != target.case.account and left == arrived
    is_renamed = source.case.account == target.case.account and source.case.holding is None
    return is_renamed and target.case.stored is None and is_successor(here, there, left / arrived)


def costs_the_same(source: MatchedCase, target: MatchedCase) -> bool:
    """Compares the costs of what left and what arrived, by average costs (within 0.5 %)."""
    stored, holding = source.case.stored, target.case.holding
    before = stored.average_cost if stored else None
    if before is None or not before or holding is None or holding.average_cost is None:
        return False
    cost = holding.average_cost * holding.quantity
    if target.case.stored is not None:
        if target.case.stored.average_cost is None:
            return False
        cost -= target.case.stored.average_cost * target.case.stored.quantity
    left = before * source.lost
    return abs(cost - left) <= abs(left) * SAME_COST


def is_successor(here: Instrument, there: Instrument, ratio: Decimal) -> bool:
    """Whether it is a new con id of the same instrument; a roll to another expiry is a trade.

    Args:
        ratio: old units for one new one.
    """
    is_same = (here.symbol, here.sec_type, here.currency, here.expiry, here.right) == (
        there.symbol,
        there.sec_type,
        there.currency,
        there.expiry,
        there.right,
    )
    if not is_same or here.strike is None or there.strike is None:
        return is_same and here.strike == there.strike
    expected = here.strike * ratio
    return here.strike == there.strike or abs(there.strike - expected) <= expected * SAME_COST


def inferred(move: Move) -> Iterator[tuple[MatchedCase, Inference]]:
    source, target = move.source.case, move.target.case
    stored, holding = source.stored, target.holding
    assert stored is not None
    assert holding is not None
    yield (
        move.source,
        Inference(
            InferenceKind.MOVED,
            -move.left,
            note=message(
                "{quantity} moved to {place} at the same total cost, with no trade; nothing was "
                "realized",
                quantity=plain_text(abs(move.left)),
                place=place_of(move.target, move.source),
            ),
        ),
    )
    cost = stored.average_cost
    assert cost is not None
    yield (
        move.target,
        Inference(
            InferenceKind.MOVED,
            move.arrived,
            average_cost=cost * move.left / move.arrived,
            opened_at=stored.opened_at,
            moved_from_id=stored.id,
            note=message(
                "{quantity} came from {place} at the same total cost, with no trade; cost and "
                "opening date were kept",
                quantity=plain_text(abs(move.arrived)),
                place=place_of(move.source, move.target),
            ),
        ),
    )


def place_of(one: MatchedCase, other: MatchedCase) -> str:
    """What distinguishes one from the other: the account, or else the contract."""
    if one.case.account != other.case.account:
        return one.case.account
    return message("contract {id}", id=one.case.instrument.con_id)
