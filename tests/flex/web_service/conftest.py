"""The fake service, and a clock that passes only when the client waits."""

from collections.abc import Iterator

import pytest

from tests.flex.web_service.fake_service import FakeService, fake_service


@pytest.fixture
def ibkr() -> Iterator[FakeService]:
    with fake_service() as service:
        yield service


class Clock:
    """Seconds that pass only by waiting. Attributes: waits: every wait, in seconds."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.waits: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds

    def read(self) -> float:
        return self.now

    @property
    def long_waits(self) -> list[float]:
        """Without those that only keep the pace of one request a second."""
        return [wait for wait in self.waits if wait > 1]


@pytest.fixture
def clock() -> Clock:
    return Clock()
