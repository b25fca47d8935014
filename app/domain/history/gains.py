"""What an account gained from day to day: the change of its value without deposits. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from decimal import Decimal
from itertools import pairwise

from app.domain.history.portfolio_history import PortfolioPoint
from app.domain.model.amounts import WIDE, ZERO, exact_sum
from app.domain.model.statements import Deposit, KnownDeposits

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Gain:
    """What an account gained from one day with a value to the next.

    Attributes:
        since, day: the days of the two values.
        value: net liquidation at the end.
        deposited: less what was withdrawn; None where statements do not tell of all those days, or
            not in the base currency.
        gain: None where `deposited` is, and where the base currency changed.
        total: the sum of the known gains so far.
        is_complete: no gain so far was unknown.
    """

    since: date
    day: date
    currency: str
    value: Decimal
    deposited: Decimal | None
    gain: Decimal | None
    total: Decimal
    is_complete: bool


def gains(
    points: Iterable[PortfolioPoint], known: KnownDeposits, account: str, zone: tzinfo
) -> tuple[Gain, ...]:
    """The gains of one account; empty with fewer than two days of values.

    A deposit counts for the day of its statement. One that reached the account after that day's
    last sync makes that day's gain too small, and the next one's too large by as much.

    Args:
        points: oldest first; those of other accounts, of parts, and without a value are left out.
        zone: whose midnight parts the days: New York's for IBKR's statements.
    """
    days = {
        point.taken_at.astimezone(zone).date(): point
        for point in points
        if point.account == account and point.is_total and point.net_liquidation is not None
    }
    found: list[Gain] = []
    total, is_complete = ZERO, True
    for (since, before), (day, now) in pairwise(days.items()):
        value = value_of(now)
        deposited = deposited_between(known, account, since, day, now.currency)
        gain = None
        if deposited is not None and before.currency == now.currency:
            gain = exact_sum((value, value_of(before).copy_negate(), deposited.copy_negate()))
            total = exact_sum((total, gain))
        is_complete = is_complete and gain is not None
        found.append(Gain(since, day, now.currency, value, deposited, gain, total, is_complete))
    return tuple(found)


def value_of(point: PortfolioPoint) -> Decimal:
    assert point.net_liquidation is not None
    return point.net_liquidation


def deposited_between(
    known: KnownDeposits, account: str, since: date, until: date, base: str
) -> Decimal | None:
    """In the base currency, after the first day and up to the last; None if not all is known."""
    if not is_covered(known, account, since + ONE_DAY, until):
        return None
    amounts = [
        amount_in(base, one)
        for one in known.deposits
        if one.account == account and since < one.day <= until
    ]
    kept = [amount for amount in amounts if amount is not None]
    return exact_sum(kept) if len(kept) == len(amounts) else None


def amount_in(base: str, deposit: Deposit) -> Decimal | None:
    if deposit.currency == base:
        return deposit.amount
    if deposit.rate_to_base is None:
        return None
    return WIDE.multiply(deposit.amount, deposit.rate_to_base)


def is_covered(known: KnownDeposits, account: str, first: date, last: date) -> bool:
    """Whether the periods, which may overlap, hold every one of these days."""
    periods: Sequence[tuple[date, date]] = sorted(
        (one.from_day, one.to_day) for one in known.periods if one.account == account
    )
    for start, end in periods:
        if start <= first <= end:
            first = end + ONE_DAY
        if first > last:
            return True
    return False
