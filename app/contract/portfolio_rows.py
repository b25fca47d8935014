"""The rows of the portfolio's JSON: account figures, sums by currency, and their checks. Pure."""

from app.contract.json_rows import Row, money, timestamp
from app.domain.desktop.app_state import PortfolioView
from app.domain.portfolio.balance_check import BalanceCheck
from app.domain.portfolio.fx_rates import ConversionBasis, ConvertedAmount
from app.domain.portfolio.realized_totals import Period, RealizedByPeriod, RealizedSum
from app.domain.portfolio.summary import AccountSummary


def portfolio_row(view: PortfolioView) -> Row:
    """`GET /api/portfolio`: as stored, in one consistent read."""
    return {
        "as_of": timestamp(view.portfolio.as_of),
        "rows": [summary_row(row) for row in view.portfolio.rows],
        "balance_checks": [check_row(check) for check in view.balance_checks],
    }


def summary_row(summary: AccountSummary) -> Row:
    """A sum that lacks a part is null, and `lacking_rates` names the currencies without a rate."""
    value, unrealized = summary.converted_value, summary.converted_unrealized
    return {
        "account": summary.account,
        "currency": summary.currency,
        "is_base": summary.is_base,
        "net_liquidation": money(summary.net_liquidation),
        "cash": money(summary.cash),
        "market_value": money(summary.market_value),
        "unrealized_pnl": money(summary.unrealized_pnl),
        "positions": summary.positions,
        "realized": realized_row(summary.realized),
        "lacking_rates": lacking(value, unrealized),
        "rates": rate_rows(value, unrealized),
    }


def realized_row(realized: RealizedByPeriod) -> Row:
    return {period.value: realized_sum_row(realized.of(period)) for period in Period}


def realized_sum_row(realized: RealizedSum) -> Row:
    """The total is null if a close has no figure or its currency no rate."""
    totals = realized.realized
    return {
        "total": money(realized.total),
        "exact": money(totals.exact),
        "estimated": money(totals.estimated),
        "closes": totals.closes,
        "closes_without_figure": totals.unknown,
        "lacking_rates": list(realized.basis.lacking),
    }


def lacking(*amounts: ConvertedAmount | None) -> list[str]:
    return list(basis_of(amounts).lacking)


def rate_rows(*amounts: ConvertedAmount | None) -> list[Row]:
    """The exchange rates that were used: units of `base` for one unit of `currency`."""
    return [
        {
            "currency": rate.currency,
            "base": rate.base,
            "rate": money(rate.value),
            "as_of": timestamp(rate.as_of),
        }
        for rate in basis_of(amounts).rates
    ]


def basis_of(amounts: tuple[ConvertedAmount | None, ...]) -> ConversionBasis:
    known = (amount.basis for amount in amounts if amount is not None)
    return sum(known, ConversionBasis())


def check_row(check: BalanceCheck) -> Row:
    """One of our figures beside IBKR's own."""
    return {
        "account": check.account,
        "figure": check.figure,
        "currency": check.currency or None,
        "ours": money(check.ours),
        "ibkr": money(check.ibkr),
        "difference": money(check.residual),
        "tolerance": money(check.tolerance),
        "matches": check.matches,
        "cause": check.cause or None,
    }
