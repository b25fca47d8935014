"""The verbs' rows as sheets for Excel: the same columns as their CSV, typed, with totals."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from app.contract.json_rows import (
    CLOSE_KEYS,
    FLAT_CHANGE_KEYS,
    POSITION_KEYS,
    RUN_KEYS,
    Row,
    close_row,
    flat_change_row,
    joined,
    position_row,
    run_row,
)
from app.domain.model.amounts import sum_of_known
from app.domain.model.positions import Position, Source, StoredChange, StoredClose
from app.domain.model.runs import Run
from app.export.sheet import Heading, Kind, Sheet, Value

LOCAL_TIMES = "Times are in this computer's local time, percentages are numbers of Excel."
KINDS = {
    **dict.fromkeys(("con_id", "run_id"), Kind.WHOLE),
    **dict.fromkeys(
        ("positions_created", "positions_updated", "positions_closed", "total_ibkr_positions"),
        Kind.WHOLE,
    ),
    **dict.fromkeys(("multiplier", "quantity", "quantity_closed"), Kind.QUANTITY),
    **dict.fromkeys(
        ("strike", "average_cost", "market_price", "entry_price", "exit_price"), Kind.PRICE
    ),
    **dict.fromkeys(("market_value", "unrealized_pnl", "realized_pnl"), Kind.MONEY),
    **dict.fromkeys(("opened_at", "closed_at", "last_synced_at", "started_at"), Kind.TIME),
    "duration_s": Kind.NUMBER,
    "realized_pnl_pct": Kind.PERCENT,
    "expiry": Kind.DATE,
    "is_full_close": Kind.YES_NO,
}
FIGURES = (Kind.QUANTITY, Kind.PRICE, Kind.MONEY, Kind.PERCENT, Kind.NUMBER)
SUMMED = ("market_value", "unrealized_pnl")
Amount = Decimal | None


def positions_sheet(positions: Sequence[Position], *, is_closed: bool) -> Sheet:
    rows = [position_row(position) for position in positions]
    if is_closed:
        found = [
            (one.instrument.currency, one.realized_pnl, one.realized_source) for one in positions
        ]
        return sheet("Closed positions", POSITION_KEYS, rows, realized_totals("positions", found))
    headings = [Heading("currency", "currency"), Heading("positions", "positions", Kind.WHOLE)]
    for key in SUMMED:
        headings += [Heading(key, key, Kind.MONEY), unknown_heading(key)]
    groups = by_currency((one.instrument.currency, one) for one in positions)
    totals = tuple((currency, len(group), *sums(group)) for currency, group in groups)
    return sheet("Positions", POSITION_KEYS, rows, Sheet("Totals", tuple(headings), totals))


def sums(positions: Sequence[Position]) -> list[Value]:
    """Of each figure: the sum, and how many are not known."""
    found: list[Value] = []
    for key in SUMMED:
        amounts = [getattr(position, key) for position in positions]
        found += [sum_of_known(amounts), sum(1 for amount in amounts if amount is None)]
    return found


def closes_sheet(closes: Sequence[StoredClose]) -> Sheet:
    rows = [close_row(close) for close in closes]
    found = [(one.instrument.currency, one.close.realized_pnl, one.close.source) for one in closes]
    return sheet("Closes", CLOSE_KEYS, rows, realized_totals("closes", found))


def runs_sheet(runs: Sequence[Run]) -> Sheet:
    return sheet("Runs", RUN_KEYS, map(run_row, runs))


def changes_sheet(run: Run, changes: Sequence[StoredChange]) -> Sheet:
    """What one run changed; the run itself is in the notes."""
    row = run_row(run)
    of_run = "; ".join(f"{key}: {row[key]}" for key in RUN_KEYS if row[key] is not None)
    return sheet("Changes", FLAT_CHANGE_KEYS, map(flat_change_row, changes), None, of_run)


def sheet(
    name: str,
    keys: Sequence[str],
    rows: Iterable[Row],
    totals: Sheet | None = None,
    *notes: str,
) -> Sheet:
    headings = tuple(Heading(key, key, kind_of(key)) for key in keys)
    typed = tuple(
        tuple(typed_value(heading.kind, row[heading.key], heading.key) for heading in headings)
        for row in rows
    )
    return Sheet(name, headings, typed, totals, (*notes, LOCAL_TIMES))


def kind_of(key: str) -> Kind:
    return KINDS.get(key.rpartition(".")[2], Kind.TEXT)


def realized_totals(what: str, figures: Iterable[tuple[str, Amount, Source | None]]) -> Sheet:
    """Per currency, exact figures and estimates apart. Args: figures: (currency, P&L, source)."""
    headings = (
        Heading("currency", "currency"),
        Heading(what, what, Kind.WHOLE),
        Heading("realized_exact", "realized, exact", Kind.MONEY),
        Heading("realized_estimated", "realized, estimated", Kind.MONEY),
        unknown_heading("realized_pnl"),
    )
    groups = by_currency((currency, (pnl, source)) for currency, pnl, source in figures)
    return Sheet("Totals", headings, tuple(realized_row(*group) for group in groups))


def realized_row(currency: str, group: Sequence[tuple[Amount, Source | None]]) -> tuple[Value, ...]:
    """No source: nothing of the position was closed with a gain or loss, as when it moved away."""
    known = [(pnl, source) for pnl, source in group if pnl is not None]
    exact = [pnl for pnl, source in known if source is not Source.ESTIMATE]
    estimated = [pnl for pnl, source in known if source is Source.ESTIMATE]
    missing = sum(1 for pnl, source in group if pnl is None and source is not None)
    return currency, len(group), sum_of_known(exact), sum_of_known(estimated), missing


def unknown_heading(key: str) -> Heading:
    return Heading(f"{key}_unknown", f"{key}: rows without a figure", Kind.WHOLE)


def by_currency(found: Iterable[tuple[str, Any]]) -> list[tuple[str, list[Any]]]:
    groups: dict[str, list[Any]] = defaultdict(list)
    for currency, one in found:
        groups[currency].append(one)
    return sorted(groups.items())


def typed_value(kind: Kind, value: Any, key: str) -> Value:
    """A value of the JSON as what it stands for."""
    if value is None or isinstance(value, bool | int):
        return value
    if kind in FIGURES:
        return Decimal(str(value))
    if kind is Kind.TIME:
        return datetime.fromisoformat(value)
    if kind is Kind.DATE:
        return day_or_text(value)
    return joined(key, value) if isinstance(value, list) else str(value)


def day_or_text(text: str) -> Value:
    """IBKR names only the month of some expiries."""
    try:
        return date.fromisoformat(text) if len(text) == len("YYYYMMDD") else text
    except ValueError:
        return text
