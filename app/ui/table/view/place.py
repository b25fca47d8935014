"""Where a column of the table is on the screen."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where a column is on the screen, in pixels.

    Attributes:
        is_right: its texts stand at the right: numbers, and words where one reads from there.
        is_first: it names the row.
        is_mirrored: one reads from the right.
    """

    column: int
    left: int
    width: int
    is_right: bool
    is_first: bool = False
    is_mirrored: bool = False

    def at(self, distance: float) -> float:
        """The pixel at a distance from the edge that one reads from."""
        return self.left + (self.width - distance if self.is_mirrored else distance)
