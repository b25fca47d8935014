"""The texts of an explanation in the user's locale. Pure."""

from datetime import datetime

from app.domain.explain.model import Explanation, Number, NumberStyle, Text
from app.domain.text.foreign_text import visible
from app.domain.text.messages import tr, translated
from app.ui.explain.executions import fill_lines
from app.ui.style.formatting import Formats

WRITERS = {
    NumberStyle.EXACT: Formats.quantity,
    NumberStyle.PRICE: Formats.price,
    NumberStyle.GAIN: Formats.gain,
    NumberStyle.PERCENT: Formats.percent,
}


def written(text: Text, formats: Formats) -> str:
    return "".join(part_text(part, formats) for part in text)


def part_text(part: str | Number | datetime, formats: Formats) -> str:
    if isinstance(part, Number):
        return WRITERS[part.style](formats, part.value)
    return formats.exact_time(part) if isinstance(part, datetime) else translated(part)


def read_text(explanation: Explanation, formats: Formats) -> str:
    """When it was read; empty where that is not known."""
    time = explanation.read_at
    if time is None:
        return ""
    return tr("Read from IBKR {time}", time=formats.exact_time(time))


def copied(explanation: Explanation, formats: Formats) -> str:
    """All of it as lines; rows and executions are tab-separated."""
    texts = (explanation.title, explanation.subject, explanation.formula)
    lines: list[tuple[str, ...]] = [(translated(text),) for text in texts]
    lines.append((written(explanation.numbers, formats),))
    lines += [
        (written(row.label, formats), written(row.value, formats)) for row in explanation.rows
    ]
    lines.append((translated(explanation.note),))
    if explanation.fills:
        lines += fill_lines(explanation.fills, formats)
    lines.append((read_text(explanation, formats),))
    return "".join("\t".join(map(visible, cells)) + "\n" for cells in lines if any(cells))
