"""`position-sync fetch-flex`: fetches the statements of the user's Flex Queries, imports them."""

import argparse
from datetime import date

from app.bootstrap import refuse_demo, start_application
from app.cli.json_output import print_json
from app.cli.text_output import import_text
from app.contract.json_rows import Row, import_row
from app.domain.fetching.plan import DayRange, last_day
from app.domain.fetching.queries import FlexQuery, QueryKind
from app.domain.fetching.report import FetchOutcome, FetchProgress, FetchReport, FetchStep
from app.domain.model.clock import utc_now
from app.domain.model.errors import SettingsError
from app.domain.text.messages import joined, message
from app.platform.credentials import Credentials
from app.platform.paths import data_folder
from app.platform.streams import DONE, FAILED, print_text, printing_result, warn
from app.settings.model import Settings

NO_QUERY = message(
    "No Flex Query is set up. Add one in Settings > Statements, or as [flex_queries.NAME] in "
    "settings.toml."
)
DISABLED = message(
    "No Flex Query is enabled. Enable one in Settings > Statements, or name it with --query."
)
BACKWARDS = message("--from is after --to. Exchange them.")
NO_FROM = message("--to needs --from, the first day.")


async def fetch_statements(
    arguments: argparse.Namespace, settings: Settings, *, base: str | None = None
) -> int:
    """Returns the exit code.

    Args:
        base: the address of another service than IBKR's.

    Raises:
        SettingsError: it is not known what to fetch.
        StoreError: the database cannot be opened or read.
    """
    refuse_demo(settings)
    queries = chosen_queries(settings, arguments.query)
    days = chosen_days(arguments.first, arguments.last, queries)
    async with start_application(settings) as application:
        fetcher = application.statement_fetcher(Credentials(data_folder()), base)
        report = await fetcher.fetch(queries, days, warn_of_waits)
    with printing_result():
        if arguments.json:
            print_json(fetch_row(report))
        else:
            for outcome in report.outcomes:
                print_outcome(outcome)
    for error in report.errors:
        warn(error)
    return DONE if report.is_success else FAILED


def chosen_queries(settings: Settings, name: str | None) -> tuple[FlexQuery, ...]:
    """Raises: SettingsError: there is none, or none with this name."""
    if not settings.flex_queries:
        raise SettingsError(NO_QUERY)
    if name is None:
        enabled = tuple(query for query in settings.flex_queries if query.enabled)
        if not enabled:
            raise SettingsError(DISABLED)
        return enabled
    found = tuple(query for query in settings.flex_queries if query.name == name)
    if not found:
        raise SettingsError(
            message(
                "There is no Flex Query {name}. The settings have {known}.",
                name=repr(name),
                known=joined((query.name for query in settings.flex_queries), ", "),
            )
        )
    return found


def chosen_days(
    first: date | None, last: date | None, queries: tuple[FlexQuery, ...]
) -> DayRange | None:
    """None for the days since the last fetch. Raises: SettingsError: they make no period."""
    if first is None:
        if last is not None:
            raise SettingsError(NO_FROM)
        return None
    if last is not None and last < first:
        raise SettingsError(BACKWARDS)
    is_confirmed = any(query.kind is QueryKind.CONFIRMATIONS for query in queries)
    newest = last_day(QueryKind.CONFIRMATIONS if is_confirmed else QueryKind.ACTIVITY, utc_now())
    if first > newest:
        raise SettingsError(
            message(
                "--from is {first}, but IBKR's newest statement is of {last}. "
                "Choose an earlier day.",
                first=first,
                last=newest,
            )
        )
    return DayRange(first, newest if last is None else min(last, newest))


def warn_of_waits(progress: FetchProgress) -> None:
    """The waits are printed, since they can take minutes; the steps are not."""
    if progress.service.step is FetchStep.WAITING:
        warn(progress.text)


def print_outcome(outcome: FetchOutcome) -> None:
    if outcome.report is not None and outcome.report.run.is_success:
        print_text(import_text(outcome.report))
    elif outcome.is_success:  # IBKR has nothing
        what = outcome.query.title
        if outcome.days is not None:
            what = message("{query}, {days}", query=what, days=outcome.days.text)
        # Translators: a Flex Query, and what IBKR answered
        print_text(message("{query}: {answer}", query=what, answer=outcome.error or ""))


def fetch_row(report: FetchReport) -> Row:
    """`fetch-flex --json`: each window in the order in which it was asked for."""
    return {
        "status": "success" if report.is_success else "error",
        "success": report.is_success,
        "fetches": [outcome_row(outcome) for outcome in report.outcomes],
        "error": " ".join(report.errors) or None,
    }


def outcome_row(outcome: FetchOutcome) -> Row:
    """Args: outcome: its dates are null for the query's own period."""
    return {
        "query": outcome.query.name,
        "from": None if outcome.days is None else outcome.days.first.isoformat(),
        "to": None if outcome.days is None else outcome.days.last.isoformat(),
        "success": outcome.is_success,
        "code": outcome.code,
        "error": outcome.error,
        "import": None if outcome.report is None else import_row(outcome.report),
    }
