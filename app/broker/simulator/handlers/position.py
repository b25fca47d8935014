"""Answers requests for positions."""

from app.broker.simulator.server import messages
from app.broker.simulator.server.channel import ALL, RequestHandler, Routes, Rows, chosen
from app.broker.simulator.server.codes import Answer, RequestCode
from app.broker.simulator.server.protocol import Fields, fields


class PositionHandler(RequestHandler):
    """Serves positions to one client."""

    def routes(self) -> Routes:
        return {
            RequestCode.POSITIONS: self._positions,
            RequestCode.CANCEL_POSITIONS: self._cancel_positions,
            RequestCode.POSITIONS_MULTI: self._positions_multi,
            RequestCode.CANCEL_POSITIONS_MULTI: self._canceller(RequestCode.POSITIONS_MULTI, 2),
        }

    def _positions(self, _: Fields) -> None:
        faults = self._faults
        if faults.silent_positions:
            return
        if faults.error_on_positions is not None:
            self._channel.refuse(*faults.error_on_positions)
            return
        self._subscriptions.start(RequestCode.POSITIONS, self._position_rows)
        rows = faults.raw_rows or tuple(
            messages.position(row.account, row.listing.instrument, row.lot)
            for row in self._market.rows()
            if row.lot.quantity
        )
        if faults.drop_after_rows is not None:
            self._channel.send(*rows[: faults.drop_after_rows])
            self._channel.drop()
        elif faults.positions_end_after is not None:
            self._channel.send(*rows[: faults.positions_end_after])
        else:
            self._channel.send(*rows, fields(Answer.POSITION_END, 1))

    def _position_rows(self) -> Rows:
        return {
            (row.account, row.listing.instrument.con_id): messages.position(
                row.account, row.listing.instrument, row.lot
            )
            for row in self._market.rows()
        }

    def _cancel_positions(self, _: Fields) -> None:
        self._subscriptions.stop(RequestCode.POSITIONS)

    def _positions_multi(self, request: Fields) -> None:
        request_id, number = int(request[2]), request[3] or ALL
        if not chosen(self._market.accounts, number):
            self._refuse_account(number, request_id)
            return
        self._subscribe(
            (RequestCode.POSITIONS_MULTI, request_id),
            lambda: self._multi_rows(request_id, None if number == ALL else number),
            fields(Answer.POSITION_MULTI_END, 1, request_id),
        )

    def _multi_rows(self, request_id: int, account: str | None) -> Rows:
        return {
            (row.account, row.listing.instrument.con_id): messages.position_multi(
                request_id, row.account, row.listing.instrument, row.lot
            )
            for row in self._market.rows(account)
        }
