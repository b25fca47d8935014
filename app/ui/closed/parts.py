"""The closes of a position: unfolded below it, and beside it in an export. Pure."""

from app.domain.history.closed_positions import ClosedPositionRow
from app.domain.text.messages import message
from app.export.writing import Format
from app.ui.closed.state import ClosedLine
from app.ui.table.core.column import Column, ExportedParts, PlainContext


def parts(line: ClosedLine) -> tuple[ClosedLine, ...]:
    """What can be unfolded: nothing of a single close, which is the line itself."""
    return closes(line) if part_count(line) else ()


def part_count(line: ClosedLine) -> int:
    count = len(line.row.closes)
    return count if count > 1 else 0


def closes(line: ClosedLine) -> tuple[ClosedLine, ...]:
    """All, oldest first."""
    return tuple(ClosedLine(part, is_part=True) for part in line.row.parts())


def part_name(row: ClosedPositionRow) -> str:
    is_final = row.closes[0].close.is_full_close
    return message("Final close") if is_final else message("Partial close")


CLOSES: ExportedParts[ClosedLine, PlainContext] = ExportedParts(
    message("Closes"),
    closes,
    Column(
        *("kind", message("Kind")),
        lambda line, _: part_name(line.row),
        lambda line, _: part_name(line.row),
    ),
    {
        Format.EXCEL: message(
            "A second sheet has every close: the partial ones and the final one."
        ),
        Format.CSV: message(
            "Each close has a row of its own, and its kind: a partial or the final one."
        ),
        Format.JSON: message(
            "Each position has a list of its closes, the partial ones and the final one."
        ),
    },
)
