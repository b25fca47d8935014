"""The rows of live P&L, strictly decoded."""

from dataclasses import dataclass
from decimal import Decimal

from app.broker.protocol.field_parsing import expect, parse_double, whole

ACCOUNT_FIELDS = 5
HOLDING_FIELDS = 7


@dataclass(frozen=True, slots=True)
class PnlRow:
    """One row of message 94 or 95; `value` is None for an account."""

    request_id: int
    daily: Decimal | None
    unrealized: Decimal | None
    realized: Decimal | None
    value: Decimal | None = None


def account_pnl_row(fields: list[str]) -> PnlRow:
    """Message 94: id, request id, daily, unrealized and realized P&L of an account."""
    expect(fields, ACCOUNT_FIELDS, "a P&L")
    return PnlRow(whole(fields[1], "request id"), *map(parse_double, fields[2:]))


def holding_pnl_row(fields: list[str]) -> PnlRow:
    """Message 95: id, request id, size, the three P&L figures and the value of a holding."""
    expect(fields, HOLDING_FIELDS, "a P&L")
    return PnlRow(whole(fields[1], "request id"), *map(parse_double, fields[3:]))
