"""The holdings and trades of the scripted TWS in several tests."""

from tests.end_to_end.scripted_tws import Contract, Execution, Held

AAPL = Contract(265598, "AAPL")
TSLA = Contract(76792991, "TSLA")
BTC = Contract(479624278, "BTC", "CRYPTO", exchange="PAXOS")
EUR = Contract(12087792, "EUR", "CASH", exchange="IDEALPRO", local_symbol="EUR.USD")
CALL = Contract(
    700000001, "AAPL", "OPT", "USD", "CBOE", "100", "20991218", "200.0", "C", "AAPL  991218C200"
)  # fmt: skip
PUT = Contract(
    700000002, "AAPL", "OPT", "USD", "CBOE", "100", "20991218", "190.0", "P", "AAPL  991218P190"
)  # fmt: skip
BAG = Contract(28812380, "AAPL", "BAG", exchange="SMART")

COUNTS = (
    "positions_created", "positions_updated", "positions_closed", "total_ibkr_positions",
    "increased", "reduced", "reversed", "adjusted",
)  # fmt: skip

LONG = Held(AAPL, "100", "150.0", "155.0", "15500.0", "500.0")
SHORTED = Held(TSLA, "-50", "200.0", "195.0", "-9750.0", "250.0")
IN_TWO = (LONG, Held(AAPL, "70", "140.0", "155.0", "10850.0", "1050.0", "DU2"))
X1, X2, X3 = (f"0000e0d5.6550aa0{number}.01.01" for number in (1, 2, 3))
SOLD_ALL = Execution(AAPL, "SLD", "100", "160.0", X1, commission="1.0", realized="999.0")
