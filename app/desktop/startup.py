"""Opens the window: paints the stored positions first, then starts the rest.

What the first paint does not need is imported after it, one module at a time, so that the window
keeps responding to the system. Keys and clicks wait until the window can handle them.
"""

from collections.abc import Callable
from importlib import import_module

from app.domain.desktop.app_state import SyncState
from app.domain.model.clock import utc_now
from app.domain.model.errors import SettingsError
from app.platform.crash_guard import CrashGuard
from app.platform.interrupts import Interrupts
from app.settings.model import Settings
from app.settings.profiles import accounts_of_other_profiles
from app.store.queries.first_look import first_look
from app.ui.application import let_paint, make_application, use_window_language
from app.ui.main_window.window import MainWindow
from app.ui.single_instance import SingleInstance

# Each takes a few hundredths of a second.
DEFERRED_IMPORTS = (
    "ssl",
    "concurrent.futures.thread",
    "subprocess",
    "asyncio",
    "qasync",
    "peewee",
    "app.domain.model.snapshot",
    "app.domain.explain.realized",
    "app.domain.reconciliation.reconcile",
    "app.domain.restatement.restate",
    "app.store.database.tables",
    "app.store.write.fill_set",
    "app.store.restatement.find",
    "app.store.write.commit_sync",
    "app.store.queries.closed_positions",
    "app.store.queries.history",
    "app.store.store",
    "app.broker.protocol.rows",
    "app.broker.reading.snapshot_builder",
    "app.broker.connection.reconnector",
    "app.broker.tws_broker",
    "app.sync.service",
    "app.bootstrap",
    "app.api.host",
    "app.ui.closed.page",
    "app.ui.history.page",
    "app.ui.history.feature",
    "app.ui.settings.controller",
    "app.ui.support.help_actions",
    "app.ui.main_window.composition",
    "app.desktop.event_loop",
)


def ask_for_defaults(error: SettingsError) -> bool:
    """Shows what is wrong with the settings, and asks whether to start without them."""
    from app.ui.support.message_boxes import DEFAULTS, QUIT, ask_before_loop, error_box

    box = error_box(error.text, (DEFAULTS, QUIT), detail=error.line)
    return ask_before_loop(make_application(), box) == DEFAULTS


def show_startup_error(text: str) -> None:
    """Shows why the window cannot open."""
    from app.ui.support.message_boxes import QUIT, ask_before_loop, error_box

    ask_before_loop(make_application(), error_box(text, (QUIT,)))


def open_window(
    settings: Settings,
    start_log: Callable[[], None],
    interrupts: Interrupts,
    crash_guard: CrashGuard,
) -> int:
    """Opens the window; returns the exit code once it is closed and everything has ended.

    Args:
        start_log: called once the window is painted.
    """
    application = make_application()
    use_window_language(application, settings.language)
    instance = SingleInstance(settings.database)
    window = MainWindow(account=settings.account, database=settings.database)
    if instance.acquire():
        stored = first_look(settings.database, utc_now(), accounts_of_other_profiles(settings))
        if stored is not None:
            window.apply_settings(settings)
            window.render_state(SyncState(stored=stored))
            window.show()
    let_paint(application)
    start_log()
    for module in DEFERRED_IMPORTS:
        let_paint(application)
        import_module(module)
    from app.desktop.event_loop import WindowProcess

    process = WindowProcess(window, instance, interrupts, crash_guard)
    return process.run(application, settings)
