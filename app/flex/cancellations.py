"""What holds of a file's rows: cancels are matched to what they take back, corrections folded."""

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from decimal import Decimal

from app.domain.model.cancellations import Cancellation, order
from app.domain.model.snapshot import Fill, FillKey

# account, con id, and a number with its kind, or a quantity and a price
Clue = tuple[str, int, str | Decimal, str | Decimal]
Groups = dict[FillKey, list[int]]  # rows of one execution, by their places in the file


def resolved(
    fills: Sequence[Fill], cancels: Iterable[Cancellation]
) -> tuple[list[Fill], tuple[Cancellation, ...]]:
    """The fills as they stand, and the cancels whose execution is not in the file.

    Cancels are matched before corrections are folded: what they take back can be a revision that
    another one has replaced.

    Args:
        fills: one for each row, in the file's order.
    """
    groups = repeated(fills)
    copies = copies_in(fills, groups)
    cancelled, unmatched = matched(fills, copies, distinct(cancels))
    left_out = copies | replaced(fills, groups, copies, cancelled)
    standing = [
        replace(fill, is_cancelled=True) if place in cancelled else fill
        for place, fill in enumerate(fills)
        if place not in left_out
    ]
    return standing, tuple(unmatched)


def repeated(fills: Sequence[Fill]) -> Groups:
    """The executions of several rows. Hashes come first: a key for each row would need more room
    than the rows themselves."""
    seen: set[int] = set()
    again: set[int] = set()
    for fill in fills:
        known = hash(fill.key)
        (again if known in seen else seen).add(known)
    groups: Groups = {}
    if again:
        for place, fill in enumerate(fills):
            if hash(key := fill.key) in again:
                groups.setdefault(key, []).append(place)
    return groups


def copies_in(fills: Sequence[Fill], groups: Groups) -> set[int]:
    """Rows that a file has twice: its statements may overlap."""
    copies: set[int] = set()
    for places in groups.values():
        kept: list[Fill] = []
        for place in places:
            if fills[place] in kept:
                copies.add(place)
            else:
                kept.append(fills[place])
    return copies


def distinct(cancels: Iterable[Cancellation]) -> list[Cancellation]:
    """The surest first; one that names what it takes back is not counted twice."""
    kept: list[Cancellation] = []
    known: set[Cancellation] = set()
    for cancel in cancels:
        has_number = cancel.transaction_id or cancel.orig_trade_id or cancel.orig_transaction_id
        if not has_number or cancel not in known:
            kept.append(cancel)
            known.add(cancel)
    return sorted(kept, key=certainty)


def certainty(cancel: Cancellation) -> tuple[int, tuple[int, str]]:
    rank = 0 if cancel.orig_transaction_id else 1 if cancel.orig_trade_id else 2
    return rank, order(cancel.transaction_id)


def matched(
    fills: Sequence[Fill], copies: AbstractSet[int], cancels: Sequence[Cancellation]
) -> tuple[set[int], list[Cancellation]]:
    """The places of the fills that are taken back, one for each cancel; the cancels without one."""
    places = by_clue(fills, copies, {(cancel.account, cancel.con_id) for cancel in cancels})
    cancelled: set[int] = set()
    unmatched: list[Cancellation] = []
    for cancel in cancels:
        for clue in clues(cancel):
            found = [
                place
                for place in places.get(clue, ())
                if place not in cancelled and is_taken_back(fills[place], cancel)
            ]
            if found:
                cancelled.add(min(found, key=lambda place: (age(fills[place]), place)))
                break
        else:
            unmatched.append(cancel)
    return cancelled, unmatched


def by_clue(
    fills: Sequence[Fill], copies: AbstractSet[int], identities: AbstractSet[tuple[str, int]]
) -> dict[Clue, list[int]]:
    """Where the fills are that could be taken back, by whatever a cancel may name."""
    found: dict[Clue, list[int]] = {}
    for place, fill in enumerate(fills) if identities else ():
        if fill.identity in identities and place not in copies:
            for clue in (
                (*fill.identity, "transaction", fill.transaction_id),
                (*fill.identity, "trade", fill.trade_id),
                (*fill.identity, fill.quantity, fill.price),
            ):
                found.setdefault(clue, []).append(place)
    return found


def clues(cancel: Cancellation) -> Iterator[Clue]:
    """What tells which fill a cancel takes back, the surest first."""
    identity = (cancel.account, cancel.con_id)
    if cancel.orig_transaction_id:
        yield *identity, "transaction", cancel.orig_transaction_id
    if cancel.orig_trade_id:
        yield *identity, "trade", cancel.orig_trade_id
    yield *identity, -cancel.quantity, cancel.price


def is_taken_back(fill: Fill, cancel: Cancellation) -> bool:
    """Without transaction ids only the price tells what was cancelled from what replaced it."""
    has_ids = fill.transaction_id and (cancel.transaction_id or cancel.orig_transaction_id)
    return cancel.takes_back(fill) and bool(has_ids or fill.price == cancel.price)


def age(fill: Fill) -> tuple[tuple[int, str], int]:
    """The oldest is what is cancelled; what replaces it comes later."""
    return order(fill.transaction_id), fill.revision


def replaced(
    fills: Sequence[Fill],
    groups: Groups,
    copies: AbstractSet[int],
    cancelled: AbstractSet[int],
) -> set[int]:
    """Rows that a higher revision, or a later booking of the same one, has replaced."""

    def standing(place: int) -> tuple[int, bool, tuple[int, str], int]:
        fill = fills[place]
        return fill.revision, place not in cancelled, order(fill.transaction_id), place

    left_out: set[int] = set()
    for places in groups.values():
        rows = [place for place in places if place not in copies]
        left_out.update(rows)
        left_out.discard(max(rows, key=standing))
    return left_out
