"""Answers the requests for executions, and tells new ones."""

from app.broker.simulator.handlers.execution_filter import matches
from app.broker.simulator.server import messages
from app.broker.simulator.server.channel import RequestHandler, Routes, SessionContext
from app.broker.simulator.server.codes import NO_REQUEST, Answer, RequestCode
from app.broker.simulator.server.protocol import Fields, fields
from app.domain.model.snapshot import Fill


class TradeDesk(RequestHandler):
    """Serves one client."""

    def __init__(self, service: SessionContext) -> None:
        super().__init__(service)
        self._told = self._market.trades

    def routes(self) -> Routes:
        return {RequestCode.EXECUTIONS: self._executions}

    def push(self) -> None:
        """Tells the trades since the last ones told, or since the client came."""
        for fill in self._market.fills_since(self._told):
            self._tell(NO_REQUEST, fill)
        self._told = self._market.trades

    def _executions(self, request: Fields) -> None:
        if self._faults.silent_executions:
            return
        request_id, wanted = int(request[2]), request[3:10]
        for fill in self._market.executions():
            if matches(fill, wanted):
                self._tell(request_id, fill)
        self._channel.send(fields(Answer.EXECUTION_END, 1, request_id))

    def _tell(self, request_id: int, fill: Fill) -> None:
        self._channel.send(messages.execution(request_id, fill))
        if fill.commission is not None and not self._faults.omit_commission_reports:
            self._channel.send(messages.commission_report(fill))
