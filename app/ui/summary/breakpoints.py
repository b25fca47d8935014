"""Arranges the summary's figures for a width: in one band or two, hiding some if needed."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.ui.summary.figures import FIRST_REALIZED, TITLES

COUNT = len(TITLES)  # the number of positions, after the figures
NET, CASH, VALUE, UNREALIZED, DAY = range(FIRST_REALIZED)
MONTH, YEAR, ALL = range(FIRST_REALIZED + 1, COUNT)
LARGE_FIGURES = (NET, DAY, UNREALIZED)  # what one looks for first
ORDER = (*LARGE_FIGURES, VALUE, CASH, COUNT)
SPACING = 8  # beside the room for the focus in each column
GROUP_GAP = 12  # before the realized figures if they are beside the others


@dataclass(frozen=True, slots=True)
class Breakpoint:
    """An arrangement.

    Attributes:
        are_two: the realized figures are below the others, in the same columns.
        is_small: no figure of the headline is larger than the others.
        folded: the figures that are not shown, by their number in TITLES; COUNT too.
    """

    are_two: bool = False
    is_small: bool = False
    folded: frozenset[int] = frozenset()

    @property
    def upper(self) -> tuple[int, ...]:
        """The figures of the account, then the number of positions."""
        return self._shown(ORDER)

    @property
    def lower(self) -> tuple[int, ...]:
        """The realized figures."""
        return self._shown(range(FIRST_REALIZED, COUNT))

    def width(self, widths: Sequence[int], title: int, group_title: int) -> int:
        """Args: widths: of each figure's column and of COUNT's; title: of the lines' titles."""
        upper, lower = ([widths[n] for n in part] for part in (self.upper, self.lower))
        if not self.are_two:
            return spaced([title, *upper, GROUP_GAP + group_title, *lower])
        columns = [max(upper[n : n + 1] + lower[n : n + 1]) for n in range(len(upper))]
        return spaced([max(title, group_title), *columns])

    def _shown(self, numbers: Sequence[int]) -> tuple[int, ...]:
        return tuple(number for number in numbers if number not in self.folded)


def spaced(columns: Sequence[int]) -> int:
    """The width of the columns, with a space after each."""
    return sum(columns) + SPACING * len(columns)


FEWER = frozenset({COUNT, CASH, YEAR})
FEW = FEWER | {VALUE, ALL}
# The first that fits is used; the least important figures are hidden first.
CHOICES = (
    Breakpoint(),
    Breakpoint(folded=frozenset({COUNT})),
    Breakpoint(are_two=True),
    Breakpoint(are_two=True, folded=frozenset({COUNT})),
    Breakpoint(are_two=True, folded=FEWER),
    Breakpoint(are_two=True, is_small=True, folded=FEWER),
    Breakpoint(are_two=True, is_small=True, folded=FEW),
    Breakpoint(are_two=True, is_small=True, folded=FEW | {DAY, MONTH}),
    Breakpoint(are_two=True, is_small=True, folded=FEW | {DAY, MONTH, UNREALIZED}),
)


def fitting(
    available: int, large: Sequence[int], small: Sequence[int], title: int, group_title: int
) -> Breakpoint:
    """The first choice that fits; the last one if none does.

    Args: large, small: the widths of the columns with large figures, and without.
    """
    for choice in CHOICES:
        widths = small if choice.is_small else large
        if choice.width(widths, title, group_title) <= available:
            return choice
    return CHOICES[-1]
