"""Applies a file's cancels to its fills, and drops fills that a correction replaced."""

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from decimal import Decimal

from app.domain.model.snapshot import Fill, FillKey
from app.domain.model.statements import Cancellation, order

# account, con id, and a kind with its number, or a quantity and a price
Clue = tuple[str, int, str | Decimal, str | Decimal]
Groups = dict[FillKey, list[int]]  # rows of one execution, by their places in the file


def resolved(
    fills: Sequence[Fill], cancels: Iterable[Cancellation]
) -> tuple[list[Fill], tuple[Cancellation, ...]]:
    """The final fills, and the cancels whose execution is not in the file.

    Cancels are matched first: the fill that one cancels can be a revision that another replaced.

    Args:
        fills: one per row, in the file's order.
    """
    groups = repeated(fills)
    copies = copies_in(fills, groups)
    cancelled, unmatched = matched(fills, copies, distinct(cancels))
    left_out = copies | replaced(fills, groups, copies, cancelled)
    final = [
        replace(fill, is_cancelled=True) if place in cancelled else fill
        for place, fill in enumerate(fills)
        if place not in left_out
    ]
    return final, tuple(unmatched)


def repeated(fills: Sequence[Fill]) -> Groups:
    """The executions with several rows. Compares hashes first, since a key for each row would
    need more memory than the rows."""
    seen: set[int] = set()
    repeated_hashes: set[int] = set()
    for fill in fills:
        known = hash(fill.key)
        (repeated_hashes if known in seen else seen).add(known)
    groups: Groups = {}
    if repeated_hashes:
        for place, fill in enumerate(fills):
            if hash(key := fill.key) in repeated_hashes:
                groups.setdefault(key, []).append(place)
    return groups


def copies_in(fills: Sequence[Fill], groups: Groups) -> set[int]:
    """Rows that occur twice in the file, whose statements may overlap."""
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
    """The cancels without duplicates, the most certain first."""
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
    """The places of the cancelled fills, one for each cancel, and the cancels without a fill."""
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
    """The places of the fills that could be cancelled, by everything that a cancel can name."""
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
    """What identifies the fill that a cancel means, the most certain first."""
    identity = (cancel.account, cancel.con_id)
    if cancel.orig_transaction_id:
        yield *identity, "transaction", cancel.orig_transaction_id
    if cancel.orig_trade_id:
        yield *identity, "trade", cancel.orig_trade_id
    yield *identity, -cancel.quantity, cancel.price


def is_taken_back(fill: Fill, cancel: Cancellation) -> bool:
    """Without transaction ids, only the price tells the cancelled fill from its replacement."""
    has_ids = fill.transaction_id and (cancel.transaction_id or cancel.orig_transaction_id)
    return cancel.cancels(fill) and bool(has_ids or fill.price == cancel.price)


def age(fill: Fill) -> tuple[tuple[int, str], int]:
    """The sort key by age: the oldest fill is the cancelled one, a later one its replacement."""
    return order(fill.transaction_id), fill.revision


def replaced(
    fills: Sequence[Fill],
    groups: Groups,
    copies: AbstractSet[int],
    cancelled: AbstractSet[int],
) -> set[int]:
    """Rows that were replaced by a higher revision, or by a later booking of the same one."""

    def precedence(place: int) -> tuple[int, bool, tuple[int, str], int]:
        fill = fills[place]
        return fill.revision, place not in cancelled, order(fill.transaction_id), place

    left_out: set[int] = set()
    for places in groups.values():
        rows = [place for place in places if place not in copies]
        left_out.update(rows)
        left_out.discard(max(rows, key=precedence))
    return left_out
