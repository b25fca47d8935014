"""What the charts say in words: read-outs of points, and a sentence about the whole. Pure."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from app.domain.charts.allocation import Allocation, Share
from app.domain.charts.paid import Payer, TradeStatistics
from app.domain.charts.ranges import DAY, BarLength
from app.domain.charts.realized import RealizedBar, RealizedSums
from app.domain.portfolio.fx_rates import Rate
from app.domain.text.messages import message, tr, tr_plural, translated
from app.ui.style.formatting import ALMOST, DASH, Formats

FEWEST = 3  # points that make a chart
# What stands in place of a chart of so many points.
TOO_FEW_DAYS = (
    message("Nothing to draw in this period."),
    message("Only one day with a close so far; the table shows it. A chart needs three."),
    message("Only two days with a close so far; the table shows them. A chart needs three."),
)
TOO_FEW_VALUES = (
    message(
        "No sync in this period has a portfolio value.\n"
        "Each sync stores one; the chart begins with the third."
    ),
    message("Only one value so far; the table shows it. A chart needs three."),
    message("Only two values so far; the table shows them. A chart needs three."),
)


def in_currency(title: str, code: str) -> str:
    return tr("{title}, {currency}", title=title, currency=code) if code else translated(title)


def period_text(bar: RealizedBar, length: BarLength, formats: Formats) -> str:
    if length is BarLength.DAY:
        return formats.day(bar.start)
    if length is BarLength.WEEK:
        return f"{formats.day(bar.start)} – {formats.day(bar.end - DAY)}"
    return formats.month(bar.start) if length is BarLength.MONTH else str(bar.start.year)


def closes_text(count: int, formats: Formats) -> str:
    return tr_plural("{count} close", "{count} closes", count, count=formats.count(count))


def unknown_text(count: int, formats: Formats) -> str:
    return tr("{count} unknown", count=formats.count(count))


def amount_text(sums: RealizedSums, currency: str, formats: Formats) -> str:
    """ "+120.00 USD (≈ +20.00 of it estimated), 3 closes, 1 unknown"."""
    totals = sums.totals
    text = tr("unknown") if sums.net is None else f"{formats.gain(sums.net)} {currency}"
    if totals.estimated is not None:
        estimate = f"{ALMOST} {formats.gain(totals.estimated)}"
        text = tr("{amount} ({estimate} of it estimated)", amount=text, estimate=estimate)
    parts = [text, closes_text(totals.closes + sums.lacking, formats)]
    if totals.unknown:
        parts.append(unknown_text(totals.unknown, formats))
    if sums.lacking:
        parts.append(tr("{count} without an exchange rate", count=formats.count(sums.lacking)))
    return ", ".join(parts)


def bar_text(
    bar: RealizedBar, length: BarLength, total: Decimal, currency: str, formats: Formats
) -> str:
    return tr(
        "{period}: {amount}; running total {total}",
        period=period_text(bar, length, formats),
        amount=amount_text(bar.sums, currency, formats),
        total=formats.gain(total),
    )


def realized_sentence(
    bars: Sequence[RealizedBar], sums: RealizedSums, currency: str, formats: Formats
) -> str:
    known = [bar for bar in bars if bar.sums.net is not None]
    if not known:
        return tr("Realized P&L: no figure is known in this period.")
    best = max(known, key=lambda bar: bar.sums.net or 0)
    worst = min(known, key=lambda bar: bar.sums.net or 0)
    return tr(
        "Realized P&L from {first} to {last}: {amount}. Best {best} from {best_day}, worst {worst} "
        "from {worst_day}.",
        first=formats.day(bars[0].start),
        last=formats.day(bars[-1].end - DAY),
        amount=amount_text(sums, currency, formats),
        best=formats.gain(best.sums.net),
        best_day=formats.day(best.start),
        worst=formats.gain(worst.sums.net),
        worst_day=formats.day(worst.start),
    )


def share_title(share: Share, formats: Formats) -> str:
    if not share.lumped:
        return translated(share.name)
    # Translators: the smaller parts of a chart, put together: "12 others".
    return tr_plural(
        "{count} other", "{count} others", share.lumped, count=formats.count(share.lumped)
    )


def share_text(share: Share, weight: Decimal | None, currency: str, formats: Formats) -> str:
    name, value = share_title(share, formats), formats.money(share.value)
    values = {"name": name, "value": value, "currency": currency, "share": formats.share(weight)}
    if share.is_short:
        text = tr("{name}, short: {value} {currency}, {share}", **values)
    else:
        text = tr("{name}, long: {value} {currency}, {share}", **values)
    if share.unrealized is None:
        return tr("{text}, unrealized P&L unknown", text=text)
    return tr("{text}, unrealized {gain}", text=text, gain=formats.gain(share.unrealized))


def allocation_sentence(found: Allocation, currency: str, formats: Formats) -> str:
    long, short = formats.money(found.long), formats.money(found.short)
    if found.short:
        text = tr(
            "Allocation: long {long} {currency}, short {short} {currency}.",
            long=long,
            short=short,
            currency=currency,
        )
    else:
        text = tr("Allocation: long {long} {currency}.", long=long, currency=currency)
    parts = [text]
    largest = max(found.weighted, key=lambda pair: abs(pair[0].value), default=None)
    if largest is not None:
        share, weight = largest
        name = share_title(share, formats)
        parts.append(
            tr("The largest is {name} with {share}.", name=name, share=formats.share(weight))
        )
    parts += left_out_sentences(found.unknown, found.lacking, formats)
    return " ".join(parts)


def left_out_sentences(unknown: int, lacking: int, formats: Formats) -> list[str]:
    parts = []
    if unknown:
        text = tr_plural(
            "{count} position without a market value is left out.",
            "{count} positions without a market value are left out.",
            unknown,
            count=formats.count(unknown),
        )
        parts.append(text)
    if lacking:
        text = tr_plural(
            "{count} position without an exchange rate is left out.",
            "{count} positions without an exchange rate are left out.",
            lacking,
            count=formats.count(lacking),
        )
        parts.append(text)
    return parts


def payer_text(payer: Payer, currency: str, formats: Formats) -> str:
    text = tr(
        "{underlying}: {total} {currency}, realized {realized}, unrealized {unrealized}",
        underlying=payer.underlying,
        total=formats.gain(payer.total),
        currency=currency,
        realized=formats.gain(payer.realized.net),
        unrealized=formats.gain(payer.unrealized),
    )
    if not payer.left_out:
        return text
    count = formats.count(payer.left_out)
    return tr("{text}; {count} unknown and not included", text=text, count=count)


def paid_sentence(found: Sequence[Payer], currency: str, formats: Formats) -> str:
    if not found:
        return tr("What paid: nothing in this period.")
    known = [payer for payer in found if payer.total is not None]
    if not known:
        return tr("What paid, by underlying: no figure is known in this period.")
    best, worst = known[0], known[-1]
    return tr_plural(
        "What paid, by underlying: {count} underlying; most {best} with {best_total} {currency}, "
        "least {worst} with {worst_total}.",
        "What paid, by underlying: {count} underlyings; most {best} with {best_total} {currency}, "
        "least {worst} with {worst_total}.",
        len(found),
        count=formats.count(len(found)),
        best=best.underlying,
        best_total=formats.gain(best.total),
        worst=worst.underlying,
        worst_total=formats.gain(worst.total),
        currency=currency,
    )


def held_text(held: timedelta | None, formats: Formats) -> str:
    if held is None:
        return DASH
    days = Decimal(held / DAY)
    if days < 1:
        # Translators: h for hours.
        return tr("{count} h", count=formats.number(days * 24, 0, 1))
    shown = formats.number(days, 0, 1)
    is_one = shown == formats.count(1)
    return tr_plural("{count} day", "{count} days", 1 if is_one else 2, count=shown)


def win_rate_text(found: TradeStatistics, formats: Formats) -> str:
    known = found.wins + found.losses + found.even
    if not known:
        return tr("No close has a known P&L")
    text = tr_plural(
        "{wins} of {count} close",
        "{wins} of {count} closes",
        known,
        wins=formats.count(found.wins),
        count=formats.count(known),
    )
    return f"{text}; {unknown_text(found.unknown, formats)}" if found.unknown else text


def rates_text(rates: Sequence[Rate], formats: Formats) -> str:
    """ "1 EUR = 1.0871 USD (14 Nov 2026, 22:05)"."""
    return "\n".join(
        f"1 {rate.currency} = {formats.number(rate.value, 2, 8)} {rate.base} "
        f"({formats.time(rate.as_of)})"
        for rate in rates
    )
