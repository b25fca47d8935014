"""Answers requests for executions, with their filter, and pushes new ones."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.broker.simulator.server import messages
from app.broker.simulator.server.channel import RequestHandler, Routes, SessionContext
from app.broker.simulator.server.codes import NO_REQUEST, Answer, RequestCode
from app.broker.simulator.server.protocol import Fields, fields
from app.domain.model.snapshot import Fill

SIDES = {"BUY": 1, "BOT": 1, "SELL": -1, "SLD": -1}


class ExecutionHandler(RequestHandler):
    """Serves executions to one client."""

    def __init__(self, context: SessionContext) -> None:
        super().__init__(context)
        self._pushed = self._market.trades

    def routes(self) -> Routes:
        return {RequestCode.EXECUTIONS: self._executions}

    def push_new(self) -> None:
        """Sends the executions since the last push, or since the client connected."""
        for fill in self._market.fills_since(self._pushed):
            self._send(NO_REQUEST, fill)
        self._pushed = self._market.trades

    def _executions(self, request: Fields) -> None:
        if self._faults.silent_executions:
            return
        request_id, wanted = int(request[2]), request[3:10]
        for fill in self._market.executions():
            if matches_filter(fill, wanted):
                self._send(request_id, fill)
        self._channel.send(fields(Answer.EXECUTION_END, 1, request_id))

    def _send(self, request_id: int, fill: Fill) -> None:
        self._channel.send(messages.execution(request_id, fill))
        if fill.commission is not None and not self._faults.omit_commission_reports:
            self._channel.send(messages.commission_report(fill))


def matches_filter(fill: Fill, wanted: Fields) -> bool:
    """Whether a fill passes the filter of a request.

    Args:
        wanted: client id, account, earliest time, symbol, sec type, exchange, side; an empty
            field (0 for the client) matches all.

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
        int(client or 0) == 0  # all fills belong to client 0
        and all(asked in ("", actual) for asked, actual in texts)
        and (not side or SIDES.get(side.upper(), 0) * fill.quantity > 0)
        and (not since or fill.time >= _filter_time(since))
    )


def _filter_time(text: str) -> datetime:
    """ "20261123-15:04:05" (UTC) or "20261123 15:04:05 Europe/Berlin"; the zone is optional."""
    day, _, rest = text.strip().replace("-", " ", 1).partition(" ")
    clock, _, zone = rest.strip().partition(" ")
    try:
        timezone = ZoneInfo(zone) if zone else UTC
    except (ZoneInfoNotFoundError, OSError) as error:  # OSError: "Europe" is a folder
        raise ValueError(f"no time zone {zone}") from error
    return datetime.strptime(f"{day} {clock}", "%Y%m%d %H:%M:%S").replace(tzinfo=timezone)
