"""The summary's figures: text, note, tone and tooltip of each. Pure."""

from dataclasses import dataclass
from decimal import Decimal

from app.domain.model.amounts import ZERO
from app.domain.portfolio.fx_rates import ConversionBasis, ConvertedAmount, Rate
from app.domain.portfolio.realized_totals import Period, RealizedByPeriod, RealizedSum
from app.domain.portfolio.summary import AccountSummary
from app.ui.style.formatting import ALMOST, DASH, Formats

TITLES = (
    "Net liquidation",
    "Cash",
    "Market value",
    "Unrealized P&L",
    "Daily P&L",
    "Today",
    "This month",
    "This year",
    "All time",
)
REALIZED = "Realized P&L"
FIRST_REALIZED = 5  # in TITLES; the periods in their order
IN_PERIOD = {
    Period.TODAY: "today",
    Period.MONTH: "this month",
    Period.YEAR: "this year",
    Period.ALL: "in all",
}
NO_NET = "IBKR gave no net liquidation value"
NO_CASH = "IBKR gave no cash balance"
NO_VALUE = "A position has no market value"
NO_UNREALIZED = "A position has no unrealized P&L"
NO_DAILY = "IBKR tells today's P&L of an account while connected"
NEVER_CLOSED = "Nothing has been closed yet"


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
        return SummaryFigure(DASH, tooltip="\n".join(lines) or why_unknown)
    return SummaryFigure(
        formats.gain(sum_.amount) if is_gain else formats.money(sum_.amount),
        formats.tone(sum_.amount) if is_gain else 0,
        is_partial=bool(sum_.basis.lacking),
        tooltip="\n".join(lines),
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
        note=f"{ALMOST} {formats.gain(estimated)} estimated" if estimated else "",
        is_partial=found.is_partial,
        tooltip=tooltip,
    )


def realized_tooltip(found: RealizedSum, period: Period, currency: str, formats: Formats) -> str:
    own = found.realized
    if not own.closes and not found.basis.lacking:
        return f"Nothing was closed {IN_PERIOD[period]}"
    lines = []
    if own.closes:
        lines.append(f"{closes(own.closes, formats)} {IN_PERIOD[period]}")
    if own.closes > own.unknown:
        lines.append(f"Exact: {formats.gain(own.exact or ZERO)} {currency}")
    if own.estimated:
        amount = f"{ALMOST} {formats.gain(own.estimated)} {currency}"
        lines.append(f"Estimated at the last known prices: {amount}")
    if own.unknown:
        has = "has" if own.unknown == 1 else "have"
        lines.append(f"Not included: {closes(own.unknown, formats)} that {has} no known figure")
    return "\n".join((*lines, *basis_lines(found.basis, formats)))


def closes(number: int, formats: Formats) -> str:
    return f"{formats.count(number)} {'close' if number == 1 else 'closes'}"


def basis_lines(basis: ConversionBasis, formats: Formats) -> list[str]:
    """What a sum does not include, then the rates that it uses."""
    lines = []
    if basis.lacking:
        lines.append(f"Not included: {', '.join(basis.lacking)} (IBKR gave no exchange rate)")
    by_currency: dict[str, list[Rate]] = {}
    for rate in basis.rates:
        by_currency.setdefault(rate.currency, []).append(rate)
    return lines + [rate_line(rates, formats) for rates in by_currency.values()]


def rate_line(rates: list[Rate], formats: Formats) -> str:
    """The newest of one currency's rates; accounts synced at other times have others."""
    newest = max(rates, key=lambda rate: rate.as_of)
    value = formats.number(newest.value, 2, 4 if newest.value >= 1 else 7)
    others = "" if len(rates) == 1 else ", and earlier ones"
    return (
        f"1 {newest.currency} = {value} {newest.base}, "
        f"from IBKR, {formats.time(newest.as_of)}{others}"
    )
