"""Answers the requests about the connection, contracts and orders; every order is refused."""

from app.broker.simulator.scenario.state import Listing
from app.broker.simulator.server import messages
from app.broker.simulator.server.channel import Desk, Handler, Routes, invalid
from app.broker.simulator.server.codes import NO_REQUEST, Answer, Code, Request
from app.broker.simulator.server.protocol import Fields, fields

READ_ONLY = invalid("The API interface is currently in Read-Only mode.")
FIRST_ORDER_ID = 1
NOTICES = (
    (Code.MARKET_DATA_FARM_OK, "Market data farm connection is OK:simulated"),
    (Code.HISTORICAL_DATA_FARM_OK, "HMDS data farm connection is OK:simulated"),
    (Code.SECURITY_DEFINITION_FARM_OK, "Sec-def data farm connection is OK:simulated"),
)
# What TWS says of its own connection to IBKR.
LINK_NOTICES = {
    Code.CONNECTIVITY_LOST: "Connectivity between IBKR and Trader Workstation has been lost.",
    Code.RESTORED_DATA_LOST: "Connectivity between IBKR and Trader Workstation has been restored"
    " - data lost.",
    Code.RESTORED: "Connectivity between IBKR and Trader Workstation has been restored"
    " - data maintained.",
    Code.LINK_BROKEN: "Connectivity between Trader Workstation and server is broken. "
    "It will be restored.",
}
# request that would trade -> which of its fields names the order
ORDER_REQUESTS = {
    Request.PLACE_ORDER: 1,
    Request.CANCEL_ORDER: 2,
    Request.EXERCISE_OPTIONS: 2,
    Request.GLOBAL_CANCEL: None,
}


class Office(Desk):
    """Serves one client."""

    def routes(self) -> Routes:
        orders: Routes = dict.fromkeys(ORDER_REQUESTS, self._refuse_order)
        open_order_end = self._sender(fields(Answer.OPEN_ORDER_END, 1))
        return {
            **orders,
            Request.IDS: lambda _: self.send_next_id(),
            Request.MANAGED_ACCOUNTS: lambda _: self.send_accounts(),
            Request.CURRENT_TIME: self._current_time,
            Request.OPEN_ORDERS: open_order_end,
            Request.ALL_OPEN_ORDERS: open_order_end,
            Request.AUTO_OPEN_ORDERS: open_order_end,
            Request.COMPLETED_ORDERS: self._sender(fields(Answer.COMPLETED_ORDERS_END)),
            Request.SERVER_LOG_LEVEL: _accept,
            Request.MARKET_DATA_TYPE: _accept,
            Request.CANCEL_MARKET_DATA: _accept,
            Request.MARKET_DATA: self._market_data,
            Request.CONTRACT_DETAILS: self._contract_details,
        }

    def welcome(self) -> None:
        """What TWS tells a client that has started the API."""
        self.send_accounts()
        self.send_next_id()
        for code, notice in NOTICES:
            self._channel.refuse(code, notice)
        if self._faults.lost_connectivity:
            self.tell(Code.CONNECTIVITY_LOST)
        if self._faults.notice_2110:
            self.tell(Code.LINK_BROKEN)

    def tell(self, code: Code) -> None:
        """How TWS stands with IBKR."""
        self._channel.refuse(code, LINK_NOTICES[code])

    def send_accounts(self) -> None:
        numbers = [account.number for account in self._market.accounts]
        self._channel.send(messages.managed_accounts(numbers))

    def send_next_id(self) -> None:
        self._channel.send(fields(Answer.NEXT_VALID_ID, 1, FIRST_ORDER_ID))

    def _sender(self, message: Fields) -> Handler:
        return lambda _: self._channel.send(message)

    def _current_time(self, _: Fields) -> None:
        now = int(self._market.now().timestamp())
        self._channel.send(fields(Answer.CURRENT_TIME, 1, now))

    def _refuse_order(self, request: Fields) -> None:
        place = ORDER_REQUESTS[Request(int(request[0]))]
        order_id = NO_REQUEST if place is None else int(request[place])
        self._channel.refuse(Code.INVALID_REQUEST, READ_ONLY, order_id)

    def _market_data(self, request: Fields) -> None:
        self._channel.refuse(
            Code.NOT_SUBSCRIBED, "Requested market data is not subscribed.", int(request[2])
        )

    def _contract_details(self, request: Fields) -> None:
        request_id, wanted = int(request[2]), request[3:15]
        found = [item for item in self._market.listings.values() if _is_wanted(item, wanted)]
        if not found:
            self._channel.refuse(
                Code.NO_SECURITY_DEFINITION,
                "No security definition has been found for the request",
                request_id,
            )
            return
        version = self._channel.version
        rows = [messages.contract_details(request_id, item, version=version) for item in found]
        self._channel.send(*rows, fields(Answer.CONTRACT_DATA_END, 1, request_id))


def _accept(_: Fields) -> None:
    """Takes a request that needs no answer."""


def _is_wanted(listing: Listing, wanted: Fields) -> bool:
    """Whether an instrument fits a contract of which any field may be left out."""
    con_id, symbol, sec_type, expiry, strike, right, *others = wanted
    multiplier, exchange, primary_exchange, currency, local_symbol, trading_class = others
    instrument = listing.instrument
    if int(con_id or 0):
        return instrument.con_id == int(con_id)
    texts = (
        (symbol, instrument.symbol),
        (sec_type, instrument.sec_type),
        (right[:1], instrument.right),
        (primary_exchange, instrument.exchange),
        (currency, instrument.currency),
        (local_symbol, instrument.local_symbol),
        (trading_class, instrument.trading_class),
    )
    return (
        any((symbol, local_symbol))
        and all(asked in ("", actual) for asked, actual in texts)
        and exchange in ("", "SMART", instrument.exchange)
        and instrument.expiry.startswith(expiry)
        and (not float(strike or 0) or float(strike) == float(instrument.strike or 0))
        and (not multiplier or float(multiplier) == float(instrument.multiplier))
    )
