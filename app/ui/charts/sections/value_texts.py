"""What the chart of the portfolio's value says in words. Pure."""

from collections.abc import Sequence

from app.domain.charts.value import ValueHistory, ValuePoint
from app.domain.charts.value_gains import DayGain, DepositMark, ValueChange
from app.domain.text.messages import tr, tr_plural
from app.ui.style.formatting import Formats

MOST_MARKS = 5  # that are read out one by one


def point_text(point: ValuePoint, gain: DayGain | None, currency: str, formats: Formats) -> str:
    """Args: gain: of the point's day; None for a point that is not its day's last."""
    values = {
        "time": formats.time(point.at),
        "net": formats.money(point.net_liquidation),
        "market": formats.money(point.market_value),
        "cash": formats.money(point.cash),
        "currency": currency,
    }
    if point.is_derived:
        text = tr(
            "{time}: net liquidation {net} {currency}, market value ≈ {market}, cash {cash}, "
            "derived from quantities and prices",
            **values,
        )
    else:
        text = tr(
            "{time}: net liquidation {net} {currency}, market value {market}, cash {cash}", **values
        )
    return text if gain is None else "; ".join((text, *day_texts(gain, formats)))


def day_texts(gain: DayGain, formats: Formats) -> list[str]:
    if gain.gain is None:
        return [tr("the day's gain is unknown without a statement of its deposits")]
    parts = []
    if gain.deposited:
        parts.append(tr("deposited {amount}", amount=formats.gain(gain.deposited)))
    total, own = total_text(gain, formats), formats.gain(gain.gain)
    parts.append(tr("gained {gain}, since the first day {total}", gain=own, total=total))
    return parts


def total_text(gain: DayGain, formats: Formats) -> str:
    """An incomplete sum is marked."""
    total = formats.gain(gain.total)
    return total if gain.is_complete else tr("{total} (incomplete)", total=total)


def value_sentence(points: Sequence[ValuePoint], currency: str, formats: Formats) -> str:
    known = [point for point in points if point.net_liquidation is not None]
    first, last = (known[0], known[-1]) if known else (points[0], points[-1])
    values = {
        "first_time": formats.time(first.at),
        "last_time": formats.time(last.at),
        "currency": currency,
    }
    if known:
        text = tr(
            "Net liquidation from {first} {currency} on {first_time} to {last} on {last_time}.",
            first=formats.money(first.net_liquidation),
            last=formats.money(last.net_liquidation),
            **values,
        )
    else:
        text = tr(
            "Market value from {first} {currency} on {first_time} to {last} on {last_time}.",
            first=formats.money(first.market_value),
            last=formats.money(last.market_value),
            **values,
        )
    gaps = sum(point.is_after_gap for point in points)
    if not gaps:
        return text
    gap = tr_plural(
        "{count} gap without a sync.",
        "{count} gaps without a sync.",
        gaps,
        count=formats.count(gaps),
    )
    return f"{text} {gap}"


def value_note(found: ValueHistory, change: ValueChange, formats: Formats, *, is_base: bool) -> str:
    """What is not in the chart, and what would bring it."""
    parts = []
    if found.left_out:
        text = tr_plural(
            "{count} sync is left out, because not every account's value is known at that time.",
            "{count} syncs are left out, because not every account's value is known at their time.",
            found.left_out,
            count=formats.count(found.left_out),
        )
        parts.append(text)
    if is_base and change.total is not None and not change.is_complete:
        text = tr(
            "Gains are known only for days that are covered by a Flex statement with the section "
            "Cash Transactions, which has the deposits."
        )
        parts.append(text)
    return " ".join(parts)


def marks_text(marks: Sequence[DepositMark], currency: str, formats: Formats) -> str:
    """Each of a few; how many they are, if they are more."""
    if len(marks) <= MOST_MARKS:
        return " ".join(mark_text(mark, currency, formats) for mark in marks)
    return tr_plural(
        "{count} day with a deposit or a withdrawal.",
        "{count} days with a deposit or a withdrawal.",
        len(marks),
        count=formats.count(len(marks)),
    )


def mark_text(mark: DepositMark, currency: str, formats: Formats) -> str:
    day = formats.day(mark.day)
    if mark.amount is None:
        return tr("{day}: deposit or withdrawal of an unknown amount.", day=day)
    amount = formats.money(abs(mark.amount))
    if mark.amount < 0:
        return tr(
            "{day}: withdrawal {amount} {currency}.", day=day, amount=amount, currency=currency
        )
    return tr("{day}: deposit {amount} {currency}.", day=day, amount=amount, currency=currency)
