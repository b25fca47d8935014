"""Settings with another connection chosen, added, changed or dropped; pure."""

from dataclasses import replace

from app.domain.connection.profile import DEFAULT, KEYS, Connection
from app.settings.model import Settings


def is_overridden(settings: Settings, name: str) -> bool:
    return any(name == overridden for overridden, _ in settings.overrides)


def connection_named(settings: Settings, name: str) -> Connection | None:
    return next((made for made in settings.connections if made.name == name), None)


def with_edits_saved(settings: Settings) -> Settings:
    """With the chosen connection as host to account say now, where nothing overrides them."""
    present = connection_named(settings, settings.connection) or Connection(settings.connection)
    values = {key: getattr(settings, key) for key in KEYS if not is_overridden(settings, key)}
    changed = replace(present, **values)
    if (changed.host, changed.port) != (present.host, present.port):
        changed = replace(changed, accounts=())  # they were seen at another TWS
    return with_connection(settings, changed)


def with_connection(settings: Settings, connection: Connection) -> Settings:
    """With this one in the place of the one of its name, or added; the chosen one stays."""
    if connection_named(settings, connection.name) is None:
        return replace(settings, connections=(*settings.connections, connection))
    connections = tuple(
        connection if made.name == connection.name else made for made in settings.connections
    )
    return replace(settings, connections=connections)


def switched(settings: Settings, name: str) -> Settings:
    """With another connection chosen. The command line's word was for the one before."""
    chosen = connection_named(settings, name) or Connection(name)
    values = {key: getattr(chosen, key) for key in KEYS}
    overrides = tuple(
        (key, source) for key, source in settings.overrides if key not in ("connection", *KEYS)
    )
    return replace(with_edits_saved(settings), connection=name, overrides=overrides, **values)


def without(settings: Settings, name: str) -> Settings:
    """Without this connection, and the default one chosen in its place."""
    left = tuple(made for made in settings.connections if made.name != name)
    chosen = switched(settings, DEFAULT) if settings.connection == name else settings
    return replace(chosen, connections=left)


def is_of_file(settings: Settings) -> bool:
    """Whether the program goes where the chosen connection says, not the command line."""
    return not (is_overridden(settings, "host") or is_overridden(settings, "port"))


def known_accounts(settings: Settings) -> tuple[str, ...]:
    """Those that were seen where the program goes."""
    own = connection_named(settings, settings.connection)
    return own.accounts if own is not None and is_of_file(settings) else ()


def accounts_of_other_profiles(settings: Settings) -> frozenset[str]:
    """Those that were seen at other connections only: the window does not mix them in. The demo's
    database has its own only."""
    if settings.demo or not is_of_file(settings):
        return frozenset()
    here = frozenset(known_accounts(settings))
    seen = (connection.accounts for connection in settings.connections)
    return frozenset[str]().union(*seen) - here


def with_seen_accounts(settings: Settings, accounts: tuple[str, ...]) -> Settings:
    """With the accounts that the chosen connection was seen to have."""
    present = connection_named(settings, settings.connection)
    if present is None or not accounts or present.accounts == accounts or not is_of_file(settings):
        return settings
    return with_connection(settings, replace(present, accounts=accounts))
