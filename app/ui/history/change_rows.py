"""Rows of the table of changes, from stored changes or from a plan. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from app.domain.model.positions import Change, ChangeKind, Position, Source, StoredChange


@dataclass(frozen=True, slots=True)
class ChangeFigures:
    """A position's figures before or after a change."""

    quantity: Decimal | None
    average_cost: Decimal | None
    realized_pnl: Decimal | None
    realized_source: Source | None


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """What happened to one position.

    Attributes:
        number: its place among the changes of its run.
        before: None if the position was created.
        position_id: the store's; None if the position does not exist (any more).
    """

    number: int
    account: str
    description: str
    kind: ChangeKind
    before: ChangeFigures | None
    after: ChangeFigures
    note: str = ""
    position_id: int | None = None


def rows_of_stored(changes: Iterable[StoredChange]) -> tuple[ChangeRow, ...]:
    return tuple(
        ChangeRow(
            number,
            change.account,
            change.description,
            change.kind,
            None if change.before is None else stored_figures(change.before),
            stored_figures(change.after),
            change.note,
            change.position_id,
        )
        for number, change in enumerate(changes)
    )


def rows_of_planned(changes: Iterable[Change]) -> tuple[ChangeRow, ...]:
    return tuple(
        ChangeRow(
            number,
            change.after.account,
            change.after.instrument.description,
            change.kind,
            None if change.before is None else figures(change.before),
            figures(change.after),
            change.note,
            change.after.id,
        )
        for number, change in enumerate(changes)
    )


def figures(position: Position) -> ChangeFigures:
    return ChangeFigures(
        position.quantity, position.average_cost, position.realized_pnl, position.realized_source
    )


def stored_figures(stored: Mapping[str, str | None]) -> ChangeFigures:
    source = stored.get("realized_source")
    return ChangeFigures(
        number(stored.get("quantity")),
        number(stored.get("average_cost")),
        number(stored.get("realized_pnl")),
        None if source is None else Source(source),
    )


def number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
