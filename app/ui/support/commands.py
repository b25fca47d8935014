"""All that the menus offer, as one list to search; it never changes a menu."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar

from app.domain.text.messages import message, tr, translated

NATIVE = QKeySequence.SequenceFormat.NativeText
NOT_NOW = message("Not available now")


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that the user can do.

    Attributes:
        menu: the menus that lead to it: "View › Columns"; may be empty.
        keys: as the system writes them; empty for none.
        why_not: why it cannot run now; empty if it can.
    """

    title: str
    menu: str
    keys: str
    why_not: str
    run: Callable[[], object]

    def rank(self, words: Sequence[str]) -> int | None:
        """0 where the title begins with the first word, 1 where all words are in it or its menus;
        None where one is missing. Args: words: in lower case."""
        title = self.title.casefold()
        if not all(word in f"{self.menu.casefold()} {title}" for word in words):
            return None
        return 0 if not words or title.startswith(words[0]) else 1


def commands_of(bar: QMenuBar) -> tuple[Command, ...]:
    """The visible actions of the menus, from left to right, with those of their submenus."""
    menus = [(action.menu(), plain(action.text())) for action in bar.actions()]
    return tuple(
        command
        for menu, title in menus
        if isinstance(menu, QMenu)
        for command in commands_in(menu, title)
    )


def commands_in(menu: QMenu, path: str) -> Iterator[Command]:
    """Args: path: the titles of this menu and of those that lead to it."""
    menu.aboutToShow.emit()  # some are filled when they open
    for action in menu.actions():
        inner = action.menu()
        if isinstance(inner, QMenu):
            if action.isVisible() and inner.isEnabled():
                yield from commands_in(inner, f"{path} › {plain(action.text())}")
        elif action.isVisible() and action.text() and not action.isSeparator():
            yield command(action, path)


def command(action: QAction, path: str) -> Command:
    title = plain(action.text()).removesuffix("…")
    if action.isCheckable():
        # Translators: a command that can be switched on and off, and what it is now
        on, off = tr("{command} (on)", command=title), tr("{command} (off)", command=title)
        title = on if action.isChecked() else off
    why_not = "" if action.isEnabled() else action.toolTip() or translated(NOT_NOW)
    return Command(title, path, action.shortcut().toString(NATIVE), why_not, action.trigger)


def found(commands: Sequence[Command], text: str) -> list[Command]:
    """Those that match the text, the best first."""
    words = text.casefold().split()
    ranked = [(rank, each) for each in commands if (rank := each.rank(words)) is not None]
    return [each for _, each in sorted(ranked, key=lambda pair: pair[0])]


def plain(text: str) -> str:
    """A menu's text without the marks of its access keys."""
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&")
