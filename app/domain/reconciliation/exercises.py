"""Recognises exercises and assignments: options vanish, and their underlying moves to match. Pure.

TWS reports neither as an execution (contract, section 2): the option is gone, and the account
holds contracts × multiplier more or less of the underlying, in the matching direction.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import combinations

from app.domain.model.amounts import ZERO
from app.domain.model.inferences import Inference, InferenceKind
from app.domain.model.instruments import Instrument, plain
from app.domain.model.positions import EstimateBasis, Identity
from app.domain.model.snapshot import Fill
from app.domain.reconciliation.exercise_notes import (
    note_of_delivery,
    note_of_option,
    verdict_on_option,
)
from app.domain.reconciliation.expiries import has_expired
from app.domain.reconciliation.fill_matching import SAME_COST
from app.domain.reconciliation.matched_cases import MatchedCase
from app.domain.reconciliation.split_detection import replay_with_split
from app.domain.reconciliation.trade_replay import TradeReplay
from app.domain.text.messages import message

MOST_OPTIONS = 12  # of one underlying at once: all combinations are tried
DELIVERS = {"OPT": "STK", "WAR": "STK", "IOPT": "STK", "FOP": "FUT"}
# IBKR's average costs are doubles: a sum of them is exact to the cent, not to its last digit.
EXACT, DOUBLE = Decimal("0.0001"), Decimal("1e-9")

Inferences = dict[Identity, list[Inference]]


@dataclass(frozen=True, slots=True)
class Exercise:
    """Exercised or assigned contracts of an option, and their delivery.

    Attributes:
        contracts: signed as they were held.
        delivered: the signed change of the underlying's quantity.
    """

    option: MatchedCase
    contracts: Decimal
    delivered: Decimal

    @property
    def instrument(self) -> Instrument:
        return self.option.case.instrument

    @property
    def kind(self) -> InferenceKind:
        return InferenceKind.EXERCISED if self.contracts > 0 else InferenceKind.ASSIGNED

    @property
    def strike(self) -> Decimal:
        assert self.instrument.strike is not None
        return self.instrument.strike

    @property
    def cost(self) -> Decimal | None:
        """The cost of these contracts, in currency, signed as they were held."""
        average = average_cost_after_fills(self.option)
        return None if average is None else average * self.contracts


def find_exercises(matched: Sequence[MatchedCase], now: datetime) -> Inferences:
    """The inferences for options and their underlyings; empty if nothing was exercised.

    Args:
        matched: all that changed, including new underlyings.
    """
    options: dict[tuple[str, str, str, str], list[MatchedCase]] = defaultdict(list)
    for one in matched:
        instrument = one.case.instrument
        if one.lost and instrument.strike is not None and instrument.right in ("C", "P"):
            delivers = DELIVERS.get(instrument.sec_type, "")
            key = one.case.account, instrument.symbol, instrument.currency, delivers
            options[key].append(one)
    found: Inferences = {}
    for underlying in matched:
        if not underlying.residual or underlying.is_untraded:
            continue
        instrument = underlying.case.instrument
        key = underlying.case.account, instrument.symbol, instrument.currency, instrument.sec_type
        candidates = options.get(key)
        exercises = candidates and match(candidates, underlying, now)
        if exercises and not fits_a_split_better(exercises, underlying, now):
            taken = {id(exercise.option) for exercise in exercises}
            options[key] = [one for one in candidates or () if id(one) not in taken]
            found |= inferred(exercises, underlying, now)
    return found


def match(
    options: Sequence[MatchedCase], underlying: MatchedCase, now: datetime
) -> list[Exercise] | None:
    """The options whose delivery equals the underlying's change exactly; None if there are none.

    Options that had not expired come first, because nothing else explains that they are gone; then
    fewer options are preferred. One option can be assigned in part.
    """
    whole = [made for one in options if (made := exercise_of(one, underlying))]
    if len(whole) > MOST_OPTIONS:
        whole = whole[:MOST_OPTIONS]
    best: list[Exercise] | None = None
    best_rank = None
    for size in range(1, len(whole) + 1):
        for chosen in combinations(whole, size):
            if sum((one.delivered for one in chosen), ZERO) == underlying.residual:
                early = sum(not has_expired(one.instrument, now) for one in chosen)
                rank = -early, size
                if best_rank is None or rank < best_rank:
                    best, best_rank = list(chosen), rank
    return best or with_a_part(whole, underlying.residual)


def with_a_part(whole: Sequence[Exercise], wanted: Decimal) -> list[Exercise] | None:
    """One option, some of whose contracts deliver exactly the wanted quantity."""
    for one in whole:
        contracts = one.contracts * wanted / one.delivered
        is_part = 0 < contracts / one.contracts < 1
        if is_part and contracts == contracts.to_integral_value():
            return [Exercise(one.option, contracts, wanted)]
    return None


def exercise_of(option: MatchedCase, underlying: MatchedCase) -> Exercise | None:
    """The exercise of all contracts that are gone; None if it cannot be computed."""
    instrument, unit = option.case.instrument, underlying.case.instrument.multiplier
    if not unit:
        return None
    each = instrument.multiplier / unit * (1 if instrument.right == "C" else -1)
    return Exercise(option, option.lost, option.lost * each)


def inferred(exercises: Sequence[Exercise], underlying: MatchedCase, now: datetime) -> Inferences:
    """The underlying's deliveries at the strikes, and the options' closes at the cost moved."""
    case = underlying.case
    name = case.instrument.description
    found: Inferences = {case.identity: list(legs(exercises))}
    for exercise, proceeds in shared(exercises, cost_moved(exercises, underlying, now)):
        found[exercise.option.case.identity] = [
            Inference(
                exercise.kind,
                -exercise.contracts,
                proceeds=proceeds,
                basis=EstimateBasis.COST,
                note=note_of_option(exercise.kind, exercise.delivered, name, exercise.strike),
                verdict=verdict_on_option(proceeds, name),
            )
        ]
    return found


def legs(exercises: Sequence[Exercise]) -> Iterator[Inference]:
    for exercise in exercises:
        yield Inference(
            InferenceKind.DELIVERED,
            exercise.delivered,
            price=exercise.strike,
            basis=EstimateBasis.STRIKE,
            note=note_of_delivery(
                exercise.kind,
                exercise.instrument.description,
                exercise.delivered,
                exercise.strike,
            ),
            verdict=message("so the P&L is estimated at that price"),
        )


def cost_moved(
    exercises: Sequence[Exercise], underlying: MatchedCase, now: datetime
) -> Decimal | None:
    """The part of the underlying's new total cost that trades and strikes do not explain.

    It is the options' premium, as far as IBKR has moved it (contract, section 3).

    Returns:
        In currency, signed as the options' cost; None if an average cost is unknown.
    """
    case = underlying.case
    replay = replay_fills(underlying)
    replay.fills(delivery(one, underlying, now) for one in exercises)
    last = replay.lifecycles[-1]
    if case.holding is None or last.closed_at is not None:
        return ZERO
    if last.average_cost is None or case.holding.average_cost is None:
        return None
    reported = case.holding.average_cost * case.holding.quantity
    moved = reported - last.average_cost * last.quantity
    return round_cost(moved) if abs(moved) >= abs(reported) * DOUBLE else ZERO


def fits_a_split_better(
    exercises: Sequence[Exercise], underlying: MatchedCase, now: datetime
) -> bool:
    """Whether IBKR's new total cost of the underlying fits a split better than the exercises.

    After an exercise the cost differs by the strikes, with or without the premium. If both fit
    equally, the missing option decides for the exercise.
    """
    if underlying.rival is None:
        return False
    case = underlying.case
    moved = cost_moved(exercises, underlying, now)
    last = replay_fills(underlying.rival).lifecycles[-1]
    cost = last.average_cost
    if case.holding is None or case.holding.average_cost is None or cost is None or moved is None:
        return True
    kept = cost * last.quantity
    reported = case.holding.average_cost * case.holding.quantity
    premium = sum((exercise.cost or ZERO for exercise in exercises), ZERO)
    return min(abs(moved), abs(moved - premium)) > abs(reported - kept)


def round_cost(amount: Decimal) -> Decimal:
    """To a hundredth of a cent, without trailing zeros."""
    rounded = amount.quantize(EXACT)
    return Decimal(plain(rounded)) if rounded else ZERO


def delivery(exercise: Exercise, underlying: MatchedCase, now: datetime) -> Fill:
    """The delivery as if it had been traded at the strike."""
    case = underlying.case
    return Fill("", case.account, case.instrument, exercise.delivered, exercise.strike, now)


def shared(
    exercises: Sequence[Exercise], moved: Decimal | None
) -> Iterator[tuple[Exercise, Decimal | None]]:
    """Each exercise with its share of the cost that IBKR moved.

    The share is its own premium if all premiums were moved in full, else it is proportional to the
    quantity delivered.
    """
    costs = [exercise.cost for exercise in exercises]
    known = [cost for cost in costs if cost is not None]
    if moved is not None and len(known) == len(costs):
        total = sum(known, ZERO)
        if moved and abs(moved - total) <= abs(total) * SAME_COST:
            for exercise, cost in zip(exercises, known, strict=True):
                yield exercise, cost + (moved - total if exercise is exercises[-1] else ZERO)
            return
    delivered = sum((abs(exercise.delivered) for exercise in exercises), ZERO)
    for exercise in exercises:
        share = abs(exercise.delivered) / delivered
        yield exercise, None if moved is None else moved * share


def average_cost_after_fills(option: MatchedCase) -> Decimal | None:
    """Currency per contract, just before the contracts were exercised."""
    lifecycles = replay_fills(option).lifecycles
    return lifecycles[-1].average_cost if lifecycles else None


def replay_fills(matched: MatchedCase) -> TradeReplay:
    """What the used fills, and a split among them, make of the stored position."""
    case = matched.case
    replay = TradeReplay(case.instrument, case.stored, last_price=None, known_cost=None)
    if matched.split is not None:
        replay_with_split(replay, matched.split)
    else:
        replay.fills(matched.used)
    return replay
