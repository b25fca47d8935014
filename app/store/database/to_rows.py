"""Builds rows from domain values: one tuple per row, as stored, in the order of the model."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from operator import attrgetter

from app.domain.model.inferences import Inference
from app.domain.model.instruments import Instrument
from app.domain.model.positions import Change, Close, Identity, Position
from app.domain.model.runs import Counts, Run
from app.domain.model.snapshot import Fill
from app.domain.text.foreign_text import ERROR_LENGTH, NOTE_LENGTH, limited
from app.store.database.bulk import Row, Value
from app.store.database.codecs import decimal_text, utc_text

# What a run can change in a stored position.
mutable_fields = attrgetter(
    "quantity",
    "average_cost",
    "market_price",
    "market_value",
    "unrealized_pnl",
    "realized_pnl",
    "realized_source",
    "closed_at",
)


def instrument_row(instrument: Instrument) -> Row:
    return (
        instrument.con_id,
        instrument.symbol,
        instrument.sec_type,
        instrument.currency,
        instrument.exchange,
        decimal_text(instrument.multiplier),
        instrument.expiry,
        decimal_text(instrument.strike),
        instrument.right,
        instrument.local_symbol,
        instrument.trading_class,
        decimal_text(instrument.value_factor),
    )


def figures(position: Position) -> Row:
    """As `mutable_fields`, as stored."""
    return (
        decimal_text(position.quantity),
        decimal_text(position.average_cost),
        decimal_text(position.market_price),
        decimal_text(position.market_value),
        decimal_text(position.unrealized_pnl),
        decimal_text(position.realized_pnl),
        None if position.realized_source is None else position.realized_source.value,
        utc_text(position.closed_at),
    )


def position_row(
    position: Position,
    position_id: int,
    run_id: int | None,
    figures_now: Row | None = None,
    moved_from_id: int | None = None,
) -> Row:
    """Args: run_id: of the run that closed it, where one has; figures_now: its `figures`."""
    *values, closed_at = figures_now or figures(position)
    return (
        position_id,
        position.account,
        position.instrument.con_id,
        *values,
        utc_text(position.opened_at),
        closed_at,
        None if closed_at is None else run_id,
        moved_from_id,
    )


def close_row(close: Close, close_id: int, position_id: int, run_id: int) -> Row:
    return (
        close_id,
        position_id,
        run_id,
        decimal_text(close.quantity_closed),
        decimal_text(close.entry_price),
        decimal_text(close.exit_price),
        decimal_text(close.commission),
        decimal_text(close.cost),
        decimal_text(close.realized_pnl),
        close.source.value,
        utc_text(close.closed_at),
        int(close.is_full_close),
        "" if close.basis is None else close.basis.value,
    )


def change_row(
    change: Change,
    change_id: int,
    position_id: int | None,
    run_id: int,
    figures_now: Row | None = None,
) -> Row:
    """Args: position_id: None where the position is gone; figures_now: `figures` of `after`."""
    return (
        change_id,
        run_id,
        position_id,
        change.after.account,
        change.after.instrument.con_id,
        change.kind.value,  # sqlite3 adapts a str subclass again at each call
        None if change.before is None else change_text(figures(change.before)),
        change_text(figures_now or figures(change.after)),
        limited(change.note, NOTE_LENGTH),
    )


def change_text(figures_of: Row) -> str:
    """The fields of `StoredChange.before` and `.after`, as JSON: none of them needs an escape.

    Args:
        figures_of: a position's `figures`.
    """
    quantity, average_cost, market_price, _, _, realized_pnl, realized_source, _ = map(
        quoted, figures_of
    )
    return (
        f'{{"quantity": {quantity}, "average_cost": {average_cost}, '
        f'"market_price": {market_price}, "realized_pnl": {realized_pnl}, '
        f'"realized_source": {realized_source}}}'
    )


def quoted(text: Value) -> str:
    return "null" if text is None else f'"{text}"'


def fill_row(fill: Fill, run_id: int) -> Row:
    return (
        fill.stem,
        fill.exec_id,
        fill.revision,
        fill.account,
        fill.instrument.con_id,
        decimal_text(fill.quantity),
        decimal_text(fill.price),
        utc_text(fill.time),
        decimal_text(fill.commission),
        fill.commission_currency,
        decimal_text(fill.realized_pnl),
        run_id,
        None,
        None,
        decimal_text(fill.commission_rate),
        utc_text(fill.commission_rate_at),
        fill.trade_id,
        fill.transaction_id,
        None if fill.booking is None else fill.booking.value,
        int(fill.is_cancelled),
    )


def inference_rows(inferred: Iterable[tuple[Identity, Inference]], run_id: int) -> Iterator[Row]:
    """The rows, numbered within each identity."""
    places: dict[Identity, int] = {}
    for identity, one in inferred:
        place = places[identity] = places.get(identity, -1) + 1
        yield (
            run_id,
            *identity,
            place,
            one.kind.value,
            decimal_text(one.quantity),
            decimal_text(one.price),
            decimal_text(one.proceeds),
            "" if one.basis is None else one.basis.value,
            decimal_text(one.average_cost),
            utc_text(one.opened_at),
            one.moved_from_id,
            limited(one.note, NOTE_LENGTH),
            one.verdict,
        )


def run_values(run: Run, taken_at: datetime | None) -> dict[str, object]:
    """Column name -> value, for peewee's insert; the store gives the id."""
    counts = {name: getattr(run.counts, name) for name in Counts.__dataclass_fields__}
    return {
        "trigger": run.trigger,
        "account_id": run.account_id,
        "started_at": run.started_at,
        "duration_s": run.duration_s,
        "status": run.status,
        "error": None if run.error is None else limited(run.error, ERROR_LENGTH),
        "taken_at": taken_at,
        "undone_at": run.undone_at,
        "note": limited(run.note, NOTE_LENGTH),
        "calculate_pnl": run.calculate_pnl,
        **counts,
    }
