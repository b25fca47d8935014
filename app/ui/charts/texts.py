"""What the charts say in words: read-outs of points, and a sentence about the whole. Pure."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from app.domain.charts.allocation import Allocation, Share
from app.domain.charts.paid import Payer, TradeStatistics
from app.domain.charts.ranges import DAY, BarLength
from app.domain.charts.realized import RealizedBar, RealizedSums
from app.domain.charts.value import ValueHistory, ValuePoint
from app.domain.charts.value_gains import DayGain, DepositMark, ValueChange
from app.domain.portfolio.fx_rates import Rate
from app.ui.style.formatting import ALMOST, DASH, Formats

MOST_MARKS = 5  # that are read out one by one
FEWEST = 3  # points that make a chart
TOO_FEW = {
    0: "Nothing to draw in this period.",
    1: "Only one {what} so far; the table shows it. A chart needs three.",
    2: "Only two {what} so far; the table shows them. A chart needs three.",
}


def too_few_text(count: int, one: str, several: str) -> str:
    """Args: one, several: what they are."""
    return TOO_FEW[count].format(what=one if count == 1 else several)


def in_currency(title: str, code: str) -> str:
    return f"{title}, {code}" if code else title


def period_text(bar: RealizedBar, length: BarLength, formats: Formats) -> str:
    if length is BarLength.DAY:
        return formats.day(bar.start)
    if length is BarLength.WEEK:
        return f"{formats.day(bar.start)} – {formats.day(bar.end - DAY)}"
    return formats.month(bar.start) if length is BarLength.MONTH else str(bar.start.year)


def amount_text(sums: RealizedSums, currency: str, formats: Formats) -> str:
    """ "+120.00 USD (≈ +20.00 of it estimated), 3 closes, 1 unknown"."""
    totals = sums.totals
    text = "unknown" if sums.net is None else f"{formats.gain(sums.net)} {currency}"
    if totals.estimated is not None:
        text += f" ({ALMOST} {formats.gain(totals.estimated)} of it estimated)"
    closes = totals.closes + sums.lacking
    text += f", {plural(closes, 'close', formats)}"
    if totals.unknown:
        text += f", {formats.count(totals.unknown)} unknown"
    if sums.lacking:
        text += f", {formats.count(sums.lacking)} without a rate"
    return text


def bar_text(
    bar: RealizedBar, length: BarLength, total: Decimal, currency: str, formats: Formats
) -> str:
    own = amount_text(bar.sums, currency, formats)
    period = period_text(bar, length, formats)
    return f"{period}: {own}; running total {formats.gain(total)}"


def realized_sentence(
    bars: Sequence[RealizedBar], sums: RealizedSums, currency: str, formats: Formats
) -> str:
    known = [bar for bar in bars if bar.sums.net is not None]
    if not known:
        return "Realized P&L: no figure is known in this period."
    best = max(known, key=lambda bar: bar.sums.net or 0)
    worst = min(known, key=lambda bar: bar.sums.net or 0)
    return (
        f"Realized P&L from {formats.day(bars[0].start)} to {formats.day(bars[-1].end - DAY)}: "
        f"{amount_text(sums, currency, formats)}. Best {formats.gain(best.sums.net)} "
        f"from {formats.day(best.start)}, worst {formats.gain(worst.sums.net)} "
        f"from {formats.day(worst.start)}."
    )


def share_title(share: Share, formats: Formats) -> str:
    return share.name if not share.lumped else f"{formats.count(share.lumped)} others"


def share_text(share: Share, weight: Decimal | None, currency: str, formats: Formats) -> str:
    side = "short" if share.is_short else "long"
    text = (
        f"{share_title(share, formats)}, {side}: {formats.money(share.value)} {currency}, "
        f"{formats.share(weight)}"
    )
    if share.unrealized is None:
        return f"{text}, unrealized P&L unknown"
    return f"{text}, unrealized {formats.gain(share.unrealized)}"


def allocation_sentence(found: Allocation, currency: str, formats: Formats) -> str:
    text = f"Allocation: long {formats.money(found.long)} {currency}"
    if found.short:
        text += f", short {formats.money(found.short)} {currency}"
    largest = max(found.weighted, key=lambda pair: abs(pair[0].value), default=None)
    if largest is not None:
        share, weight = largest
        text += f"; the largest is {share_title(share, formats)} with {formats.share(weight)}"
    return f"{text}.{left_out_text(found.unknown, found.lacking, formats)}"


def left_out_text(unknown: int, lacking: int, formats: Formats) -> str:
    text = ""
    if unknown:
        text += f" {plural(unknown, 'position', formats)} without a market value left out."
    if lacking:
        text += f" {plural(lacking, 'position', formats)} without an exchange rate left out."
    return text


def payer_text(payer: Payer, currency: str, formats: Formats) -> str:
    text = (
        f"{payer.underlying}: {formats.gain(payer.total)} {currency}, realized "
        f"{formats.gain(payer.realized.net)}, unrealized {formats.gain(payer.unrealized)}"
    )
    if payer.left_out:
        text += f"; {formats.count(payer.left_out)} unknown and not in it"
    return text


def paid_sentence(found: Sequence[Payer], currency: str, formats: Formats) -> str:
    if not found:
        return "What paid: nothing in this period."
    known = [payer for payer in found if payer.total is not None]
    if not known:
        return "What paid, by underlying: no figure is known in this period."
    best, worst = known[0], known[-1]
    return (
        f"What paid, by underlying: {plural(len(found), 'underlying', formats)}; most "
        f"{best.underlying} with {formats.gain(best.total)} {currency}, least "
        f"{worst.underlying} with {formats.gain(worst.total)}."
    )


def point_text(point: ValuePoint, gain: DayGain | None, currency: str, formats: Formats) -> str:
    """Args: gain: of the point's day; None for a point that is not its day's last."""
    market = f"{ALMOST} " if point.is_derived else ""
    text = (
        f"{formats.time(point.at)}: net liquidation {formats.money(point.net_liquidation)} "
        f"{currency}, market value {market}{formats.money(point.market_value)}, cash "
        f"{formats.money(point.cash)}"
    )
    if point.is_derived:
        text += ", derived from quantities and prices"
    if gain is None:
        return text
    if gain.gain is None:
        return f"{text}; the day's gain is unknown without a statement of its deposits"
    if gain.deposited:
        text += f"; deposited {formats.gain(gain.deposited)}"
    return (
        f"{text}; gained {formats.gain(gain.gain)}, since the first day {total_text(gain, formats)}"
    )


def total_text(gain: DayGain, formats: Formats) -> str:
    """An incomplete sum is marked."""
    total = formats.gain(gain.total)
    return total if gain.is_complete else f"{total} (incomplete)"


def value_sentence(points: Sequence[ValuePoint], currency: str, formats: Formats) -> str:
    known = [point for point in points if point.net_liquidation is not None]
    if known:
        first, last, what = known[0], known[-1], "Net liquidation"
        ends = first.net_liquidation, last.net_liquidation
    else:
        first, last, what = points[0], points[-1], "Market value"
        ends = first.market_value, last.market_value
    gaps = sum(point.is_after_gap for point in points)
    text = (
        f"{what} from {formats.money(ends[0])} {currency} on {formats.time(first.at)} "
        f"to {formats.money(ends[1])} on {formats.time(last.at)}."
    )
    return f"{text} {plural(gaps, 'gap', formats)} without a sync." if gaps else text


def value_note(found: ValueHistory, change: ValueChange, formats: Formats, *, is_base: bool) -> str:
    """What is not in the chart, and what would bring it."""
    parts = []
    if found.left_out:
        parts.append(
            f"{plural(found.left_out, 'sync', formats)} left out, after which not every account's "
            "value is known."
        )
    if is_base and change.total is not None and not change.is_complete:
        parts.append(
            "Gains are told from deposits on days whose Flex statement has the section Cash "
            "Transactions; the others are unknown."
        )
    return " ".join(parts)


def marks_text(marks: Sequence[DepositMark], currency: str, formats: Formats) -> str:
    """Each of a few; how many they are, if they are more."""
    if len(marks) > MOST_MARKS:
        return f"{plural(len(marks), 'day', formats)} with a deposit or a withdrawal."
    return " ".join(f"{mark_text(mark, currency, formats)}." for mark in marks)


def mark_text(mark: DepositMark, currency: str, formats: Formats) -> str:
    amount = "of an unknown amount" if mark.amount is None else formats.money(abs(mark.amount))
    what = "withdrawal" if mark.amount is not None and mark.amount < 0 else "deposit"
    return f"{formats.day(mark.day)}: {what} {amount} {currency}"


def held_text(held: timedelta | None, formats: Formats) -> str:
    if held is None:
        return DASH
    days = Decimal(held / DAY)
    if days < 1:
        return f"{formats.number(days * 24, 0, 1)} h"
    return f"{formats.number(days, 0, 1)} days"


def win_rate_text(found: TradeStatistics, formats: Formats) -> str:
    known = found.wins + found.losses + found.even
    if not known:
        return "No close has a known P&L"
    text = f"{formats.count(found.wins)} of {plural(known, 'close', formats)}"
    return f"{text}; {formats.count(found.unknown)} unknown" if found.unknown else text


def rates_text(rates: Sequence[Rate], formats: Formats) -> str:
    """ "1 EUR = 1.0871 USD (14 Nov 2026, 22:05)"."""
    return "\n".join(
        f"1 {rate.currency} = {formats.number(rate.value, 2, 8)} {rate.base} "
        f"({formats.time(rate.as_of)})"
        for rate in rates
    )


def plural(number: int, what: str, formats: Formats) -> str:
    return f"1 {what}" if number == 1 else f"{formats.count(number)} {what}s"
