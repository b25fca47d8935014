"""The lines of the pane: instrument, holding, P&L with its formulas, sums of several rows. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from app.domain.explain.model import ExplainedField, Explanation
from app.domain.explain.open_position import explain
from app.domain.explain.realized import explain_realized
from app.domain.history.closed_positions import ClosedPositionRow
from app.domain.model.amounts import exact_sum
from app.domain.model.instruments import Instrument, expiry_text
from app.domain.model.positions import Position
from app.domain.portfolio.realized_totals import totals_by_currency
from app.domain.text.messages import joined, message, message_in, tr, tr_plural, translated
from app.ui.detail.state import ExplainedFigure, Fact, PositionDetail, SelectionSum
from app.ui.explain.texts import read_text, written
from app.ui.positions.figures import average_price, cost_basis, realized_text
from app.ui.positions.tooltips import NOTHING_CLOSED, REALIZED, UNKNOWN
from app.ui.style.formatting import DASH, Formats
from app.ui.style.theme import GAIN_TONES

ESTIMATED, COMMISSION = message("≈ Estimated"), message("Commission")
RIGHTS = {"C": message("Call"), "P": message("Put")}
SUMS: tuple[tuple[str, Callable[[Position], Decimal | None]], ...] = (
    (message("Market value"), lambda position: position.market_value),
    (message("Cost basis"), cost_basis),
    (message("Unrealized P&L"), lambda position: position.unrealized_pnl),
)


def instrument_facts(held: Instrument, formats: Formats) -> tuple[Fact, ...]:
    """All that IBKR tells of it; what does not apply to its type is left out."""
    factor, is_derived = held.value_factor, held.is_option or held.sec_type == "FUT"
    facts = [
        Fact(message("Symbol"), held.symbol),
        Fact(message("Description"), held.description),
        Fact(message("Local symbol"), held.local_symbol),
        Fact(message("Type"), translated(held.type_name)),
        Fact(message("Underlying"), held.symbol if is_derived else ""),
        Fact(message("Expiry"), expiry_text(held.expiry)),
        Fact(message("Strike"), "" if held.strike is None else formats.quantity(held.strike)),
        Fact(message_in("option", "Right"), translated(RIGHTS.get(held.right, held.right))),
        Fact(message("Multiplier"), formats.quantity(held.multiplier)),
        Fact(
            *(message("Value factor"), formats.quantity(held.unit_value)),
            tooltip=message("The multiplier")
            if factor is None
            else message("From IBKR's own market value: the value of one at a price of 1"),
        ),
        Fact(message("Exchange"), held.exchange or DASH),
        Fact(message("Currency"), held.currency),
        Fact(message("Trading class"), held.trading_class),
        Fact(message("Con ID"), str(held.con_id), can_copy=True),
    ]
    return tuple(fact for fact in facts if fact.text)


def holding_facts(position: Position, formats: Formats) -> tuple[Fact, ...]:
    """Quantity, cost, price and value; of a closed position, when that was."""
    currency = position.instrument.currency
    facts = [
        Fact(message("Account"), position.account),
        Fact(message("Opened"), formats.time(position.opened_at)),
    ]
    if position.closed_at is not None:
        facts.append(Fact(message("Closed"), formats.time(position.closed_at)))
    facts.append(Fact(message("Quantity"), formats.quantity(position.quantity)))
    if position.is_open:
        known = (
            (message("Average cost"), position.average_cost, "average_cost", formats.price),
            (message("Average price"), average_price(position), "average_price", formats.price),
            (message("Market price"), position.market_price, "market_price", formats.price),
            (
                message("Cost basis, {currency}", currency=currency),
                *(cost_basis(position), "cost_basis", formats.money),
            ),
            (
                message("Market value, {currency}", currency=currency),
                *(position.market_value, "market_value", formats.money),
            ),
        )
        facts += [
            Fact(title, write(value), tooltip=UNKNOWN[key] if value is None else "")
            for title, value, key, write in known
        ]
    facts.append(Fact(message("Last synced"), formats.time(position.last_synced_at)))
    return tuple(facts)


def pnl_figures(
    position: Position, detail: PositionDetail | None, formats: Formats, *, is_past: bool
) -> dict[ExplainedField, ExplainedFigure]:
    """What can be explained of its P&L; a closed position has only a realized one."""
    made: dict[ExplainedField, ExplainedFigure] = {}
    if position.is_open:
        field = ExplainedField.UNREALIZED
        text = formats.gain(position.unrealized_pnl)
        if position.unrealized_pct is not None:
            text = f"{text} ({formats.percent(position.unrealized_pct)})"
        fact = gain_fact(field, text, position.unrealized_pnl, position, formats)
        made[field] = explained(fact, explain(position, field), formats)
        if not is_past:
            field = ExplainedField.DAILY
            text = formats.gain(position.daily_pnl)
            fact = gain_fact(field, text, position.daily_pnl, position, formats)
            made[field] = explained(fact, explain(position, field), formats)
    field, source = ExplainedField.REALIZED, position.realized_source
    text = realized_text(position, formats)
    fact = gain_fact(field, text, position.realized_pnl, position, formats)
    sentence = NOTHING_CLOSED if source is None else REALIZED[source]
    if detail is None:
        made[field] = ExplainedFigure(fact, "", "", with_stop(sentence))
    else:
        found = explained(fact, explain_realized(position, detail.closes), formats)
        note = found.note or with_stop(sentence)
        made[field] = ExplainedFigure(fact, found.formula, found.numbers, note)
    return made


def gain_fact(
    field: ExplainedField,
    text: str,
    amount: Decimal | None,
    position: Position,
    formats: Formats,
) -> Fact:
    currency = position.instrument.currency
    title = message("{title}, {currency}", title=field.value, currency=currency)
    return Fact(title, text, GAIN_TONES[formats.tone(amount)])


def explained(fact: Fact, explanation: Explanation, formats: Formats) -> ExplainedFigure:
    numbers = written(explanation.numbers, formats)
    note = explanation.note if explanation.note.rstrip(".") != NOTHING_CLOSED else ""
    read = read_text(explanation, formats) if numbers else ""
    sentences = joined((note, with_stop(read) if read else ""))
    return ExplainedFigure(fact, explanation.formula, numbers, sentences)


def with_stop(sentence: str) -> str:
    # Translators: puts the full stop after a sentence.
    return message("{sentence}.", sentence=sentence)


def selected_text(count: int, formats: Formats) -> str:
    return tr_plural(
        "{count} position is selected",
        "{count} positions are selected",
        count,
        count=formats.count(count),
    )


def position_sums(positions: Sequence[Position]) -> dict[str, tuple[SelectionSum, ...]]:
    """Currency -> the sums of the positions in it; unknown figures are counted, not guessed."""
    parts: defaultdict[str, list[Position]] = defaultdict(list)
    for position in positions:
        parts[position.instrument.currency].append(position)
    return {
        currency: tuple(sum_of(title, map(of, parts[currency])) for title, of in SUMS)
        for currency in sorted(parts)
    }


def close_sums(rows: Iterable[ClosedPositionRow]) -> dict[str, tuple[SelectionSum, ...]]:
    """Currency -> what the closes of these rows brought; estimates stand apart."""
    closes = [(row.instrument.currency, stored.close) for row in rows for stored in row.closes]
    totals = totals_by_currency(
        (currency, close.source, close.realized_pnl, close.commission) for currency, close in closes
    )
    return {
        currency: (
            SelectionSum(message("Realized P&L"), total.exact, total.unknown),
            *([] if total.estimated is None else [SelectionSum(ESTIMATED, total.estimated)]),
            sum_of(COMMISSION, (close.commission for of, close in closes if of == currency)),
        )
        for currency, total in totals.items()
    }


def sum_of(title: str, amounts: Iterable[Decimal | None]) -> SelectionSum:
    every = list(amounts)
    known = [amount for amount in every if amount is not None]
    return SelectionSum(title, exact_sum(known) if known else None, len(every) - len(known))


def sum_facts(
    sums: dict[str, tuple[SelectionSum, ...]], formats: Formats
) -> dict[str, tuple[Fact, ...]]:
    """Currency -> its lines; a sum without all its parts says how many are missing."""
    return {currency: tuple(sum_fact(one, formats) for one in of) for currency, of in sums.items()}


def sum_fact(found: SelectionSum, formats: Formats) -> Fact:
    is_gain = "P&L" in found.title or "Estimated" in found.title
    text = (formats.gain if is_gain else formats.money)(found.amount)
    if found.unknown:
        text = tr("{sum} ({count} unknown)", sum=text, count=formats.count(found.unknown))
    tone = GAIN_TONES[formats.tone(found.amount)] if is_gain else ""
    why = message("Unknown figures are not in this sum") if found.unknown else ""
    return Fact(found.title, text, tone, why)
