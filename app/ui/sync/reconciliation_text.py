"""Texts about the comparison with IBKR's own figures. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape

from app.domain.portfolio.balance_check import NET_IN_BASE, POSITIONS, BalanceCheck
from app.domain.text.messages import message, tr, tr_plural, translated
from app.ui.style.formatting import Formats
from app.ui.sync.texts import positions_text

MATCHES = message("Matches IBKR")
NOT_CHECKED = message("Not checked")
NOT_SENT = message("IBKR sent no account figures to compare with")
TITLES = (message("Figure"), "", "Position Sync", "IBKR", message("Difference"))
FIRST_NUMBER = 2
TEXT_CELL = "<td>"
NUMBER_CELL = '<td align="right" style="padding-left: 10px">'
MOST_LINES = 30  # a tooltip must fit on the screen


@dataclass(frozen=True, slots=True)
class ReconciliationStatus:
    """A short text with its tone, and the tooltip with the lines, as markup."""

    text: str
    tone: str
    tooltip: str


def check(
    lines: Sequence[BalanceCheck], accounts: Sequence[str], formats: Formats
) -> ReconciliationStatus:
    """Args: accounts: all stored accounts, compared or not."""
    if not lines:
        return ReconciliationStatus(translated(NOT_CHECKED), "off", translated(NOT_SENT))
    off = [line for line in lines if not line.matches]
    compared = {line.account for line in lines}
    left_out = [account for account in accounts if account not in compared]
    tooltip = table(lines, formats)
    if left_out:
        tooltip += f"<p>{escape(', '.join(left_out))}: {escape(translated(NOT_SENT))}</p>"
    if not off:
        return ReconciliationStatus(translated(MATCHES), "gain", tooltip)
    difference = amount(most_significant(off), formats)
    return ReconciliationStatus(tr("Off by {amount}", amount=difference), "warning", tooltip)


def most_significant(off: Sequence[BalanceCheck]) -> BalanceCheck:
    """The whole account's net liquidation before its parts, and those before a count."""
    return min(off, key=lambda line: (line.figure != NET_IN_BASE) + 2 * (line.figure == POSITIONS))


def amount(line: BalanceCheck, formats: Formats) -> str:
    """ "12.30 USD", "1 position"."""
    size = abs(line.residual)
    if line.figure == POSITIONS:
        return positions_text(int(size), formats)
    return f"{formats.money(size)} {line.currency}"


def table(lines: Sequence[BalanceCheck], formats: Formats) -> str:
    """The lines as HTML by account; differences are never left out."""
    room = MOST_LINES - sum(not line.matches for line in lines)
    rows, account, left_out = [row(tuple(map(translated, TITLES)))], "", 0
    for line in lines:
        if line.matches and room <= 0:
            left_out += 1
            continue
        room -= line.matches
        if line.account != account:
            account = line.account
            rows.append(wide(f"<b>{escape(account)}</b>"))
        rows.append(row(texts(line, formats), is_strong=not line.matches))
        if line.cause:
            rows.append(wide(escape(tr("Likely cause: {cause}", cause=line.cause))))
    if left_out:
        count = formats.count(left_out)
        more = tr_plural(
            "and {count} more that matches", "and {count} more that match", left_out, count=count
        )
        rows.append(wide(escape(more)))
    return f'<table cellspacing="0" cellpadding="3">{"".join(rows)}</table>'


def texts(line: BalanceCheck, formats: Formats) -> tuple[str, ...]:
    write = count_text if line.figure == POSITIONS else Formats.money
    numbers = (line.ours, line.ibkr, line.residual)
    return (translated(line.figure), line.currency, *(write(formats, number) for number in numbers))


def count_text(formats: Formats, value: Decimal) -> str:
    return formats.count(int(value))


def row(cells: Sequence[str], *, is_strong: bool = False) -> str:
    """Two texts, then numbers."""
    made = ""
    for number, text in enumerate(cells):
        shown = f"<b>{escape(text)}</b>" if is_strong else escape(text)
        made += f"{NUMBER_CELL if number >= FIRST_NUMBER else TEXT_CELL}{shown}</td>"
    return f"<tr>{made}</tr>"


def wide(html: str) -> str:
    return f'<tr><td colspan="{len(TITLES)}">{html}</td></tr>'
