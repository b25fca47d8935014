"""What the rows of one read, and of the reads before, make of a holding."""

from datetime import UTC, datetime
from decimal import Decimal

from app.broker.protocol.rows import portfolio_row, position_row
from app.broker.reading.executions import execution_row
from app.broker.reading.snapshot_builder import ReadCache, SnapshotBuilder
from app.domain.model.snapshot import Holding, Snapshot

D = Decimal
AT = datetime(2026, 11, 3, 21, tzinfo=UTC)
BOND = ("7001", "T 4 1/8", "BOND", "20301130", "0.0", "", "", "", "USD", "T", "T")
SHARE = ("7002", "VOD", "STK", "", "0.0", "", "", "", "GBP", "VOD", "VOD")


def message(*texts: str) -> bytes:
    return "".join(f"{text}\0" for text in texts).encode()


class Reads:
    """One read after another, as a broker makes them."""

    def __init__(self) -> None:
        self._cache = ReadCache()
        self._builder = SnapshotBuilder()

    def held(
        self, contract: tuple[str, ...], quantity: str, cost: str, *, account: str = "DU1"
    ) -> "Reads":
        row = position_row(message("61", "3", account, *contract, quantity, cost))
        self._builder.positions.append(row)
        return self

    def listed(
        self, contract: tuple[str, ...], quantity: str, price: str, value: str,
        *, account: str = "DU1",
    ) -> "Reads":  # fmt: skip
        figures = (quantity, price, value, "0.0", "0.0", "0.0", account)
        row = portfolio_row(message("7", "8", *contract[:7], "SMART", *contract[8:], *figures))
        self._builder.portfolio[row.identity] = row
        return self

    def sold(self, contract: tuple[str, ...], shares: str, price: str) -> "Reads":
        rest = ("1", "0", "0", shares, price, "", "", "", "", "1")
        fields = ["11", "3", "0", *contract, "ab.cd.01.01", "20261103 20:50:00 UTC", "DU1", "SMART"]
        self._builder.fills.append(execution_row([*fields, "SLD", shares, price, *rest]))
        return self

    async def snapshot(self, *accounts: str) -> Snapshot:
        builder, self._builder = self._builder, SnapshotBuilder()
        return await builder.snapshot(accounts or ("DU1",), AT, self._cache)

    async def holding(self) -> Holding:
        (holding,) = (await self.snapshot()).holdings
        return holding


async def test_a_bonds_value_factor_is_ibkrs_value_by_price_and_quantity() -> None:
    reads = Reads().held(BOND, "25", "913.75").listed(BOND, "25", "91.5", "22875")
    instrument = (await reads.sold(BOND, "5", "92").snapshot()).holdings[0].instrument
    assert (instrument.multiplier, instrument.value_factor, instrument.unit_value) == (1, 10, 10)


async def test_its_fills_have_the_factor_too() -> None:
    reads = Reads().held(BOND, "25", "913.75").listed(BOND, "25", "91.5", "22875")
    (fill,) = (await reads.sold(BOND, "5", "92").snapshot()).fills
    assert fill.instrument.value_factor == 10


async def test_a_share_in_pence_has_a_hundredth_and_one_in_pounds_none() -> None:
    pence = await Reads().held(SHARE, "200", "5").listed(SHARE, "200", "512.4", "1024.8").holding()
    pounds = await Reads().held(SHARE, "200", "5").listed(SHARE, "200", "5.124", "1024.8").holding()
    assert (pence.instrument.value_factor, pounds.instrument.value_factor) == (D("0.01"), None)


async def test_a_trade_between_the_rows_is_valued_with_the_known_factor() -> None:
    reads = Reads().held(BOND, "25", "913.75").listed(BOND, "25", "91.5", "22875")
    await reads.snapshot()
    later = await reads.held(BOND, "20", "913.75").listed(BOND, "25", "92", "23000").holding()
    assert later.instrument.value_factor == 10
    assert (later.market_value, later.unrealized_pnl) == (18400, 125)


async def test_the_instrument_is_the_same_object_read_after_read() -> None:
    reads, seen = Reads(), set()
    for price, value in (("91.5", "22875"), ("91.6", "22900"), ("91.6", "21000"), ("0", "0")):
        reads.held(BOND, "25", "913.75").listed(BOND, "25", price, value)
        seen.add(id((await reads.holding()).instrument))
    assert len(seen) == 1


async def test_all_accounts_learn_what_one_of_them_shows() -> None:
    reads = Reads()
    for account, quantity, value in (("DU1", "0.001", "0.92"), ("DU2", "25", "22875")):
        reads.held(BOND, quantity, "913.75", account=account)
        reads.listed(BOND, quantity, "91.5", value, account=account)
    small, large = (await reads.snapshot("DU1", "DU2")).holdings
    assert small.instrument is large.instrument
    assert large.instrument.value_factor == 10


async def test_a_holding_that_did_not_change_learns_the_factor_too() -> None:
    reads = Reads()
    position = position_row(message("61", "3", "DU1", *BOND, "0.001", "913.75"))
    reads._builder.positions.append(position)
    assert (await reads.holding()).instrument.value_factor is None
    reads._builder.positions.append(position)
    reads.held(BOND, "25", "913.75", account="DU2")
    reads.listed(BOND, "25", "91.5", "22875", account="DU2")
    first, second = (await reads.snapshot("DU1", "DU2")).holdings
    assert (first.instrument.value_factor, second.instrument.value_factor) == (10, 10)


async def test_without_prices_no_factor_is_found() -> None:
    reads = Reads().held(BOND, "25", "913.75").listed(BOND, "25", "1.7976931348623157E308", "0.0")
    holding = await reads.holding()
    assert (holding.market_price, holding.instrument.value_factor) == (None, None)
