"""Where TWS listens, and as whom it is asked."""

from dataclasses import dataclass

from app.domain.connection.maintenance_windows import Region
from app.domain.model.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where TWS listens, and how to ask it.

    Attributes:
        is_demo: it is the embedded simulated one.
        region: where the account's IBKR servers stand; it decides the hours of the resets.
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
                "The client id must be 1 or more: with 0, TWS would hand the orders that were "
                "placed by hand to this program, which only reads."
            )
