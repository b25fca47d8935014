"""The state of the HTTP API, for the settings page and for `serve`. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from app.domain.text.messages import message


class ApiStatus(StrEnum):
    OFF = "off"
    STARTING = "starting"
    LISTENING = "listening"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ApiState:
    """Whether other programs can reach the API, and where.

    Attributes:
        port: where it listens, or should.
        error: a sentence with a next step; empty unless it failed.
    """

    status: ApiStatus = ApiStatus.OFF
    port: int = 0
    error: str = ""

    @property
    def address(self) -> str:
        """ "http://127.0.0.1:8000"; empty unless it listens."""
        is_listening = self.status is ApiStatus.LISTENING
        return f"http://127.0.0.1:{self.port}" if is_listening else ""

    @property
    def documentation(self) -> str:
        """The address of its documentation; empty unless it listens."""
        return f"{self.address}/api/docs" if self.address else ""

    @property
    def text(self) -> str:
        match self.status:
            case ApiStatus.OFF:
                return message("Off")
            case ApiStatus.STARTING:
                return message("Starting…")
            case ApiStatus.LISTENING:
                return message("Listening at {address}", address=self.address)
            case ApiStatus.FAILED:
                return self.error
