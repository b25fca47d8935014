"""Opens the window: first its picture of what is stored, then what works behind it.

What the first paint can do without is imported after it, in pieces, so that the window answers the
system meanwhile. What the user types or clicks in that time waits until there is something to act.
"""

from collections.abc import Callable
from importlib import import_module

from app.domain.clock import utc_now
from app.domain.errors import SettingsError
from app.domain.states import SyncState
from app.interrupts import Interrupts
from app.last_resort import LastResort
from app.settings import Settings
from app.settings_connections import accounts_elsewhere
from app.store.first_look import first_look
from app.ui.application import let_paint, make_application
from app.ui.main_window import MainWindow
from app.ui.single_instance import SingleInstance

# Each takes some hundredths of a second.
PIECES = (
    "ssl",
    "concurrent.futures.thread",
    "subprocess",
    "asyncio",
    "qasync",
    "peewee",
    "app.domain.snapshot",
    "app.domain.explained_realized",
    "app.domain.reconcile",
    "app.domain.healing",
    "app.store.tables",
    "app.store.fills",
    "app.store.late",
    "app.store.apply",
    "app.store.closed",
    "app.store.history",
    "app.store.store",
    "app.broker.rows",
    "app.broker.reading",
    "app.broker.keeper",
    "app.broker.tws",
    "app.sync.service",
    "app.bootstrap",
    "app.ui.closed_page",
    "app.ui.history_page",
    "app.ui.looking_back",
    "app.ui.preferences",
    "app.ui.support",
    "app.ui.desk",
    "app.window",
)


def ask_for_defaults(error: SettingsError) -> bool:
    """Says what is wrong with the settings, and asks whether to start without them."""
    from app.ui.trouble import DEFAULTS, QUIT, ask_before_loop, trouble_box

    box = trouble_box(str(error), (DEFAULTS, QUIT), detail=error.line)
    return ask_before_loop(make_application(), box) == DEFAULTS


def say_at_start(text: str) -> None:
    """Says why nothing opens."""
    from app.ui.trouble import QUIT, ask_before_loop, trouble_box

    ask_before_loop(make_application(), trouble_box(text, (QUIT,)))


def open_first(
    settings: Settings, start_log: Callable[[], None], interrupts: Interrupts, net: LastResort
) -> int:
    """Opens the window, and returns the exit code once it is closed and all has ended.

    Args:
        start_log: called once the window is painted.
    """
    application = make_application()
    instance = SingleInstance(settings.database)
    window = MainWindow(account=settings.account, database=settings.database)
    if instance.acquire():
        book = first_look(settings.database, utc_now(), accounts_elsewhere(settings))
        if book is not None:
            window.follow(settings)
            window.render_state(SyncState(book=book))
            window.show()
    let_paint(application)
    start_log()
    for piece in PIECES:
        let_paint(application)
        import_module(piece)
    from app.window import Guards, run_window

    return run_window(application, window, settings, instance, Guards(interrupts, net))
