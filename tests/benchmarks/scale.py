"""How big and how often: what the command line chooses."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """Attributes: rounds: samples of each figure, at least five but in a smoke run."""

    positions: int = 10_000
    history: int = 100_000
    rounds: int = 5
    is_smoke: bool = False


SMOKE = Scale(positions=200, history=400, rounds=1, is_smoke=True)
