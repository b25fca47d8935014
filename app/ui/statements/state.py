"""What the window knows of the fetches, as frozen values, and their texts. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from app.domain.fetching.plan import DayRange, windows
from app.domain.fetching.queries import DEFAULT_TOKEN, FlexQuery, FlexToken, QueryKind
from app.domain.fetching.report import FetchOutcome, FetchReport, QueryCheck
from app.domain.model.positions import ChangeKind
from app.domain.model.statements import counted, written
from app.platform.credentials import FLEX_VARIABLE, SecretPlace
from app.settings.model import Settings
from app.ui.style.formatting import DASH, Formats

KINDS = {
    QueryKind.ACTIVITY: "Activity",
    QueryKind.CONFIRMATIONS: "Trade Confirmation",
}
PLACES = {
    SecretPlace.KEYRING: "The desktop's keyring",
    SecretPlace.FILE: "A private file",
    SecretPlace.ENVIRONMENT: FLEX_VARIABLE,
}
NO_TOKEN = "Not saved yet"
NO_QUERY = "No Flex Query is set up"
NONE_ENABLED = "No Flex Query is switched on"
ALL_THERE = "The query has all boxes."
ONLY_SECTIONS = (
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


def result_text(report: FetchReport) -> str:
    """ "2 statements: 14 new executions, realized P&L of 3 positions corrected."."""
    stored = [made for made in report.outcomes if made.report and made.report.run.is_success]
    without = [made for made in report.outcomes if made.is_success and made not in stored]
    texts = []
    if stored:
        texts.append(f"{counted(len(stored), 'statement')}: {', '.join(found(stored))}.")
    texts += dict.fromkeys(made.error for made in without if made.error)
    return " ".join(texts)


def found(stored: Iterable[FetchOutcome]) -> list[str]:
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
        (fills, counted(fills, "new execution")),
        (cancelled, f"{cancelled:,} cancelled"),
        (healed, f"realized P&L of {counted(healed, 'position')} corrected"),
        (deposits, f"{deposits:,} {'deposit or withdrawal' if deposits == 1 else MONEY}"),
    ]
    return [text for number, text in parts if number] or ["nothing new"]


MONEY = "deposits and withdrawals"


def last_text(state: FetchingState, formats: Formats) -> str:
    """ "28 Nov 2026, 14:05 · Successful"."""
    if state.last is None:
        return "Nothing was fetched so far" if state.is_known else DASH
    return f"{formats.time(state.last.at)} · {state.last.text}"


def next_text(state: FetchingState, now: datetime, formats: Formats) -> str:
    """ "29 Nov 2026, 07:45"."""
    if state.next_at is None:
        return DASH
    return "Within a minute" if state.next_at <= now else formats.as_of(state.next_at, now)


def expiry_text(token: FlexToken, today: date) -> str:
    """ "31 Jan 2027", "31 Jan 2027, in 9 days", "1 Nov 2026, expired"."""
    if token.expires is None:
        return "Unknown"
    days = (token.expires - today).days
    if days < 0:
        return f"{written(token.expires)}, expired"
    when = "today" if days == 0 else f"in {counted(days, 'day')}"
    return f"{written(token.expires)}, {when}"


def history_text(days: DayRange, queries: int) -> str:
    """How many statements a history takes."""
    parts = len(tuple(windows(days))) * queries
    if parts == 1:
        return "This asks IBKR for one statement."
    return (
        f"This asks IBKR for {counted(parts, 'statement')} of at most 365 days, the oldest first. "
        "Each is stored before the next one; cancelling keeps those."
    )


def check_lines(check: QueryCheck) -> tuple[tuple[str, str], ...]:
    """(sentence, tone) of what a test found."""
    lines: list[tuple[str, str]] = []
    if check.missing:
        lines.append((f"Without these, nothing can be imported: {listed(check.missing)}.", "loss"))
    elif check.problem:
        lines.append((check.problem, "loss"))
    if check.inexact:
        text = f"Without these, some figures stay estimates or unknown: {listed(check.inexact)}."
        lines.append((text, "warning"))
    if lines:
        lines.append(("Tick them in IBKR's Client Portal, save the query, and test it again.", ""))
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
