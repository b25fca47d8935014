"""How `sync` prints the closes that no execution explains."""

from app.domain.instruments import Instrument, plain
from app.domain.positions import ChangeKind, Close, Source
from app.domain.runs import Report
from app.printing import cell


def unexplained_lines(report: Report) -> list[str]:
    """One line for each close that no execution explains: what, how much, and its figure."""
    return [
        f"{cell(change.after.account)}  {cell(change.after.instrument.description)}  "
        f"{plain(close.quantity_closed)}: {figure_without_fill(close, change.after.instrument)}"
        for change in report.changes
        if change.kind is not ChangeKind.HEALED
        for close in change.closes
        if not close.fills
    ]


def figure_without_fill(close: Close, instrument: Instrument) -> str:
    if close.source is Source.SKIPPED:
        return "P&L not calculated"
    if close.realized_pnl is None or close.exit_price is None:
        return "P&L unknown"
    return f"P&L ≈ {cell(close.realized_pnl)} {instrument.currency} at {plain(close.exit_price)}"
