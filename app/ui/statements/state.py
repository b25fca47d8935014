"""What the window knows of the fetches, as frozen values, and their texts. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from app.domain.fetching.plan import DayRange, windows
from app.domain.fetching.queries import DEFAULT_TOKEN, FlexQuery, FlexToken, QueryKind
from app.domain.fetching.report import FetchOutcome, FetchReport, QueryCheck
from app.domain.model.positions import ChangeKind
from app.domain.text.messages import joined, message, message_plural, tr, tr_plural, translated
from app.platform.credentials import FLEX_VARIABLE, SecretPlace
from app.settings.model import Settings
from app.ui.style.formatting import DASH, Formats

# IBKR's names, in every language
KINDS = {
    QueryKind.ACTIVITY: "Activity",
    QueryKind.CONFIRMATIONS: "Trade Confirmation",
}
PLACES = {
    SecretPlace.KEYRING: message("The desktop's keyring"),
    SecretPlace.FILE: message("A private file"),
    SecretPlace.ENVIRONMENT: FLEX_VARIABLE,
}
NO_TOKEN = message("Not saved yet")
NO_QUERY = message("No Flex Query is set up")
NONE_ENABLED = message("No Flex Query is switched on")
ALL_THERE = message("The query has all boxes.")
TICK = message("Tick them in IBKR's Client Portal, save the query, and test it again.")
ONLY_SECTIONS = message(
    "Its period has no execution, so only the section could be checked. Choose a longer period in "
    "the query, and test it again."
)


@dataclass(frozen=True, slots=True)
class LastFetch:
    """The fetch that ended last.

    Attributes:
        at: UTC.
        text: "Successful", "Failed", "Cancelled".
        tone: of the text.
    """

    at: datetime
    text: str
    tone: str


@dataclass(frozen=True, slots=True)
class FetchingState:
    """Everything that is shown of the fetches.

    Attributes:
        progress: what the fetch under way does; empty between fetches.
        last: None if nothing was fetched so far, or before that is known.
        next_at: when the next daily fetch is due, UTC; None if there will be none.
        is_known: `last` and `next_at` have been read.
        result: what came of this session's last fetch, as a sentence.
        problem: why it failed, with the next step; empty if it did not.
        warnings: a sentence for each token that expires soon.
    """

    progress: str = ""
    last: LastFetch | None = None
    next_at: datetime | None = None
    is_known: bool = False
    result: str = ""
    problem: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def is_fetching(self) -> bool:
        return bool(self.progress)


@dataclass(frozen=True, slots=True)
class CheckState:
    """The test of one query.

    Attributes:
        progress: empty once it has ended.
        check: what it found; None before, and if it failed.
        error: why there is nothing to check, with the next step.
    """

    query: FlexQuery
    progress: str = ""
    check: QueryCheck | None = None
    error: str = ""


def enabled_queries(settings: Settings) -> tuple[FlexQuery, ...]:
    return tuple(query for query in settings.flex_queries if query.enabled)


def why_not_fetchable(settings: Settings) -> str:
    """Why nothing can be fetched with these settings; empty if something can."""
    if not settings.flex_queries:
        return NO_QUERY
    return "" if enabled_queries(settings) else NONE_ENABLED


def token_names(queries: Iterable[FlexQuery], tokens: Iterable[FlexToken]) -> tuple[str, ...]:
    """All tokens that are known or used, the default one first."""
    names = [DEFAULT_TOKEN, *(token.name for token in tokens), *(query.token for query in queries)]
    return tuple(dict.fromkeys(names))


def result_text(report: FetchReport, formats: Formats) -> str:
    """ "2 statements: 14 new executions, realized P&L of 3 positions corrected."."""
    stored = [made for made in report.outcomes if made.report and made.report.run.is_success]
    without = [made for made in report.outcomes if made.is_success and made not in stored]
    texts: list[str] = []
    if stored:
        # Translators: such as "2 statements: 14 new executions, 1 cancelled."
        sentence = message_plural(
            "{count} statement: {found}.",
            "{count} statements: {found}.",
            len(stored),
            count=formats.count(len(stored)),
            found=joined(found(stored, formats), ", "),
        )
        texts.append(sentence)
    texts += dict.fromkeys(made.error for made in without if made.error)
    return joined(texts)


def found(stored: Iterable[FetchOutcome], formats: Formats) -> list[str]:
    """What the statements brought, in parts of a sentence."""
    fills = cancelled = deposits = healed = 0
    for outcome in stored:
        assert outcome.report is not None
        healed += sum(change.kind is ChangeKind.HEALED for change in outcome.report.changes)
        if (imported := outcome.report.imported) is not None:
            fills += imported.fills_new
            cancelled += imported.cancelled
            deposits += imported.deposits
    parts = [
        (
            fills,
            message_plural(
                "{count} new execution",
                "{count} new executions",
                fills,
                count=formats.count(fills),
            ),
        ),
        (
            cancelled,
            message_plural(
                "{count} cancelled",
                "{count} cancelled",
                cancelled,
                count=formats.count(cancelled),
            ),
        ),
        (
            healed,
            message_plural(
                "realized P&L of {count} position corrected",
                "realized P&L of {count} positions corrected",
                healed,
                count=formats.count(healed),
            ),
        ),
        (
            deposits,
            message_plural(
                "{count} deposit or withdrawal",
                "{count} deposits and withdrawals",
                deposits,
                count=formats.count(deposits),
            ),
        ),
    ]
    return [text for number, text in parts if number] or [message("nothing new")]


def last_text(state: FetchingState, formats: Formats) -> str:
    """ "28 Nov 2026, 14:05 · Successful"."""
    if state.last is None:
        return tr("Nothing was fetched so far") if state.is_known else DASH
    return f"{formats.time(state.last.at)} · {translated(state.last.text)}"


def next_text(state: FetchingState, now: datetime, formats: Formats) -> str:
    """ "29 Nov 2026, 07:45"."""
    if state.next_at is None:
        return DASH
    if state.next_at <= now:
        return tr("Within a minute")
    return formats.as_of(state.next_at, now)


def expiry_text(token: FlexToken, today: date, formats: Formats) -> str:
    """ "31 Jan 2027", "31 Jan 2027, in 9 days", "1 Nov 2026, expired"."""
    if token.expires is None:
        return tr("Unknown")
    days = (token.expires - today).days
    day = formats.day(token.expires)
    if days < 0:
        return tr("{day}, expired", day=day)
    if days == 0:
        return tr("{day}, today", day=day)
    return tr_plural(
        "{day}, in {count} day", "{day}, in {count} days", days, day=day, count=formats.count(days)
    )


def history_text(days: DayRange, queries: int, formats: Formats) -> str:
    """How many statements a history takes."""
    parts = len(tuple(windows(days))) * queries
    return tr_plural(
        "This asks IBKR for one statement.",
        "This asks IBKR for {count} statements of at most 365 days, the oldest first. Each is "
        "stored before the next one is fetched, and stays if you cancel.",
        parts,
        count=formats.count(parts),
    )


def check_lines(check: QueryCheck) -> tuple[tuple[str, str], ...]:
    """(sentence, tone) of what a test found."""
    lines: list[tuple[str, str]] = []
    if check.missing:
        text = message(
            "Without these, nothing can be imported: {boxes}.", boxes=listed(check.missing)
        )
        lines.append((text, "loss"))
    elif check.problem:
        lines.append((check.problem, "loss"))
    if check.inexact:
        text = message(
            "Without these, some figures stay estimates or unknown: {boxes}.",
            boxes=listed(check.inexact),
        )
        lines.append((text, "warning"))
    if lines:
        lines.append((TICK, ""))
    elif check.is_sure:
        lines.append((ALL_THERE, "gain"))
    if not check.is_sure and not check.missing:
        lines.append((ONLY_SECTIONS, "warning"))
    return tuple(lines)


def listed(boxes: tuple[str, ...]) -> str:
    """ "Trades: Strike, Expiry; Trade Confirmations: Code"; each section is named once."""
    texts = list(boxes[:1])
    for before, box in pairwise(boxes):
        section, _, name = box.partition(": ")
        is_same = before.partition(": ")[0] == section
        texts.append(f", {name}" if is_same else f"; {box}")
    return "".join(texts)
