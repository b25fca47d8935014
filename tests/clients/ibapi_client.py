"""Reads a simulated TWS with IBKR's own ibapi, and checks that all it says is there and adds up.

Usage: uv run --no-project --with ibapi==9.81.1.post1 python tests/clients/ibapi_client.py PORT
[EXPECTED], where EXPECTED is a JSON file with the positions: account, con_id, quantity, cost.
"""

import json
import logging
import sys
import threading
import time
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

from ibapi.client import EClient
from ibapi.contract import Contract
from ibapi.execution import ExecutionFilter
from ibapi.order import Order
from ibapi.wrapper import EWrapper

CLIENT_ID = 32
TIMEOUT_S = 10
PARTS = ("TotalCashBalance", "StockMarketValue", "OptionMarketValue", "Cryptocurrency")
NOTICES = {2104, 2106, 2158}


class Complaints(logging.Handler):
    """Keeps what the library could not read, and the exceptions of its reader."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(record.getMessage())


class Client(EWrapper, EClient):  # type: ignore[misc]
    """Keeps every answer by its name, and wakes whoever waits for it."""

    def __init__(self) -> None:
        EWrapper.__init__(self)
        EClient.__init__(self, self)
        self.answers: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
        self._news = threading.Condition()

    def wait_for(self, name: str, count: int = 1) -> list[tuple[Any, ...]]:
        with self._news:
            if not self._news.wait_for(lambda: len(self.answers[name]) >= count, TIMEOUT_S):
                raise TimeoutError(f"{name} did not come; errors: {self.answers['error']}")
            return list(self.answers[name])


def keeper(name: str) -> Any:
    def keep(self: Client, *values: Any) -> None:
        with self._news:
            self.answers[name].append(values)
            self._news.notify_all()

    return keep


for _name in (
    *("nextValidId", "managedAccounts", "error", "currentTime", "position", "positionEnd"),
    *("updateAccountValue", "updatePortfolio", "updateAccountTime", "accountDownloadEnd"),
    *("execDetails", "execDetailsEnd", "commissionReport", "contractDetails"),
    *("contractDetailsEnd", "accountSummary", "accountSummaryEnd", "pnl", "pnlSingle"),
    *("positionMulti", "positionMultiEnd", "accountUpdateMulti", "accountUpdateMultiEnd"),
    *("openOrderEnd", "completedOrdersEnd"),
):
    setattr(Client, _name, keeper(_name))


def read_positions(client: Client, expected: list[list[str]] | None) -> int:
    client.reqPositions()
    client.wait_for("positionEnd")
    rows = client.answers["position"]
    assert len(rows) >= 6, rows
    got = sorted([a, str(c.conId), repr(q), repr(k)] for a, c, q, k in rows)
    if expected is not None:
        wanted = sorted([a, c, repr(float(q)), repr(float(k))] for a, c, q, k in expected)
        assert got == wanted, (got, wanted)
    return len(rows)


def read_account(client: Client, account: str) -> None:
    ends = len(client.answers["accountDownloadEnd"])
    client.reqAccountUpdates(True, account)
    client.wait_for("accountDownloadEnd", ends + 1)
    client.reqAccountUpdates(False, account)
    held = {c.conId: q for a, c, q, _ in client.answers["position"] if a == account}
    rows = [row for row in client.answers["updatePortfolio"] if row[-1] == account]
    assert {row[0].conId: row[1] for row in rows if row[1]} == held
    values = {(v[0], v[2]): v[1] for v in client.answers["updateAccountValue"] if v[3] == account}
    net = Decimal(values["NetLiquidation", "USD"])
    assert net == sum(Decimal(values[tag, "BASE"]) for tag in PARTS), values


def read_multi(client: Client, account: str) -> None:
    client.reqPositionsMulti(11, account, "")
    client.reqAccountUpdatesMulti(12, account, "", False)
    client.reqAccountSummary(13, "All", "NetLiquidation,$LEDGER:ALL")
    client.wait_for("positionMultiEnd")
    client.wait_for("accountUpdateMultiEnd")
    client.wait_for("accountSummaryEnd")
    assert {row[1] for row in client.answers["positionMulti"]} == {account}
    assert {row[1] for row in client.answers["accountUpdateMulti"]} == {account}
    assert len({row[1] for row in client.answers["accountSummary"]}) == 2
    client.cancelPositionsMulti(11)
    client.cancelAccountUpdatesMulti(12)
    client.cancelAccountSummary(13)


def read_fills(client: Client) -> int:
    client.reqExecutions(21, ExecutionFilter())
    client.wait_for("execDetailsEnd")
    ids = {execution.execId for _, _, execution in client.answers["execDetails"]}
    assert ids == {report.execId for (report,) in client.answers["commissionReport"]}
    assert all(e.time.endswith(" UTC") for _, _, e in client.answers["execDetails"])
    return len(ids)


def read_the_rest(client: Client, account: str) -> None:
    client.reqCurrentTime()
    assert abs(client.wait_for("currentTime")[0][0] - time.time()) < 60
    client.reqOpenOrders()
    client.reqCompletedOrders(False)
    client.wait_for("openOrderEnd")
    client.wait_for("completedOrdersEnd")
    for request_id, (_, held, _, _) in enumerate(client.answers["position"], 100):
        wanted = Contract()
        wanted.conId = held.conId
        client.reqContractDetails(request_id, wanted)
    count = len(client.answers["position"])
    client.wait_for("contractDetailsEnd", count)
    assert len(client.answers["contractDetails"]) == count
    client.reqPnL(31, account, "")
    for request_id, (owner, held, _, _) in enumerate(client.answers["position"], 300):
        client.reqPnLSingle(request_id, owner, "", held.conId)
    client.wait_for("pnl")
    client.wait_for("pnlSingle", count)
    order, wanted = Order(), Contract()
    order.action, order.orderType, order.totalQuantity = "BUY", "MKT", 1
    wanted.symbol, wanted.secType, wanted.exchange, wanted.currency = "AAPL", "STK", "SMART", "USD"
    client.placeOrder(client.answers["nextValidId"][0][0], wanted, order)
    refusal = client.wait_for("error", len(NOTICES) + 1)[-1]
    assert refusal[1] == 321, refusal


def check(port: int, expected: list[list[str]] | None) -> str:
    complaints = Complaints()
    logging.getLogger().addHandler(complaints)
    logging.getLogger().setLevel(logging.ERROR)
    client = Client()
    client.connect("127.0.0.1", port, CLIENT_ID)
    version = client.serverVersion()
    runner = threading.Thread(target=client.run, daemon=True)
    runner.start()
    try:
        (accounts,) = client.wait_for("managedAccounts")[0]
        client.wait_for("nextValidId")
        notices = {code for _, code, _ in client.wait_for("error", len(NOTICES))}
        assert notices == NOTICES, notices
        positions = read_positions(client, expected)
        for account in accounts.strip(",").split(","):
            read_account(client, account)
        read_multi(client, account)
        fills = read_fills(client)
        read_the_rest(client, account)
    finally:
        client.disconnect()
        runner.join(TIMEOUT_S)
    assert not complaints.texts, complaints.texts
    return f"ibapi ok: version {version}, {positions} positions, {fills} fills"


def main() -> None:
    expected = json.loads(Path(sys.argv[2]).read_text()) if len(sys.argv) > 2 else None
    try:
        line = check(int(sys.argv[1]), expected)
    except Exception as error:  # the one line must say what went wrong
        sys.exit(f"ibapi failed: {type(error).__name__}: {error}")
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
