"""Imports Qt so that what is imported after it comes as fast as before it."""

import builtins


def import_qt() -> None:
    """PySide hooks into every import, for its `from __feature__ import`, and reads the source of
    each module: a tenth of the time that the window's modules take. No module here uses that, so
    the import that the hook has replaced is put back."""
    import PySide6.QtCore  # noqa: F401 - for the hook

    replaced = getattr(builtins, "__orig_import__", None)
    if replaced is not None:
        builtins.__import__ = replaced
