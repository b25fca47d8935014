"""What the settings page needs of the HTTP API."""

from collections.abc import Callable
from typing import Protocol

from app.domain.desktop.api_state import ApiState


class ApiControl(Protocol):
    """Switched by the settings when they are saved."""

    @property
    def state(self) -> ApiState: ...

    def watch(self, watcher: Callable[[ApiState], None]) -> Callable[[], None]:
        """Calls it with every new state, on the loop's thread. Returns what ends that."""

    def token(self) -> str:
        """Raises: ApiError: its file cannot be used."""
        ...

    def renew_token(self) -> str:
        """Raises: ApiError: its file cannot be written."""
        ...
