"""Computes the ticks of a chart's axes. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

INTERVALS = 3  # about so many between the ticks of an axis
STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class AxisTicks:
    """An axis.

    Attributes:
        ticks: the values with a number; the axis reaches from the first to the last.
    """

    ticks: tuple[float, ...]

    def share(self, value: float) -> float:
        """0 at the axis' beginning, 1 at its end."""
        low, high = self.ticks[0], self.ticks[-1]
        return (value - low) / (high - low)


def scale(values: Sequence[float], *, with_zero: bool) -> AxisTicks:
    """An axis with round numbers over all the values."""
    low, high = min(values, default=0.0), max(values, default=0.0)
    if with_zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        room = abs(low) * 0.05 or 1.0
        low, high = low - room, high + room
    step = round_step((high - low) / INTERVALS)
    first, last = math.floor(low / step), math.ceil(high / step)
    digits = max(0, 2 - math.floor(math.log10(step)))
    return AxisTicks(tuple(round(number * step, digits) for number in range(first, last + 1)))


def round_step(rough: float) -> float:
    """The next larger of 1, 2, 2.5 and 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(rough))
    return next(step * power for step in STEPS if step * power >= rough * 0.999999)
