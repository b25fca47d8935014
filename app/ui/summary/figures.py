"""The summary's figures: text, note, tone and tooltip of each. Pure."""

from dataclasses import dataclass
from decimal import Decimal

from app.domain.model.amounts import ZERO
from app.domain.portfolio.fx_rates import ConversionBasis, ConvertedAmount, Rate
from app.domain.portfolio.realized_totals import Period, RealizedByPeriod, RealizedSum
from app.domain.portfolio.summary import AccountSummary
from app.domain.text.messages import joined, message, message_plural
from app.ui.style.formatting import ALMOST, DASH, Formats

TITLES = (
    message("Net liquidation"),
    message("Cash"),
    message("Market value"),
    message("Unrealized P&L"),
    message("Daily P&L"),
    message("Today"),
    message("This month"),
    message("This year"),
    # Translators: the realized P&L since the first sync.
    message("All time"),
)
REALIZED = message("Realized P&L")
FIRST_REALIZED = 5  # in TITLES; the periods in their order
SPOKEN_TITLES = (  # as a screen reader says them, without the title of a group above
    *TITLES[:FIRST_REALIZED],
    message("Realized P&L today"),
    message("Realized P&L this month"),
    message("Realized P&L this year"),
    message("Realized P&L of all time"),
)
NO_NET = message("IBKR gave no net liquidation value")
NO_CASH = message("IBKR gave no cash balance")
NO_VALUE = message("A position has no market value")
NO_UNREALIZED = message("A position has no unrealized P&L")
NO_DAILY = message("IBKR sends the account's daily P&L only while connected")
NEVER_CLOSED = message("Nothing has been closed yet")
NOTHING_CLOSED = {
    Period.TODAY: message("Nothing was closed today"),
    Period.MONTH: message("Nothing was closed this month"),
    Period.YEAR: message("Nothing was closed this year"),
    Period.ALL: NEVER_CLOSED,
}


@dataclass(frozen=True, slots=True)
class SummaryFigure:
    """One figure as it is shown.

    Attributes:
        tone: +1 for a gain, -1 for a loss, else 0.
        note: small text below it; may be empty.
        is_partial: something is not in the sum; the tooltip says what.
    """

    text: str
    tone: int = 0
    note: str = ""
    is_partial: bool = False
    tooltip: str = ""


def figures(
    row: AccountSummary, formats: Formats, why_unknown: str = ""
) -> tuple[SummaryFigure, ...]:
    """In the order of TITLES.

    Args:
        why_unknown: explains every dash; empty if each has its own reason.
    """
    value = row.converted_value or ConvertedAmount(row.market_value)
    unrealized = row.converted_unrealized or ConvertedAmount(row.unrealized_pnl)
    return (
        plain(row.net_liquidation, formats, why_unknown or NO_NET),
        plain(row.cash, formats, why_unknown or NO_CASH),
        summed(value, formats, why_unknown or NO_VALUE, is_gain=False),
        summed(unrealized, formats, why_unknown or NO_UNREALIZED, is_gain=True),
        gained(row.daily_pnl, formats, why_unknown or NO_DAILY),
        *(realized(row, period, formats, why_unknown) for period in Period),
    )


def plain(amount: Decimal | None, formats: Formats, why_unknown: str) -> SummaryFigure:
    return SummaryFigure(formats.money(amount), tooltip=why_unknown if amount is None else "")


def gained(amount: Decimal | None, formats: Formats, why_unknown: str) -> SummaryFigure:
    tooltip = why_unknown if amount is None else ""
    return SummaryFigure(formats.gain(amount), formats.tone(amount), tooltip=tooltip)


def summed(
    sum_: ConvertedAmount, formats: Formats, why_unknown: str, *, is_gain: bool
) -> SummaryFigure:
    lines = basis_lines(sum_.basis, formats)
    if sum_.amount is None:
        return SummaryFigure(DASH, tooltip=joined(lines, "\n") or why_unknown)
    return SummaryFigure(
        formats.gain(sum_.amount) if is_gain else formats.money(sum_.amount),
        formats.tone(sum_.amount) if is_gain else 0,
        is_partial=bool(sum_.basis.lacking),
        tooltip=joined(lines, "\n"),
    )


