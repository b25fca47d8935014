"""What of the portfolio's change over time is a gain, and what is a deposit or a withdrawal."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from decimal import Decimal

from app.domain.charts.money import ChartCurrency
from app.domain.charts.value import ValuePoint
from app.domain.history.gains import Gain, amount_in, gains
from app.domain.history.portfolio_history import PortfolioPoint
from app.domain.model.amounts import ZERO, exact_sum
from app.domain.model.statements import KnownDeposits


@dataclass(frozen=True, slots=True)
class DayGain:
    """The gain of all chosen accounts from one day with a value to the next.

    Attributes:
        point: the number of the day's last point.
        deposited: less what was withdrawn; None where statements do not tell.
        gain: the change of net liquidation without it; None where it is unknown.
        total: of the known gains so far.
        is_complete: no gain so far was unknown.
    """

    point: int
    deposited: Decimal | None
    gain: Decimal | None
    total: Decimal
    is_complete: bool


@dataclass(frozen=True, slots=True)
class DepositMark:
    """Deposits less withdrawals of one day's statement; None where a rate is unknown."""

    day: date
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class ValueChange:
    """From the first point with a net liquidation to the last.

    Attributes:
        total: None with fewer than two.
        deposited, gain: of the days of which statements tell; None where they tell of none.
        is_complete: they tell of all days.
    """

    total: Decimal | None = None
    deposited: Decimal | None = None
    gain: Decimal | None = None
    is_complete: bool = False


def account_gains(
    points: Iterable[PortfolioPoint], known: KnownDeposits, accounts: Collection[str], zone: tzinfo
) -> tuple[tuple[Gain, ...], ...]:
    """Of each account. Args: zone: see `gains`."""
    own: dict[str, list[PortfolioPoint]] = {account: [] for account in accounts}
    for point in points:
        if point.account in own:
            own[point.account].append(point)
    return tuple(gains(mine, known, account, zone) for account, mine in own.items())


def day_gains(
    points: Sequence[ValuePoint], by_account: Sequence[Sequence[Gain]], code: str, zone: tzinfo
) -> tuple[DayGain, ...]:
    """By day, from the first one with a net liquidation on, at which nothing is gained yet.

    Where accounts were not synced on the same days, an account's gain counts on the day of its
    next value, as it does in the points.

    Args:
        by_account: see `account_gains`.
        code: of the base currency.
    """
    days = {
        point.at.astimezone(zone).date(): number
        for number, point in enumerate(points)
        if point.net_liquidation is not None
    }
    if not days:
        return ()
    first, *later = days.items()
    cursors = [
        next((n for n, gain in enumerate(own) if gain.day > first[0]), len(own))
        for own in by_account
    ]
    found = [DayGain(first[1], ZERO, ZERO, ZERO, is_complete=True)]
    for day, number in later:
        new: list[Gain] = []
        for account, own in enumerate(by_account):
            while cursors[account] < len(own) and own[cursors[account]].day <= day:
                new.append(own[cursors[account]])
                cursors[account] += 1
        known = [one for one in new if one.currency == code]
        deposits = [one.deposited for one in known if one.deposited is not None]
        amounts = [one.gain for one in known if one.gain is not None]
        is_known = len(amounts) == len(new)
        before = found[-1]
        gain = exact_sum(amounts) if is_known else None
        found.append(
            DayGain(
                number,
                exact_sum(deposits) if len(deposits) == len(new) else None,
                gain,
                exact_sum((before.total, gain or ZERO)),
                is_complete=before.is_complete and is_known,
            )
        )
    return tuple(found)


def deposit_marks(
    known: KnownDeposits,
    accounts: Collection[str],
    currency: ChartCurrency,
    days: tuple[date, date],
) -> tuple[DepositMark, ...]:
    """By day. Args: days: after the first and up to the last."""
    amounts: defaultdict[date, list[Decimal | None]] = defaultdict(list)
    first, last = days
    for one in known.deposits:
        is_meant = currency.is_base or one.currency == currency.code
        if is_meant and one.account in accounts and first < one.day <= last:
            amounts[one.day].append(amount_in(currency.code, one))
    marks = []
    for day, own in sorted(amounts.items()):
        sure = [amount for amount in own if amount is not None]
        marks.append(DepositMark(day, exact_sum(sure) if len(sure) == len(own) else None))
    return tuple(mark for mark in marks if mark.amount != ZERO)


def value_change(points: Sequence[ValuePoint], days: Sequence[DayGain]) -> ValueChange:
    """Args: days: see `day_gains`; empty where they are not told."""
    values = [one.net_liquidation for one in points if one.net_liquidation is not None]
    if len(values) < 2:
        return ValueChange()
    total = exact_sum((values[-1], values[0].copy_negate()))
    told = [day for day in days[1:] if day.gain is not None]
    if not told:
        return ValueChange(total)
    return ValueChange(
        total,
        exact_sum(day.deposited or ZERO for day in told),
        days[-1].total,
        is_complete=days[-1].is_complete,
    )
