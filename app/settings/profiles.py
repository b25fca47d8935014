"""Settings with another connection chosen, added, changed or removed; pure."""

from dataclasses import replace

from app.domain.connection.profile import DEFAULT, KEYS, Connection
from app.settings.model import Settings


def is_overridden(settings: Settings, name: str) -> bool:
    return any(name == overridden for overridden, _ in settings.overrides)


def connection_named(settings: Settings, name: str) -> Connection | None:
    return next((made for made in settings.connections if made.name == name), None)


def with_edits_saved(settings: Settings) -> Settings:
    """The chosen connection gets the present host to account, unless they are overridden."""
    present = connection_named(settings, settings.connection) or Connection(settings.connection)
    values = {key: getattr(settings, key) for key in KEYS if not is_overridden(settings, key)}
    changed = replace(present, **values)
    if (changed.host, changed.port) != (present.host, present.port):
        changed = replace(changed, accounts=())  # those of another TWS
    return with_connection(settings, changed)


def with_connection(settings: Settings, connection: Connection) -> Settings:
    """With this connection replaced or added; the chosen one stays chosen."""
    if connection_named(settings, connection.name) is None:
        return replace(settings, connections=(*settings.connections, connection))
    connections = tuple(
        connection if made.name == connection.name else made for made in settings.connections
    )
    return replace(settings, connections=connections)


def with_chosen(settings: Settings, name: str) -> Settings:
    """With another connection chosen. Overrides applied to the one before and are dropped."""
    chosen = connection_named(settings, name) or Connection(name)
    values = {key: getattr(chosen, key) for key in KEYS}
    overrides = tuple(
        (key, source) for key, source in settings.overrides if key not in ("connection", *KEYS)
    )
    return replace(with_edits_saved(settings), connection=name, overrides=overrides, **values)


def without_profile(settings: Settings, name: str) -> Settings:
    """Without this connection; if it was chosen, the default one is."""
    left = tuple(made for made in settings.connections if made.name != name)
    chosen = with_chosen(settings, DEFAULT) if settings.connection == name else settings
    return replace(chosen, connections=left)


def uses_profile(settings: Settings) -> bool:
    """Whether host and port come from the chosen connection, not from the command line."""
    return not (is_overridden(settings, "host") or is_overridden(settings, "port"))


def known_accounts(settings: Settings) -> tuple[str, ...]:
    """The accounts seen at the present host and port."""
    own = connection_named(settings, settings.connection)
    return own.accounts if own is not None and uses_profile(settings) else ()


def accounts_of_other_profiles(settings: Settings) -> frozenset[str]:
    """The accounts seen only at other connections, which the window leaves out.

    None for the demo, whose database has only its own.
    """
    if settings.demo or not uses_profile(settings):
        return frozenset()
    here = frozenset(known_accounts(settings))
    seen = (connection.accounts for connection in settings.connections)
    return frozenset[str]().union(*seen) - here


def with_seen_accounts(settings: Settings, accounts: tuple[str, ...]) -> Settings:
    """With the accounts that were seen at the chosen connection."""
    present = connection_named(settings, settings.connection)
    if present is None or not uses_profile(settings) or accounts in ((), present.accounts):
        return settings
    return with_connection(settings, replace(present, accounts=accounts))
