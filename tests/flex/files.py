"""Flex statements as IBKR writes them, with invented accounts, numbers and names."""

from pathlib import Path

# What a query with most boxes ticked gives in each row, values that matter to no test included.
COMMON = {
    "acctAlias": "",
    "model": "",
    "currency": "USD",
    "fxRateToBase": "1",
    "assetCategory": "STK",
    "subCategory": "COMMON",
    "symbol": "AAPL",
    "description": "APPLE INC",
    "conid": "265598",
    "securityID": "US0378331005",
    "securityIDType": "ISIN",
    "listingExchange": "NASDAQ",
    "underlyingConid": "",
    "underlyingSymbol": "AAPL",
    "multiplier": "1",
    "strike": "",
    "expiry": "",
    "putCall": "",
    "tradeID": "1700000001",
    "reportDate": "20261102",
    "dateTime": "20261102;103015",
    "tradeDate": "20261102",
    "settleDateTarget": "20261103",
    "transactionType": "ExchTrade",
    "exchange": "ISLAND",
    "quantity": "-100",
    "tradePrice": "120.25",
    "taxes": "0",
    "ibCommission": "-1.0035",
    "ibCommissionCurrency": "USD",
    "openCloseIndicator": "C",
    "notes": "P;ML",
    "fifoPnlRealized": "1998.9965",
    "origTradeID": "",
    "origTransactionID": "0",
    "transactionID": "29000000001",
    "buySell": "SELL",
    "ibOrderID": "810000001",
    "ibExecID": "0000e0d5.6aa01234.01.01",
    "orderType": "PEG BENCH",
    "levelOfDetail": "EXECUTION",
    "isAPIOrder": "N",
    "figi": "BBG000B9XRY4",
    "addedByIbkrNextYear": "1",
}
CALL = {
    "assetCategory": "OPT",
    "subCategory": "C",
    "symbol": "AAPL  261218C00200500",
    "description": "AAPL 18DEC26 200.5 C",
    "conid": "720000001",
    "listingExchange": "CBOE",
    "underlyingConid": "265598",
    "multiplier": "100",
    "strike": "200.5",
    "expiry": "20261218",
    "putCall": "C",
}
FUTURE = {
    "assetCategory": "FUT",
    "symbol": "ESZ6",
    "conid": "495512563",
    "listingExchange": "CME",
    "underlyingSymbol": "ES",
    "multiplier": "50",
    "expiry": "20261218",
}
EURUSD = {
    "assetCategory": "CASH",
    "symbol": "EUR.USD",
    "conid": "12087792",
    "listingExchange": "",
    "exchange": "IDEALFX",
    "underlyingSymbol": "",
    "openCloseIndicator": "",
    "fifoPnlRealized": "0",
}


# What a Trade Confirmation query calls otherwise -> how an activity query calls it.
CONFIRMED = {
    "execID": "ibExecID",
    "price": "tradePrice",
    "commission": "ibCommission",
    "commissionCurrency": "ibCommissionCurrency",
    "code": "notes",
}
# What it does not have.
UNCONFIRMED = ("fifoPnlRealized", "fxRateToBase", "transactionID", "openCloseIndicator")


def element(name: str, attributes: dict[str, str]) -> str:
    texts = (f'{key}="{value}"' for key, value in attributes.items())
    return f"<{name} {' '.join(texts)} />"


def trade(*kinds: dict[str, str], without: tuple[str, ...] = (), **attributes: str) -> str:
    """A trade row: an execution of a stock, but for what is said otherwise."""
    merged = COMMON.copy()
    for kind in kinds:
        merged |= kind
    merged |= attributes
    return element("Trade", {key: text for key, text in merged.items() if key not in without})


def cancel(original: str, *kinds: dict[str, str], **attributes: str) -> str:
    """The row that takes back the trade of that number."""
    row = {
        "tradeID": "",
        "transactionType": "TradeCancel",
        "exchange": "--",
        "openCloseIndicator": "",
        "notes": "Ca",
        "origTradeID": original,
        "buySell": "SELL (Ca.)",
        "ibExecID": "",
        "quantity": "100",
        "fifoPnlRealized": "0",
        "transactionID": "29000000002",
    }
    return trade(*kinds, **(row | attributes))


def confirmation(*kinds: dict[str, str], without: tuple[str, ...] = (), **attributes: str) -> str:
    """A row of a Trade Confirmation query: the same execution, named as that one names it."""
    merged = COMMON.copy()
    for kind in kinds:
        merged |= kind
    own = {name: merged.pop(activity) for name, activity in CONFIRMED.items()}
    row = {"amount": "12025", "netCash": "12023.9965", **own, **merged, **attributes}
    hidden = (*UNCONFIRMED, *without)
    return element("TradeConfirm", {key: text for key, text in row.items() if key not in hidden})


def account_statement(
    *rows: str,
    account: str = "U1234567",
    days: tuple[str, str] = ("20261101", "20261130"),
    sections: str = "",
    generated: str = "20261201;014509",
) -> str:
    header = (
        f'accountId="{account}" fromDate="{days[0]}" toDate="{days[1]}" '
        f'period="LastMonth" whenGenerated="{generated}"'
    )
    trades = f"<Trades>\n{chr(10).join(rows)}\n</Trades>" if rows else ""
    return f"<FlexStatement {header}>\n{sections}{trades}\n</FlexStatement>"


def document(*statements: str) -> str:
    inner = "\n".join(statements)
    return (
        '<FlexQueryResponse queryName="Position Sync" type="AF">\n'
        f'<FlexStatements count="{len(statements)}">\n{inner}\n</FlexStatements>\n'
        "</FlexQueryResponse>\n"
    )


def written(folder: Path, *rows: str, account: str = "U1234567") -> Path:
    """A file with one account's trade rows."""
    return saved(folder, document(account_statement(*rows, account=account)))


def saved(folder: Path, text: str, name: str = "trades.xml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
