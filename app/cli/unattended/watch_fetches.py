"""What `watch` does about Flex statements: fetches them daily, and warns of tokens that expire."""

from collections.abc import Sequence
from datetime import date

from app.bootstrap import Application, own_region
from app.contract.feed import EventFeed
from app.domain.fetching.queries import FlexQuery, expiry_warnings
from app.domain.fetching.report import FetchReport
from app.domain.text.messages import message
from app.platform.credentials import Credentials
from app.platform.paths import data_folder
from app.platform.supervision import supervised
from app.settings.model import Settings
from app.sync.daily_fetch import DailyFetch


async def fetch_daily(
    application: Application,
    settings: Settings,
    feed: EventFeed,
    *,
    base: str | None = None,
) -> None:
    """Fetches until it is cancelled.

    Args:
        base: the address of another service than IBKR's.
    """
    fetcher = application.statement_fetcher(Credentials(data_folder()), base)
    warned_on: date | None = None

    async def fetch(queries: Sequence[FlexQuery]) -> FetchReport:
        nonlocal warned_on
        today = date.today()  # noqa: DTZ011 - the day of the user's calendar
        if warned_on != today:
            warned_on = today
            for sentence in expiry_warnings(settings.flex_tokens, today):
                feed.on_token_expiry(sentence)
        feed.on_fetch_started([query.name for query in queries])
        report = await fetcher.fetch_daily(queries)
        for outcome in report.outcomes:
            feed.on_fetch_ended(outcome)
        return report

    daily = DailyFetch(fetch, application.store, lambda: settings.flex_queries, own_region())
    await supervised(daily.run_forever, message("Daily fetches"), feed.on_fault)
