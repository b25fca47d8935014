"""Answers requests about the connection, contracts and orders; refuses every order."""

from app.broker.simulator.scenario.state import ListedInstrument
from app.broker.simulator.server import messages
from app.broker.simulator.server.channel import Handler, RequestHandler, Routes, invalid
from app.broker.simulator.server.codes import NO_REQUEST, Answer, ErrorCode, RequestCode
from app.broker.simulator.server.protocol import Fields, fields

READ_ONLY = invalid("The API interface is currently in Read-Only mode.")
FIRST_ORDER_ID = 1
NOTICES = (
    (ErrorCode.MARKET_DATA_FARM_OK, "Market data farm connection is OK:simulated"),
    (ErrorCode.HISTORICAL_DATA_FARM_OK, "HMDS data farm connection is OK:simulated"),
    (ErrorCode.SECURITY_DEFINITION_FARM_OK, "Sec-def data farm connection is OK:simulated"),
)
# TWS's notices about its own connection to IBKR.
LINK_NOTICES = {
    ErrorCode.CONNECTIVITY_LOST: "Connectivity between IBKR and Trader Workstation has been lost.",
    ErrorCode.RESTORED_DATA_LOST: "Connectivity between IBKR and Trader Workstation has been "
    "restored - data lost.",
    ErrorCode.RESTORED: "Connectivity between IBKR and Trader Workstation has been restored"
    " - data maintained.",
    ErrorCode.LINK_BROKEN: "Connectivity between Trader Workstation and server is broken. "
    "It will be restored.",
}
# request that would trade -> index of the field with the order id
ORDER_REQUESTS = {
    RequestCode.PLACE_ORDER: 1,
    RequestCode.CANCEL_ORDER: 2,
    RequestCode.EXERCISE_OPTIONS: 2,
    RequestCode.GLOBAL_CANCEL: None,
}


class GeneralHandler(RequestHandler):
    """Serves the connection, contracts and refused orders to one client."""

    def routes(self) -> Routes:
        orders: Routes = dict.fromkeys(ORDER_REQUESTS, self._refuse_order)
        open_order_end = self._sender(fields(Answer.OPEN_ORDER_END, 1))
        return {
            **orders,
            RequestCode.IDS: lambda _: self.send_next_id(),
            RequestCode.MANAGED_ACCOUNTS: lambda _: self.send_accounts(),
            RequestCode.CURRENT_TIME: self._current_time,
            RequestCode.OPEN_ORDERS: open_order_end,
            RequestCode.ALL_OPEN_ORDERS: open_order_end,
            RequestCode.AUTO_OPEN_ORDERS: open_order_end,
            RequestCode.COMPLETED_ORDERS: self._sender(fields(Answer.COMPLETED_ORDERS_END)),
            RequestCode.SERVER_LOG_LEVEL: _accept,
            RequestCode.MARKET_DATA_TYPE: _accept,
            RequestCode.CANCEL_MARKET_DATA: _accept,
            RequestCode.MARKET_DATA: self._market_data,
            RequestCode.CONTRACT_DETAILS: self._contract_details,
        }

    def welcome(self) -> None:
        """Sends what TWS sends to a client that has started the API."""
        self.send_accounts()
        self.send_next_id()
        for code, notice in NOTICES:
            self._channel.refuse(code, notice)
        if self._faults.lost_connectivity:
            self.send_notice(ErrorCode.CONNECTIVITY_LOST)
        if self._faults.notice_2110:
            self.send_notice(ErrorCode.LINK_BROKEN)

    def send_notice(self, code: ErrorCode) -> None:
        """Sends a notice about TWS's connection to IBKR."""
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
        place = ORDER_REQUESTS[RequestCode(int(request[0]))]
        order_id = NO_REQUEST if place is None else int(request[place])
        self._channel.refuse(ErrorCode.INVALID_REQUEST, READ_ONLY, order_id)

    def _market_data(self, request: Fields) -> None:
        self._channel.refuse(
            ErrorCode.NOT_SUBSCRIBED, "Requested market data is not subscribed.", int(request[2])
        )

    def _contract_details(self, request: Fields) -> None:
        request_id, wanted = int(request[2]), request[3:15]
        found = [item for item in self._market.listings.values() if _is_wanted(item, wanted)]
        if not found:
            self._channel.refuse(
                ErrorCode.NO_SECURITY_DEFINITION,
                "No security definition has been found for the request",
                request_id,
            )
            return
        version = self._channel.version
        rows = [messages.contract_details(request_id, item, version=version) for item in found]
        self._channel.send(*rows, fields(Answer.CONTRACT_DATA_END, 1, request_id))


def _accept(_: Fields) -> None:
    """Accepts a request that needs no answer."""


def _is_wanted(listing: ListedInstrument, wanted: Fields) -> bool:
    """Whether an instrument matches a contract in which any field may be empty."""
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
