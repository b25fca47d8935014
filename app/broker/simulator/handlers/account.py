"""Answers requests for account values and portfolios."""

from app.broker.simulator.market.ledger import BASE, AccountFigure, account_figures, ledger
from app.broker.simulator.scenario.state import SimulatedAccount
from app.broker.simulator.server import messages
from app.broker.simulator.server.channel import ALL, RequestHandler, Routes, Rows, chosen
from app.broker.simulator.server.codes import Answer, ErrorCode, RequestCode
from app.broker.simulator.server.protocol import Fields, fields

MOST_SUMMARIES = 2  # TWS's own limit for one client
LEDGER_TAG = "$LEDGER"


class AccountHandler(RequestHandler):
    """Serves account values and portfolios to one client."""

    def routes(self) -> Routes:
        return {
            RequestCode.ACCOUNT_UPDATES: self._updates,
            RequestCode.ACCOUNT_UPDATES_MULTI: self._updates_multi,
            RequestCode.CANCEL_ACCOUNT_UPDATES_MULTI: self._canceller(
                RequestCode.ACCOUNT_UPDATES_MULTI, 2
            ),
            RequestCode.ACCOUNT_SUMMARY: self._summary,
            RequestCode.CANCEL_ACCOUNT_SUMMARY: self._canceller(RequestCode.ACCOUNT_SUMMARY, 2),
        }

    def _updates(self, request: Fields) -> None:
        """One account at a time: a new subscription replaces the one before."""
        subscribe, number = request[2] not in ("", "0"), request[3]
        self._subscriptions.stop(RequestCode.ACCOUNT_UPDATES)
        if not subscribe or self._faults.silent_account_updates:
            return
        account = chosen(self._market.accounts, number)[:1]
        if not account or number == ALL:
            self._refuse_account(number)
            return
        known = account[0].number
        self._subscribe(
            RequestCode.ACCOUNT_UPDATES,
            lambda: self._update_rows(known),
            fields(Answer.ACCOUNT_DOWNLOAD_END, 1, known),
        )

    def _update_rows(self, number: str) -> Rows:
        rows: Rows = {
            (figure.tag, figure.currency): messages.account_value(number, figure)
            for figure in self._figures(number)
        }
        for row in self._market.rows(number):
            rows[row.listing.instrument.con_id] = messages.portfolio_value(row)
        rows["time"] = messages.account_update_time(self._market.now())
        return rows

    def _figures(self, number: str) -> tuple[AccountFigure, ...]:
        (account,) = chosen(self._market.accounts, number)
        return (*account_figures(self._market, account), *ledger(self._market, account))

    def _updates_multi(self, request: Fields) -> None:
        if self._faults.silent_account_updates:
            return
        request_id, number, short = int(request[2]), request[3], request[5] not in ("", "0")
        accounts = chosen(self._market.accounts, number or ALL)
        if not accounts:
            self._refuse_account(number, request_id)
            return
        self._subscribe(
            (RequestCode.ACCOUNT_UPDATES_MULTI, request_id),
            lambda: {
                (account.number, figure.tag, figure.currency): messages.account_update_multi(
                    request_id, account.number, figure
                )
                for account in accounts
                for figure in self._figures(account.number)
                if not short or figure.currency == BASE or figure.tag == "NetLiquidation"
            },
            fields(Answer.ACCOUNT_UPDATE_MULTI_END, 1, request_id),
        )

    def _summary(self, request: Fields) -> None:
        request_id, tags = int(request[2]), request[4].split(",")
        if self._subscriptions.count(RequestCode.ACCOUNT_SUMMARY) >= MOST_SUMMARIES:
            self._channel.refuse(
                ErrorCode.UNPROCESSABLE_REQUEST,
                "Error processing request.-'cK' : cause - "
                "Maximum number of account summary requests exceeded",
                request_id,
            )
            return
        self._subscribe(
            (RequestCode.ACCOUNT_SUMMARY, request_id),
            lambda: {
                (account.number, figure.tag, figure.currency): messages.account_summary(
                    request_id, account.number, figure
                )
                for account in self._market.accounts
                for figure in self._summarized(account, tags)
            },
            fields(Answer.ACCOUNT_SUMMARY_END, 1, request_id),
        )

    def _summarized(self, account: SimulatedAccount, tags: list[str]) -> list[AccountFigure]:
        """$LEDGER means the base currency's ledger, $LEDGER:EUR one currency's, $LEDGER:ALL all."""
        figures = [f for f in account_figures(self._market, account) if f.tag in tags]
        for tag in tags:
            name, _, currency = tag.partition(":")
            if name == LEDGER_TAG:
                figures += [
                    figure
                    for figure in ledger(self._market, account)
                    if currency.upper() in ("ALL", figure.currency)
                    or (not currency and figure.currency == BASE)
                ]
        return figures
