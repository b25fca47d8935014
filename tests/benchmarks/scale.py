"""How big and how often: what the command line chooses."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is measured.

    Attributes:
        history: fills in the store of five years.
        rounds: samples of each figure, at least five but in a smoke run.
        minutes: that the idle program is observed.
    """

    positions: int = 10_000
    history: int = 100_000
    rounds: int = 5
    minutes: float = 1.0
    is_smoke: bool = False


SMOKE = Scale(positions=200, history=400, rounds=1, is_smoke=True)
