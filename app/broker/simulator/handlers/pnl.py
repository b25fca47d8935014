"""Answers requests for P&L."""

from decimal import Decimal

from app.broker.simulator.market.costs import CENT, NOTHING
from app.broker.simulator.market.portfolio import SimulatedPortfolioRow
from app.broker.simulator.server import messages
from app.broker.simulator.server.channel import RequestHandler, Routes, Rows, chosen
from app.broker.simulator.server.codes import RequestCode
from app.broker.simulator.server.protocol import Fields


class PnlHandler(RequestHandler):
    """Serves live P&L to one client."""

    def routes(self) -> Routes:
        return {
            RequestCode.PNL: self._pnl,
            RequestCode.CANCEL_PNL: self._canceller(RequestCode.PNL, 1),
            RequestCode.PNL_SINGLE: self._pnl_single,
            RequestCode.CANCEL_PNL_SINGLE: self._canceller(RequestCode.PNL_SINGLE, 1),
        }

    def _pnl(self, request: Fields) -> None:
        request_id, account = int(request[1]), request[2]
        if self._accepts(request_id, account):
            self._subscribe(
                (RequestCode.PNL, request_id), lambda: self._pnl_rows(request_id, account)
            )

    def _pnl_rows(self, request_id: int, number: str) -> Rows:
        """The P&L of one account in its base currency, or of all in the first account's."""
        accounts = chosen(self._market.accounts, number)
        base = accounts[0].base_currency
        daily = unrealized = realized = NOTHING
        for account in accounts:
            for row in self._market.rows(account.number):
                rate = self._market.rate(row.listing.instrument.currency, base)
                daily += row.daily * rate
                unrealized += row.unrealized * rate
                realized += row.realized * rate
        amounts: tuple[Decimal, ...] = (daily, unrealized, realized)
        return {"pnl": messages.pnl(request_id, *(amount.quantize(CENT) for amount in amounts))}

    def _pnl_single(self, request: Fields) -> None:
        request_id, account, con_id = int(request[1]), request[2], int(request[4])
        if self._accepts(request_id, account):
            self._subscribe(
                (RequestCode.PNL_SINGLE, request_id),
                lambda: {
                    "pnl": messages.pnl_single(
                        request_id, self._row(account, con_id), version=self._channel.version
                    )
                },
            )

    def _row(self, account: str, con_id: int) -> SimulatedPortfolioRow | None:
        rows = self._market.rows(account)
        return next((row for row in rows if row.listing.instrument.con_id == con_id), None)

    def _accepts(self, request_id: int, account: str) -> bool:
        if chosen(self._market.accounts, account):
            return True
        self._refuse_account(account, request_id)
        return False
