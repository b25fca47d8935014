"""The JSON schemas of the API's answers."""

from enum import StrEnum
from typing import Any

from app.domain.model.positions import ChangeKind, Source
from app.domain.model.runs import RunStatus, Trigger
from app.domain.portfolio.realized_totals import Period

Schema = dict[str, Any]


def reference(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def record(**properties: Schema) -> Schema:
    """An object with exactly these keys."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def merged(*records: Schema) -> Schema:
    """An object with the keys of all of them."""
    return record(**{key: value for one in records for key, value in one["properties"].items()})


def items(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


def one_of(values: type[StrEnum]) -> Schema:
    return {"type": "string", "enum": [value.value for value in values]}


TEXT, WHOLE, NUMBER, SWITCH = (
    {"type": kind} for kind in ("string", "integer", "number", "boolean")
)
TEXT_OR_NULL: Schema = {"type": ["string", "null"]}
WHOLE_OR_NULL: Schema = {"type": ["integer", "null"]}
FIGURE: Schema = {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}
FIGURE_OR_NULL: Schema = {"type": ["string", "null"], "pattern": FIGURE["pattern"]}
TIME: Schema = {"type": "string", "format": "date-time"}
TIME_OR_NULL: Schema = {"type": ["string", "null"], "format": "date-time"}
OBJECT_OR_NULL: Schema = {"type": ["object", "null"]}

STATISTICS = record(
    total_syncs=WHOLE,
    successful_syncs=WHOLE,
    failed_syncs=WHOLE,
    positions_created=WHOLE,
    positions_updated=WHOLE,
    positions_closed=WHOLE,
    callback_triggers=WHOLE,
    last_error=TEXT_OR_NULL,
)
STATUS = record(
    status={"const": "success"},
    enabled=SWITCH,
    ibkr_connected=SWITCH,
    last_sync_time=TIME_OR_NULL,
    last_sync_minutes_ago={"type": ["number", "null"]},
    stats=reference("Statistics"),
    callbacks_registered=SWITCH,
)
SYNC = record(
    status=one_of(RunStatus),
    success=SWITCH,
    account_id=TEXT,
    positions_created=WHOLE,
    positions_updated=WHOLE,
    positions_closed=WHOLE,
    total_ibkr_positions=WHOLE,
    increased=WHOLE,
    reduced=WHOLE,
    reversed=WHOLE,
    adjusted=WHOLE,
    duration_s=NUMBER,
    run_id=WHOLE_OR_NULL,
    error=TEXT_OR_NULL,
    stats={"anyOf": [reference("Statistics"), {"type": "null"}]},
)
ERROR = record(detail=TEXT)
HELD_CLOSE = record(account=TEXT, con_id=WHOLE, symbol=TEXT, quantity=FIGURE)
POSITION = record(
    account=TEXT,
    con_id=WHOLE,
    symbol=TEXT,
    local_symbol=TEXT,
    sec_type=TEXT,
    currency=TEXT,
    exchange=TEXT,
    multiplier=FIGURE,
    expiry=TEXT_OR_NULL,
    strike=FIGURE_OR_NULL,
    right=TEXT_OR_NULL,
    quantity=FIGURE,
    average_cost=FIGURE_OR_NULL,
    market_price=FIGURE_OR_NULL,
    market_value=FIGURE_OR_NULL,
    unrealized_pnl=FIGURE_OR_NULL,
    realized_pnl=FIGURE_OR_NULL,
    realized_source=TEXT_OR_NULL,
    opened_at=TIME,
    closed_at=TIME_OR_NULL,
    last_synced_at=TIME,
    note=TEXT_OR_NULL,
    tags=items(TEXT),
)
CLOSE = record(
    account=TEXT,
    con_id=WHOLE,
    symbol=TEXT,
    quantity_closed=FIGURE,
    entry_price=FIGURE_OR_NULL,
    exit_price=FIGURE_OR_NULL,
    realized_pnl=FIGURE_OR_NULL,
    realized_pnl_pct=FIGURE_OR_NULL,
    source=one_of(Source),
    closed_at=TIME,
    is_full_close=SWITCH,
    run_id=WHOLE_OR_NULL,
    exec_ids=items(TEXT),
)
RUN = record(
    run_id=WHOLE,
    trigger=one_of(Trigger),
    account_id=TEXT,
    started_at=TIME,
    duration_s=NUMBER,
    status=one_of(RunStatus),
    error=TEXT_OR_NULL,
    positions_created=WHOLE,
    positions_updated=WHOLE,
    positions_closed=WHOLE,
    total_ibkr_positions=WHOLE,
)
CHANGE = record(
    account=TEXT,
    con_id=WHOLE,
    symbol=TEXT,
    kind=one_of(ChangeKind),
    before=OBJECT_OR_NULL,
    after=OBJECT_OR_NULL,
)
REALIZED_SUM = record(
    total=FIGURE_OR_NULL,
    exact=FIGURE_OR_NULL,
    estimated=FIGURE_OR_NULL,
    closes=WHOLE,
    closes_without_figure=WHOLE,
    lacking_rates=items(TEXT),
)
RATE = record(currency=TEXT, base=TEXT, rate=FIGURE, as_of=TIME)
SUMMARY = record(
    account=TEXT,
    currency=TEXT,
    is_base=SWITCH,
    net_liquidation=FIGURE_OR_NULL,
    cash=FIGURE_OR_NULL,
    market_value=FIGURE_OR_NULL,
    unrealized_pnl=FIGURE_OR_NULL,
    positions=WHOLE,
    realized=record(**{period.value: reference("RealizedSum") for period in Period}),
    lacking_rates=items(TEXT),
    rates=items(reference("Rate")),
)
BALANCE_CHECK = record(
    account=TEXT,
    figure=TEXT,
    currency=TEXT_OR_NULL,
    ours=FIGURE,
    ibkr=FIGURE,
    difference=FIGURE,
    tolerance=FIGURE,
    matches=SWITCH,
    cause=TEXT_OR_NULL,
)
SCHEMAS: dict[str, Schema] = {
    "Error": ERROR,
    "Sync": SYNC,
    "FailedSync": merged(ERROR, SYNC),
    "HeldSync": merged(ERROR, SYNC, record(held=items(reference("HeldClose")))),
    "HeldClose": HELD_CLOSE,
    "Status": STATUS,
    "Statistics": STATISTICS,
    "Position": POSITION,
    "Close": CLOSE,
    "Run": RUN,
    "RunWithChanges": merged(RUN, record(changes=items(reference("Change")))),
    "Change": CHANGE,
    "Portfolio": record(
        as_of=TIME_OR_NULL,
        rows=items(reference("AccountSummary")),
        balance_checks=items(reference("BalanceCheck")),
    ),
    "AccountSummary": SUMMARY,
    "RealizedSum": REALIZED_SUM,
    "Rate": RATE,
    "BalanceCheck": BALANCE_CHECK,
}
