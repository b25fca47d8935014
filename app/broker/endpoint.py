"""The address of TWS and the client id to use there."""

from dataclasses import dataclass

from app.domain.connection.maintenance_windows import Region
from app.domain.model.errors import SettingsError
from app.domain.text.messages import message

CLIENT_IDS_TRIED = 5  # the one of the settings, and the next ones while they are in use


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where TWS listens, and how to connect to it.

    Attributes:
        timeout_s: seconds for the connection, and for each answer.
        is_demo: it is the built-in simulator.
        region: of the account's IBKR servers; it decides the hours of the daily resets.
    """

    host: str
    port: int
    client_id: int
    timeout_s: float
    is_demo: bool = False
    region: Region = Region.NORTH_AMERICA

    def __post_init__(self) -> None:
        if self.client_id <= 0:
            raise SettingsError(
                message(
                    "The client id must be 1 or more: with 0, TWS would hand the orders that were "
                    "placed by hand to this program, which only reads."
                )
            )
