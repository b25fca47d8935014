"""`position-sync serve`: what `watch` does, and the HTTP API for other programs."""

from app.api.host import ApiHost
from app.api.sources import ApiSources
from app.cli.unattended.watch import staying_connected
from app.cli.unattended.watch_events import as_text
from app.domain.model.errors import ApiError
from app.domain.text.messages import tr
from app.platform.streams import print_text
from app.settings.model import Settings


async def serve_until_ended(settings: Settings) -> None:
    """Runs until it is cancelled, or until nobody reads its output any more.

    Raises:
        ApiError: the port cannot be used.
        StoreError: the database cannot be opened.
        SettingsError: a setting cannot be used.
        OutputError: an event cannot be printed.
    """
    async with staying_connected(settings, as_text) as running:
        application = running.application
        sources = ApiSources(
            application.store,
            application.broker,
            running.feed,
            application.service.run,
            settings.database,
            settings.demo,
        )
        host = ApiHost(sources)
        try:
            await host.apply(is_enabled=True, port=settings.api_port)
            if host.state.error:
                raise ApiError(host.state.error)
            print_text(
                tr(
                    "Listening at {address}. The token is in {file}. Ctrl+C ends it.",
                    address=host.state.address,
                    file=host.token_file,
                )
            )
            await running.ended.wait()
        finally:
            await host.stop()
