"""The rules of a sync, row by row: what is created, updated, increased, reduced and closed.

Every expected figure is worked out by hand; none comes from the program.
"""

import pytest

from tests.domain.reconciliation.rules import (
    AAPL,
    BTC,
    LONG,
    SHORTED,
    SOLD_ALL,
    TSLA,
    X1,
    X2,
    Case,
    Closed,
    held,
    judge,
    traded,
)

CASES = (
    # -- nothing stored, q ≠ 0: created --
    Case(
        "a new long stock is created",
        before=[],
        after=[LONG],
        counts="created=1 total=1",
        kinds=[("AAPL", "created")],
    ),
    Case(
        "a new short stock is created",
        before=[LONG],
        after=[LONG, SHORTED],
        counts="created=1 updated=1 total=2",
        kinds=[("TSLA", "created")],
    ),
    Case(
        "a new fraction of a coin is created",
        before=[],
        after=[held(BTC, "0.00012345", "50000.0", "60000.0", "7.41", "1.23")],
        counts="created=1 total=1",
        kinds=[("BTC", "created")],
    ),
    Case(
        "a position opened by a trade of today is created once",
        before=[],
        after=[LONG],
        fills=[traded(AAPL, "BOT", "100", "149.99", X1, commission="1.0")],
        counts="created=1 total=1",
        kinds=[("AAPL", "created")],
    ),
    # -- the same quantity: updated --
    Case(
        "a long position at a new price is updated",
        before=[LONG],
        after=[held(AAPL, "100", "150.0", "156.5", "15650.0", "650.0")],
        counts="updated=1 total=1",
        kinds=[],
    ),
    Case(
        "a short position at a new price is updated",
        before=[SHORTED],
        after=[held(TSLA, "-50", "200.0", "210.0", "-10500.0", "-500.0")],
        counts="updated=1 total=1",
        kinds=[],
    ),
    Case(
        "another average cost of the same quantity is taken as it is",
        before=[LONG],
        after=[held(AAPL, "100", "149.1", "155.0", "15500.0", "590.0")],
        counts="updated=1 total=1",
        kinds=[("AAPL", "updated")],
    ),
    # -- same sign, larger: increased --
    Case(
        "a long position that grew without a fill is increased",
        before=[LONG],
        after=[held(AAPL, "150", "152.0", "156.0", "23400.0", "600.0")],
        counts="updated=1 total=1 increased=1",
        kinds=[("AAPL", "increased")],
    ),
    Case(
        "a long position that grew by a fill has IBKR's average cost",
        before=[LONG],
        after=[held(AAPL, "150", "152.0123", "156.0", "23400.0", "598.15")],
        fills=[traded(AAPL, "BOT", "50", "156.0", X1, commission="1.0")],
        counts="updated=1 total=1 increased=1",
        kinds=[("AAPL", "increased")],
    ),
    Case(
        "a short position that grew by a fill is increased",
        before=[SHORTED],
        after=[held(TSLA, "-80", "201.5", "195.0", "-15600.0", "520.0")],
        fills=[traded(TSLA, "SLD", "30", "204.0", X1, commission="1.0")],
        counts="updated=1 total=1 increased=1",
        kinds=[("TSLA", "increased")],
    ),
    Case(
        "a short position that grew without a fill is increased",
        before=[SHORTED],
        after=[held(TSLA, "-51", "200.1", "195.0", "-9945.0", "260.1")],
        counts="updated=1 total=1 increased=1",
        kinds=[("TSLA", "increased")],
    ),
    Case(
        "a growth that fills explain only in part closes nothing",
        before=[LONG],
        after=[held(AAPL, "150", "152.0", "156.0", "23400.0", "600.0")],
        fills=[traded(AAPL, "BOT", "30", "156.0", X1, commission="1.0")],
        counts="updated=1 total=1 increased=1",
        kinds=[("AAPL", "increased")],
    ),
    # -- same sign, smaller: reduced, and a partial close --
    Case(
        "a long position reduced without a fill is estimated at the newest price",
        before=[LONG],
        after=[held(AAPL, "40", "150.0", "156.0", "6240.0", "240.0")],
        counts="updated=1 total=1 reduced=1",
        kinds=[("AAPL", "reduced")],
        closes=[Closed("60", "150", "156", "360", "estimate", full=False)],
    ),
    Case(
        "a long position reduced by a fill has the broker's figure",
        before=[LONG],
        after=[held(AAPL, "40", "150.0", "157.0", "6280.0", "280.0")],
        fills=[traded(AAPL, "SLD", "60", "157.0", X1, commission="1.2", realized="418.8")],
        counts="updated=1 total=1 reduced=1",
        kinds=[("AAPL", "reduced")],
        closes=[Closed("60", "150", "157", "418.8", "broker", (X1,), full=False)],
    ),
    Case(
        "a short position reduced by a fill has the broker's figure",
        before=[SHORTED],
        after=[held(TSLA, "-20", "200.0", "190.0", "-3800.0", "200.0")],
        fills=[traded(TSLA, "BOT", "30", "190.0", X1, commission="0.9", realized="299.1")],
        counts="updated=1 total=1 reduced=1",
        kinds=[("TSLA", "reduced")],
        closes=[Closed("30", "200", "190", "299.1", "broker", (X1,), False, TSLA)],
    ),
    Case(
        "a short position reduced without a fill gains where the price fell",
        before=[SHORTED],
        after=[held(TSLA, "-20", "200.0", "195.0", "-3900.0", "100.0")],
        counts="updated=1 total=1 reduced=1",
        kinds=[("TSLA", "reduced")],
        closes=[Closed("30", "200", "195", "150", "estimate", full=False, contract=TSLA)],
    ),
    Case(
        "a reduction that fills explain in part makes two closes",
        before=[LONG],
        after=[held(AAPL, "30", "150.0", "156.0", "4680.0", "180.0")],
        fills=[traded(AAPL, "SLD", "50", "157.0", X1, commission="1.0", realized="349.0")],
        counts="updated=1 total=1 reduced=1",
        kinds=[("AAPL", "reduced")],
        closes=[
            Closed("50", "150", "157", "349", "broker", (X1,), full=False),
            Closed("20", "150", "156", "120", "estimate", full=False),
        ],
    ),
    Case(
        "a sale and a larger purchase leave the partial close of the sale",
        before=[LONG],
        after=[held(AAPL, "120", "154.0", "158.0", "18960.0", "480.0")],
        fills=[
            traded(AAPL, "SLD", "50", "157.0", X1, commission="1.0", realized="349.0"),
            traded(AAPL, "BOT", "70", "158.0", X2, commission="1.0"),
        ],
        counts="updated=1 total=1 increased=1",
        kinds=[("AAPL", "increased")],
        closes=[Closed("50", "150", "157", "349", "broker", (X1,), full=False)],
    ),
    # -- absent or 0: closed --
    Case(
        "a long position closed by a fill has the broker's figure",
        before=[LONG],
        after=[],
        fills=[SOLD_ALL],
        counts="closed=1",
        kinds=[("AAPL", "closed")],
        closes=[Closed("100", "150", "160", "999", "broker", (X1,))],
    ),
    Case(
        "a short position closed by a fill has the broker's figure",
        before=[SHORTED],
        after=[],
        fills=[traded(TSLA, "BOT", "50", "180.0", X1, commission="1.5", realized="998.5")],
        counts="closed=1",
        kinds=[("TSLA", "closed")],
        closes=[Closed("50", "200", "180", "998.5", "broker", (X1,), contract=TSLA)],
    ),
    Case(
        "a close at cost is the broker's zero, not unknown",
        before=[LONG],
        after=[],
        fills=[traded(AAPL, "SLD", "100", "150.0", X1, commission="0.0", realized="0.0")],
        counts="closed=1",
        closes=[Closed("100", "150", "150", "0", "broker", (X1,))],
    ),
    Case(
        "a long position that vanished is estimated at its last price",
        before=[LONG],
        after=[],
        counts="closed=1",
        kinds=[("AAPL", "closed")],
        closes=[Closed("100", "150", "155", "500", "estimate")],
    ),
    Case(
        "a short position that vanished is estimated with its sign turned",
        before=[SHORTED],
        after=[],
        counts="closed=1",
        kinds=[("TSLA", "closed")],
        closes=[Closed("50", "200", "195", "250", "estimate", contract=TSLA)],
    ),
    Case(
        "a close by two fills is one close at the mean price",
        before=[LONG],
        after=[],
        fills=[
            traded(AAPL, "SLD", "60", "160.0", X1, commission="0.6", realized="599.4"),
            traded(AAPL, "SLD", "40", "161.0", X2, commission="0.4", realized="439.6"),
        ],
        counts="closed=1",
        closes=[Closed("100", "150", "160.4", "1039", "broker", (X1, X2))],
    ),
    Case(
        "a close that fills explain in part makes two closes",
        before=[LONG],
        after=[],
        fills=[traded(AAPL, "SLD", "60", "157.0", X1, commission="1.2", realized="418.8")],
        counts="closed=1",
        kinds=[("AAPL", "closed")],
        closes=[
            Closed("60", "150", "157", "418.8", "broker", (X1,), full=False),
            Closed("40", "150", "155", "200", "estimate"),
        ],
    ),
    # -- commission reports --
    Case(
        "a fill without its report is computed from prices",
        before=[LONG],
        after=[],
        fills=[traded(AAPL, "SLD", "100", "160.0", X1)],
        counts="closed=1",
        closes=[Closed("100", "150", "160", "1000", "fills", (X1,))],
    ),
    Case(
        "one report missing of two makes the close computed from both fills",
        before=[LONG],
        after=[],
        fills=[
            traded(AAPL, "SLD", "60", "160.0", X1, commission="0.6", realized="599.4"),
            traded(AAPL, "SLD", "40", "161.0", X2),
        ],
        counts="closed=1",
        closes=[Closed("100", "150", "160.4", "1039.4", "fills", (X1, X2))],
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.replace(" ", "_"))
def test_a_sync_does_what_the_contract_says(case: Case) -> None:
    judge(case)
