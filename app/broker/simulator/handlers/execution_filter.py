"""The filter of a request for executions."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.broker.simulator.server.protocol import Fields
from app.domain.model.snapshot import Fill

SIDES = {"BUY": 1, "BOT": 1, "SELL": -1, "SLD": -1}


def matches(fill: Fill, wanted: Fields) -> bool:
    """Whether a fill passes a filter.

    Args:
        wanted: client id, account, earliest time, symbol, sec type, exchange, side; an empty
            field (0 for the client) filters nothing.

    Raises:
        ValueError: the filter cannot be read.
    """
    client, account, since, symbol, sec_type, exchange, side = wanted
    instrument = fill.instrument
    texts = (
        (account, fill.account),
        (symbol, instrument.symbol),
        (sec_type, instrument.sec_type),
        (exchange, instrument.exchange),
    )
    return (
        int(client or 0) == 0  # all fills are TWS's own, of client 0
        and all(asked in ("", actual) for asked, actual in texts)
        and (not side or SIDES.get(side.upper(), 0) * fill.quantity > 0)
        and (not since or fill.time >= _time(since))
    )


def _time(text: str) -> datetime:
    """ "20261123-15:04:05" (UTC) or "20261123 15:04:05 Europe/Berlin"; the zone may be left out."""
    day, _, rest = text.strip().replace("-", " ", 1).partition(" ")
    clock, _, zone = rest.strip().partition(" ")
    try:
        home = ZoneInfo(zone) if zone else UTC
    except (ZoneInfoNotFoundError, OSError) as error:  # OSError: "Europe" is a folder of zones
        raise ValueError(f"no time zone {zone}") from error
    return datetime.strptime(f"{day} {clock}", "%Y%m%d %H:%M:%S").replace(tzinfo=home)
