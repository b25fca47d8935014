"""The rules of a sync, row by row: reversals, splits, day trades, multipliers, accounts.

Every expected figure is worked out by hand; none comes from the program.
"""

import pytest

from tests.domain.reconciliation.rules import (
    AAPL,
    BTC,
    CALL,
    ES,
    IN_TWO,
    LONG,
    PUT,
    SHORTED,
    SOLD_ALL,
    TENTH,
    TSLA,
    X1,
    X2,
    X3,
    X4,
    Case,
    Closed,
    held,
    judge,
    traded,
)

CASES = (
    # -- the opposite sign: reversed --
    Case(
        "a long position found short was closed and a short one opened",
        before=[LONG],
        after=[held(AAPL, "-40", "158.0", "157.0", "-6280.0", "40.0")],
        counts="created=1 closed=1 total=1 reversed=1",
        kinds=[("AAPL", "reversed"), ("AAPL", "created")],
        closes=[Closed("100", "150", "157", "700", "estimate")],
    ),
    Case(
        "a short position found long was closed and a long one opened",
        before=[SHORTED],
        after=[held(TSLA, "30", "190.0", "190.0", "5700.0", "0.0")],
        counts="created=1 closed=1 total=1 reversed=1",
        kinds=[("TSLA", "reversed"), ("TSLA", "created")],
        closes=[Closed("50", "200", "190", "500", "estimate", contract=TSLA)],
    ),
    Case(
        "one fill through zero shares its commission between close and opening",
        before=[LONG],
        after=[held(AAPL, "-40", "159.99", "160.0", "-6400.0", "-0.4")],
        fills=[traded(AAPL, "SLD", "140", "160.0", X1, commission="1.4")],
        counts="created=1 closed=1 total=1 reversed=1",
        closes=[Closed("100", "150", "160", "999", "fills", (X1,))],
    ),
    Case(
        "a reversal by two fills closes with both",
        before=[SHORTED],
        after=[held(TSLA, "10", "191.0", "191.0", "1910.0", "0.0")],
        fills=[
            traded(TSLA, "BOT", "30", "190.0", X1, commission="0.3", realized="299.7"),
            traded(TSLA, "BOT", "30", "191.0", X2, commission="0.3", realized="179.8"),
        ],
        counts="created=1 closed=1 total=1 reversed=1",
        kinds=[("TSLA", "reversed"), ("TSLA", "created")],
        closes=[Closed("50", "200", "190.4", "479.5", "broker", (X1, X2), contract=TSLA)],
    ),
    # -- other quantity, same total cost, no fill: adjusted --
    Case(
        "a reverse split of a short position is an adjustment",
        before=[held(TSLA, "-100", "10.0", "9.0", "-900.0", "100.0")],
        after=[held(TSLA, "-10", "100.0", "90.0", "-900.0", "100.0")],
        counts="updated=1 total=1 adjusted=1",
        kinds=[("TSLA", "adjusted")],
    ),
    Case(
        "a split with cash for the fraction is an adjustment within half a percent",
        before=[held(AAPL, "100", "200.0", "210.0", "21000.0", "1000.0")],
        after=[held(AAPL, "33", "604.0", "636.0", "20988.0", "1056.0")],
        counts="updated=1 total=1 adjusted=1",
        kinds=[("AAPL", "adjusted")],
    ),
    Case(
        "a cost that is one percent off is a sale, not an adjustment",
        before=[held(AAPL, "100", "200.0", "210.0", "21000.0", "1000.0")],
        after=[held(AAPL, "50", "404.0", "410.0", "20500.0", "300.0")],
        counts="updated=1 total=1 reduced=1",
        kinds=[("AAPL", "reduced")],
        closes=[Closed("50", "200", "410", "10500", "estimate", full=False)],
    ),
    Case(
        "the same total cost after a fill is a trade",
        before=[held(AAPL, "100", "150.0", "1.0", "100.0", "-14900.0")],
        after=[held(AAPL, "110", "136.3636", "1.0", "110.0", "-14890.0")],
        fills=[traded(AAPL, "BOT", "10", "0.001", X1, commission="0.0")],
        counts="updated=1 total=1 increased=1",
        kinds=[("AAPL", "increased")],
    ),
    # -- opened and closed between two runs --
    Case(
        "a short day trade is one position created and closed",
        before=[],
        after=[],
        fills=[
            traded(AAPL, "SLD", "10", "110.0", X1, commission="1.0"),
            traded(AAPL, "BOT", "10", "100.0", X2, commission="1.0", realized="98.0"),
        ],
        counts="created=1 closed=1",
        closes=[Closed("10", "109.9", "100", "98", "broker", (X2,))],
        day_trade=True,
    ),
    Case(
        "two day trades of one stock are two positions",
        before=[],
        after=[],
        fills=[
            traded(AAPL, "BOT", "10", "100.0", X1, commission="0.0"),
            traded(AAPL, "SLD", "10", "110.0", X2, commission="0.0", realized="100.0"),
            traded(AAPL, "BOT", "10", "120.0", X3, commission="0.0"),
            traded(AAPL, "SLD", "10", "115.0", X4, commission="0.0", realized="-50.0"),
        ],
        counts="created=2 closed=2",
        closes=[
            Closed("10", "100", "110", "100", "broker", (X2,)),
            Closed("10", "120", "115", "-50", "broker", (X4,)),
        ],
        day_trade=True,
    ),
    Case(
        "sold all and bought half back is a close and a new position",
        before=[LONG],
        after=[held(AAPL, "50", "158.02", "159.0", "7950.0", "49.0")],
        fills=[SOLD_ALL, traded(AAPL, "BOT", "50", "158.0", X2, commission="1.0")],
        counts="created=1 closed=1 total=1",
        kinds=[("AAPL", "closed"), ("AAPL", "created")],
        closes=[Closed("100", "150", "160", "999", "broker", (X1,))],
    ),
    Case(
        "sold all and bought the same back is a close and a new position",
        before=[LONG],
        after=[held(AAPL, "100", "158.01", "159.0", "15900.0", "99.0")],
        fills=[SOLD_ALL, traded(AAPL, "BOT", "100", "158.0", X2, commission="1.0")],
        counts="created=1 closed=1 total=1",
        kinds=[("AAPL", "closed"), ("AAPL", "created")],
        closes=[Closed("100", "150", "160", "999", "broker", (X1,))],
    ),
    # -- multipliers --
    Case(
        "a short option bought back gains what the premium fell",
        before=[held(PUT, "-5", "250.0", "2.0", "-1000.0", "250.0")],
        after=[],
        fills=[traded(PUT, "BOT", "5", "1.5", X1, commission="3.25")],
        counts="closed=1",
        closes=[Closed("5", "2.5", "1.5", "496.75", "fills", (X1,), contract=PUT)],
    ),
    Case(
        "a short option that vanished is estimated at its last price",
        before=[held(PUT, "-5", "250.0", "2.0", "-1000.0", "250.0")],
        after=[],
        counts="closed=1",
        closes=[Closed("5", "2.5", "2", "250", "estimate", contract=PUT)],
    ),
    Case(
        "of two options of one underlying only the sold one is closed",
        before=[
            held(CALL, "5", "250.65", "3.1", "1550.0", "296.75"),
            held(PUT, "-5", "250.0", "2.0", "-1000.0", "250.0"),
        ],
        after=[held(PUT, "-5", "250.0", "2.0", "-1000.0", "250.0")],
        fills=[traded(CALL, "SLD", "5", "3.2", X1, commission="3.25", realized="343.5")],
        counts="updated=1 closed=1 total=1",
        closes=[Closed("5", "2.5065", "3.2", "343.5", "broker", (X1,), contract=CALL)],
    ),
    Case(
        "a future that vanished counts fifty dollars a point",
        before=[held(ES, "2", "225010.0", "4520.0", "452000.0", "1980.0")],
        after=[],
        counts="closed=1",
        closes=[Closed("2", "4500.2", "4520", "1980", "estimate", contract=ES)],
    ),
    Case(
        "a short future reduced by a fill loses where the price rose",
        before=[held(ES, "-2", "225010.0", "4520.0", "-452000.0", "-1980.0")],
        after=[held(ES, "-1", "225010.0", "4530.0", "-226500.0", "-1490.0")],
        fills=[traded(ES, "BOT", "1", "4530.0", X1, commission="2.05")],
        counts="updated=1 total=1 reduced=1",
        closes=[Closed("1", "4500.2", "4530", "-1492.05", "fills", (X1,), False, ES)],
    ),
    Case(
        "a multiplier of a tenth is a tenth and not one or zero",
        before=[held(TENTH, "10", "5.05", "60.5", "60.5", "10.0")],
        after=[],
        fills=[traded(TENTH, "SLD", "10", "61.0", X1, commission="0.5")],
        counts="closed=1",
        closes=[Closed("10", "50.5", "61", "10", "fills", (X1,), contract=TENTH)],
    ),
    Case(
        "a multiplier of a tenth counts in an estimate too",
        before=[held(TENTH, "10", "5.05", "60.5", "60.5", "10.0")],
        after=[],
        counts="closed=1",
        closes=[Closed("10", "50.5", "60.5", "10", "estimate", contract=TENTH)],
    ),
    Case(
        "a fraction of a coin sold leaves the exact rest",
        before=[held(BTC, "0.00012345", "50000.0", "60000.0", "7.41", "1.23")],
        after=[held(BTC, "0.00002345", "50000.0", "60000.0", "1.41", "0.23")],
        fills=[traded(BTC, "SLD", "0.0001", "60000.0", X1, commission="0.018")],
        counts="updated=1 total=1 reduced=1",
        closes=[Closed("0.0001", "50000", "60000", "0.982", "fills", (X1,), False, BTC)],
    ),
    # -- accounts --
    Case(
        "one instrument in two accounts is two positions",
        before=[],
        after=IN_TWO,
        counts="created=2 total=2",
        kinds=[("AAPL", "created"), ("AAPL", "created")],
        accounts=("DU1", "DU2"),
    ),
    Case(
        "the fill of one account is no evidence for the other",
        before=IN_TWO,
        after=[],
        fills=[SOLD_ALL],
        counts="closed=2",
        closes=[
            Closed("100", "150", "160", "999", "broker", (X1,)),
            Closed("70", "140", "155", "1050", "estimate", account="DU2"),
        ],
        accounts=("DU1", "DU2"),
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.replace(" ", "_"))
def test_a_sync_does_what_the_contract_says(case: Case) -> None:
    judge(case)
