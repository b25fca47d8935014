"""Which of the portfolio's rows the summary shows for an account. Pure."""

from dataclasses import dataclass, replace

from app.domain.desktop.app_state import PortfolioView
from app.domain.model.amounts import sum_if_known
from app.domain.model.runs import ALL_ACCOUNTS
from app.domain.portfolio.summary import AccountSummary, total_row
from app.domain.text.messages import message


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """One line of the summary.

    Attributes:
        title: whose figures they are.
        figures: the figures, with their currency; empty if the sum would mix currencies.
    """

    title: str
    figures: AccountSummary


@dataclass(frozen=True, slots=True)
class SummaryRows:
    """The headline, and the lines that unfold below it.

    Attributes:
        more: further headlines, where the accounts have several base currencies.
        is_mixed: the headline has no sums, because there is no common currency.
    """

    headline: SummaryRow
    more: tuple[SummaryRow, ...]
    lines: tuple[SummaryRow, ...]
    is_mixed: bool


def summary_rows(book: PortfolioView, account: str) -> SummaryRows:
    """For an account its base row, then its currencies; for all the totals, then the accounts."""
    own = [row for row in book.portfolio.rows if row.account == account]
    bases = [row for row in own if row.is_base]
    currencies = [row for row in own if not row.is_base]
    title = message("All accounts") if account == ALL_ACCOUNTS else account
    by_base = () if bases or account != ALL_ACCOUNTS else totals_by_base(book)
    if bases or by_base or len(currencies) == 1:
        headline = (bases or by_base or currencies)[0]
    else:
        headline = replace(NOTHING, account=account, positions=count(book, account))
    lines = [SummaryRow(message("in {currency}", currency=row.currency), row) for row in currencies]
    if account == ALL_ACCOUNTS and len(book.accounts) > 1:
        lines += [
            SummaryRow(account_title(row, "" if len(by_base) > 1 else headline.currency), row)
            for row in book.portfolio.rows
            if row.is_base and row.account != ALL_ACCOUNTS
        ]
    is_repetition = len(lines) == 1 and lines[0].figures.currency == headline.currency
    return SummaryRows(
        headline=SummaryRow(title, headline),
        more=tuple(SummaryRow(row.currency, row) for row in by_base[1:]),
        lines=() if is_repetition else tuple(lines),
        is_mixed=not headline.currency and len(lines) > 1,
    )


def totals_by_base(book: PortfolioView) -> tuple[AccountSummary, ...]:
    """One total for each base currency, that of most accounts first; none while the base currency
    of an account is unknown, which would be missing in all of them."""
    by_base: dict[str, list[AccountSummary]] = {}
    for row in book.portfolio.rows:
        if row.is_base and row.account != ALL_ACCOUNTS:
            by_base.setdefault(row.currency, []).append(row)
    known = {row.account for rows in by_base.values() for row in rows}
    if not {row.account for row in book.portfolio.rows} <= known | {ALL_ACCOUNTS}:
        return ()
    groups = sorted(by_base.values(), key=lambda rows: (-len(rows), rows[0].currency))
    return tuple(
        replace(total_row(rows), daily_pnl=sum_if_known(row.daily_pnl for row in rows))
        for rows in groups
    )


def account_title(row: AccountSummary, usual: str) -> str:
    """Args: usual: the currency that goes without saying; empty if none does."""
    if row.currency == usual:
        return row.account
    return message("{account} in {currency}", account=row.account, currency=row.currency)


def count(book: PortfolioView, account: str) -> int:
    return sum(account in (ALL_ACCOUNTS, position.account) for position in book.positions)


NOTHING = AccountSummary(
    account=ALL_ACCOUNTS,
    currency="",
    is_base=True,
    net_liquidation=None,
    cash=None,
    market_value=None,
    unrealized_pnl=None,
    positions=0,
)
