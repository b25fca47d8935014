"""Reads a simulated TWS with ib_async, and checks that all it says is there and adds up.

Usage: uv run --no-project --with ib_async==2.1.0 python tests/clients/ib_async_client.py PORT
[EXPECTED], where EXPECTED is a JSON file with the positions: account, con_id, quantity, cost.
"""

import asyncio
import json
import logging
import math
import sys
import time
from decimal import Decimal
from pathlib import Path

from ib_async import IB, Contract, ExecutionFilter, MarketOrder, Stock

CLIENT_ID = 31
TIMEOUT_S = 10
PARTS = ("TotalCashBalance", "StockMarketValue", "OptionMarketValue", "Cryptocurrency")


class Complaints(logging.Handler):
    """Keeps what the library's decoder could not read."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(record.getMessage())


async def read_positions(ib: IB, expected: list[list[str]] | None) -> int:
    positions = await ib.reqPositionsAsync()
    assert len(positions) >= 6, positions
    if expected is not None:
        got = sorted(
            [p.account, str(p.contract.conId), repr(p.position), repr(p.avgCost)] for p in positions
        )
        wanted = [[a, c, repr(float(q)), repr(float(k))] for a, c, q, k in expected]
        assert got == sorted(wanted), (got, wanted)
    return len(positions)


async def read_accounts(ib: IB) -> None:
    for account in ib.managedAccounts():
        await asyncio.wait_for(ib.reqAccountUpdatesAsync(account), TIMEOUT_S)
        held = {p.contract.conId: p.position for p in ib.positions(account)}
        assert {i.contract.conId: i.position for i in ib.portfolio(account)} == held
        values = {(v.tag, v.currency): v.value for v in ib.accountValues(account)}
        net = Decimal(values["NetLiquidation", "USD"])
        assert net == sum(Decimal(values[tag, "BASE"]) for tag in PARTS), values
    summary = await asyncio.wait_for(ib.accountSummaryAsync(), TIMEOUT_S)
    assert {row.account for row in summary if row.tag == "NetLiquidation"} == set(
        ib.managedAccounts()
    )


async def read_fills(ib: IB) -> int:
    answer = await asyncio.wait_for(ib.reqExecutionsAsync(ExecutionFilter()), TIMEOUT_S)
    # an execution that the library knows already comes back without its report: ib.fills() has it
    fills = ib.fills()
    assert {f.execution.execId for f in answer} == {f.execution.execId for f in fills}
    for fill in fills:
        assert fill.commissionReport.execId == fill.execution.execId
        assert fill.commissionReport.commission > 0
        assert abs(fill.time.timestamp() - time.time()) < 24 * 3600
    return len(fills)


async def read_the_rest(ib: IB) -> None:
    assert abs((await ib.reqCurrentTimeAsync()).timestamp() - time.time()) < 60
    con_id = ib.positions()[0].contract.conId
    (details,) = await ib.reqContractDetailsAsync(Contract(conId=con_id))
    assert details.contract.conId == con_id
    assert details.longName
    account = ib.managedAccounts()[0]
    pnl = ib.reqPnL(account)
    single = ib.reqPnLSingle(account, "", con_id)
    await ib.reqCurrentTimeAsync()
    assert not math.isnan(pnl.unrealizedPnL), "no P&L came"
    assert not math.isnan(single.value), "no P&L of one position came"
    codes: list[int] = []
    ib.errorEvent += lambda _id, code, *_: codes.append(code)
    ib.placeOrder(Stock("AAPL", "SMART", "USD"), MarketOrder("BUY", 1))
    await ib.reqCurrentTimeAsync()
    assert codes == [321], codes


async def check(port: int, expected: list[list[str]] | None) -> str:
    decoder = Complaints()
    logging.getLogger("ib_async.Decoder").addHandler(decoder)
    logging.getLogger("ib_async").setLevel(logging.CRITICAL)
    logging.getLogger("ib_async.Decoder").setLevel(logging.WARNING)
    ib = IB()
    await ib.connectAsync("127.0.0.1", port, clientId=CLIENT_ID, timeout=TIMEOUT_S)
    try:
        positions = await read_positions(ib, expected)
        await read_accounts(ib)
        fills = await read_fills(ib)
        await read_the_rest(ib)
        version = ib.client.serverVersion()
    finally:
        ib.disconnect()
    assert not decoder.texts, decoder.texts
    return f"ib_async ok: version {version}, {positions} positions, {fills} fills"


def main() -> None:
    expected = json.loads(Path(sys.argv[2]).read_text()) if len(sys.argv) > 2 else None
    try:
        line = asyncio.run(check(int(sys.argv[1]), expected))
    except Exception as error:  # the one line must say what went wrong
        sys.exit(f"ib_async failed: {type(error).__name__}: {error}")
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
