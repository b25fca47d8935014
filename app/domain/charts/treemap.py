"""Lays out a treemap: tiles whose areas are as the values, and nearly squares.

After Bruls, Huizing and van Wijk, "Squarified Treemaps" (2000): tiles are laid in rows along the
shorter side, and a row ends where another tile would make its worst tile longer.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tile:
    x: float
    y: float
    width: float
    height: float


def squarified(values: Sequence[float], width: float, height: float) -> tuple[Tile, ...]:
    """One tile a value, in the order of the values.

    Args:
        values: positive, from the largest to the smallest.
    """
    total = sum(values)
    if not values or total <= 0 or width <= 0 or height <= 0:
        return tuple(Tile(0.0, 0.0, 0.0, 0.0) for _ in values)
    scale = width * height / total
    areas = [value * scale for value in values]
    tiles: list[Tile] = []
    x = y = 0.0
    begun = 0
    while begun < len(areas):
        side = min(width, height)
        end = begun + 1
        while end < len(areas) and longest(areas[begun : end + 1], side) <= longest(
            areas[begun:end], side
        ):
            end += 1
        row = areas[begun:end]
        is_last = end == len(areas)
        if width >= height:
            depth = width if is_last else min(sum(row) / height, width)
            tiles += column(row, x, y, depth, height)
            x, width = x + depth, width - depth
        else:
            depth = height if is_last else min(sum(row) / width, height)
            tiles += [
                Tile(tile.y, tile.x, tile.height, tile.width)
                for tile in column(row, y, x, depth, width)
            ]
            y, height = y + depth, height - depth
        begun = end
    return tuple(tiles)


def column(row: Sequence[float], x: float, y: float, depth: float, length: float) -> list[Tile]:
    """The row's tiles one below the other, over the whole length."""
    tiles, total, done = [], sum(row), 0.0
    for area in row:
        tiles.append(Tile(x, y + length * done / total, depth, length * area / total))
        done += area
    return tiles


def longest(row: Sequence[float], side: float) -> float:
    """The greatest ratio of two sides of a tile, if the row lies along a side of this length."""
    total = sum(row)
    if not total or not min(row):
        return float("inf")
    return max(side**2 * max(row) / total**2, total**2 / (side**2 * min(row)))
