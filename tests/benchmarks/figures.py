"""A measured figure, and how a list of them is printed and saved."""

import json
import platform
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table.

    Attributes:
        samples: what was measured, in `unit`.
        floors: the floor of the same rounds, in the same unit; empty where there is none.
        goal: how the issue puts it, "≤ 2 ×" or "≤ 300 ms".
        limit: the goal as a number, of the ratio where there is a floor; None for none.
        at_least: the goal is a lower limit.
    """

    name: str
    unit: str
    samples: tuple[float, ...]
    goal: str
    limit: float | None = None
    floors: tuple[float, ...] = ()
    at_least: bool = False

    @property
    def ratios(self) -> tuple[float, ...]:
        return tuple(s / f for s, f in zip(self.samples, self.floors, strict=True) if f)

    @property
    def judged(self) -> tuple[float, ...]:
        """What the goal is about."""
        return self.ratios if self.floors else self.samples

    @property
    def is_met(self) -> bool | None:
        if self.limit is None:
            return None
        middle = median(self.judged)
        return middle >= self.limit if self.at_least else middle <= self.limit

    def row(self) -> tuple[str, ...]:
        verdict = {True: "met", False: "MISSED", None: ""}[self.is_met]
        floor = f"{median(self.floors):.4g} {self.unit}" if self.floors else "–"
        spread = f"{min(self.judged):.3g} … {max(self.judged):.3g}"
        ratio = f"{median(self.ratios):.2f} ×" if self.floors else "–"
        measured = f"{median(self.samples):.4g} {self.unit}"
        return self.name, measured, floor, ratio, spread, self.goal, verdict


HEADINGS = ("figure", "median", "floor", "ratio", "min … max", "goal", "")


def table(figures: Sequence[Figure]) -> str:
    """The figures as a Markdown table with aligned columns."""
    rows = [HEADINGS, *(figure.row() for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    lines.insert(1, "| " + " | ".join("-" * width for width in widths) + " |")
    return "\n".join(lines)


def save(figures: Iterable[Figure], file: Path) -> None:
    rows = [
        {
            "name": figure.name,
            "unit": figure.unit,
            "samples": figure.samples,
            "floors": figure.floors,
            "goal": figure.goal,
            "met": figure.is_met,
        }
        for figure in figures
    ]
    machine = {"python": platform.python_version(), "system": platform.platform()}
    file.write_text(json.dumps({"machine": machine, "figures": rows}, indent=2), encoding="utf-8")


def milliseconds(call: Callable[[], object]) -> float:
    begun = perf_counter()
    call()
    return (perf_counter() - begun) * 1000