def realized(
    row: AccountSummary, period: Period, formats: Formats, why_unknown: str
) -> SummaryFigure:
    """The exact part, with the estimated one below it."""
    own: RealizedByPeriod = row.realized
    if own.is_empty:
        return SummaryFigure(DASH, tooltip=why_unknown or NEVER_CLOSED)
    found = own.of(period)
    tooltip = realized_tooltip(found, period, row.currency, formats)
    if not found.is_known:
        return SummaryFigure(DASH, tooltip=tooltip)
    exact, estimated = found.realized.exact or ZERO, found.realized.estimated
    return SummaryFigure(
        formats.gain(exact),
        formats.tone(exact),
        note=message("{amount} estimated", amount=almost(estimated, formats)) if estimated else "",
        is_partial=found.is_partial,
        tooltip=tooltip,
    )


def realized_tooltip(found: RealizedSum, period: Period, currency: str, formats: Formats) -> str:
    own = found.realized
    if not own.closes and not found.basis.lacking:
        return NOTHING_CLOSED[period]
    lines: list[str] = []
    if own.closes:
        lines.append(closes_text(own.closes, period, formats))
    if own.closes > own.unknown:
        amount = f"{formats.gain(own.exact or ZERO)} {currency}"
        lines.append(message("Exact: {amount}", amount=amount))
    if own.estimated:
        amount = f"{almost(own.estimated, formats)} {currency}"
        lines.append(message("Estimated at the last known prices: {amount}", amount=amount))
    if own.unknown:
        lines.append(
            message_plural(
                "Not included: {count} close that has no known figure",
                "Not included: {count} closes that have no known figure",
                own.unknown,
                count=formats.count(own.unknown),
            )
        )
    return joined((*lines, *basis_lines(found.basis, formats)), "\n")


def closes_text(number: int, period: Period, formats: Formats) -> str:
    """How often positions were closed, wholly or in part."""
    count = formats.count(number)
    match period:
        case Period.TODAY:
            return message_plural(
                "{count} close today", "{count} closes today", number, count=count
            )
        case Period.MONTH:
            return message_plural(
                "{count} close this month", "{count} closes this month", number, count=count
            )
        case Period.YEAR:
            return message_plural(
                "{count} close this year", "{count} closes this year", number, count=count
            )
        case Period.ALL:
            return message_plural(
                "{count} close in all", "{count} closes in all", number, count=count
            )


def almost(amount: Decimal, formats: Formats) -> str:
    return f"{ALMOST} {formats.gain(amount)}"


def basis_lines(basis: ConversionBasis, formats: Formats) -> list[str]:
    """What a sum does not include, then the rates that it uses."""
    lines: list[str] = []
    if basis.lacking:
        currencies = ", ".join(basis.lacking)
        lines.append(
            message(
                "Not included: {currencies} (IBKR gave no exchange rate)", currencies=currencies
            )
        )
    by_currency: dict[str, list[Rate]] = {}
    for rate in basis.rates:
        by_currency.setdefault(rate.currency, []).append(rate)
    return lines + [rate_line(rates, formats) for rates in by_currency.values()]


def rate_line(rates: list[Rate], formats: Formats) -> str:
    """The newest of one currency's rates; accounts synced at other times have others."""
    newest = max(rates, key=lambda rate: rate.as_of)
    value = formats.number(newest.value, 2, 4 if newest.value >= 1 else 7)
    rate, time = f"1 {newest.currency} = {value} {newest.base}", formats.time(newest.as_of)
    if len(rates) == 1:
        return message("{rate}, from IBKR, {time}", rate=rate, time=time)
    return message("{rate}, from IBKR, {time}, and earlier ones", rate=rate, time=time)
