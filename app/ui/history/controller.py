"""Reads the history from the store: runs, their changes, timelines, past positions."""

from collections.abc import Callable, Coroutine
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal, Slot

from app.domain.desktop.app_state import PortfolioView, SyncState
from app.domain.explain.titles import CHANGE_TITLES, TRIGGER_TITLES
from app.domain.history.position_history import PositionsAsOf, Timeline
from app.domain.model.positions import StoredChange
from app.domain.model.runs import Run
from app.domain.text.messages import Message, message, translated
from app.ports import Store
from app.ui.charts.loading import load_drawing
from app.ui.history.runs_columns import RESULTS
from app.ui.history.state import HistoryState, merge_pages, number, overlaps, unless_undone
from app.ui.tasks import TaskGroup, error_text
from app.ui.view_state import ViewState

PAGE = 200  # runs
RUNS, RUN, AS_OF = "the runs", "a run", "the positions as of a run"  # kinds of questions
BUG_TEXT = message(
    "Something went wrong inside Position Sync, and the history could not be read. "
    "The log has the details."
)
NO_TIMELINE_TEXT = message("This position is no longer stored: the run that opened it was undone.")

T = TypeVar("T")
Question = Callable[[], Coroutine[Any, Any, T]]


class HistoryController(QObject):
    """Answers the user's questions about the history; of each kind, the newest one wins.

    Attributes:
        state: the last state published.

    Signals:
        state_changed(HistoryState): after every answer of the store.
    """

    state_changed = Signal(object)

    def __init__(self, store: Store, *, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._tasks = TaskGroup()
        self._book: PortfolioView | None = None
        self._is_older_wanted = False
        self.state = HistoryState()

    @property
    def is_reading(self) -> bool:
        """Whether a question is still unanswered."""
        return self._tasks.is_waiting

    @Slot()
    def open(self) -> None:
        """Reads the newest runs when the history is first opened."""
        if not self.state.is_loaded and not self._tasks.is_asking(RUNS):
            self.retry()

    @Slot(object)
    def on_state_changed(self, state: SyncState) -> None:
        """Reads the newest runs again after a new book, if the history was opened before."""
        has_new_book, self._book = state.stored is not self._book, state.stored
        if has_new_book and (self.state.is_loaded or self._tasks.is_asking(RUNS)):
            self.retry()

    @Slot()
    def read_more(self) -> None:
        """Reads the next older runs, after the newest ones if these are being read."""
        runs = self.state.runs
        self._is_older_wanted = self._tasks.is_asking(RUNS)
        if self.state.has_more and runs and not self._is_older_wanted:
            self._ask(RUNS, partial(self._page, runs[-1].id), self._with_older)

    @Slot(bool)
    def show_changed_only(self, is_only: bool) -> None:
        self._publish(replace(self.state, changed_only=is_only, runs=(), is_loaded=False))
        self.retry()

    @Slot(object)
    def on_view_changed(self, view: ViewState) -> None:
        """Lists only runs that contain every word of the search."""
        words = tuple(view.search.split())
        if words != self.state.searched:
            was_opened = self.state.is_loaded or self._tasks.is_asking(RUNS)
            self._publish(replace(self.state, searched=words, runs=(), is_loaded=False))
            if was_opened:
                self.retry()

    @Slot()
    def start_over(self) -> None:
        """Forgets all runs, which were those of another file."""
        was_opened = self.state.is_loaded or self._tasks.is_asking(RUNS)
        self._tasks.drop(AS_OF)
        changed_only, searched = self.state.changed_only, self.state.searched
        self._publish(HistoryState(changed_only=changed_only, searched=searched))
        if was_opened:
            self.retry()

    @Slot(int)
    def choose(self, run_id: int) -> None:
        """Reads what the run changed."""
        self._ask(RUN, partial(self._store.run, run_id), self._with_run)

    @Slot(int)
    def show_timeline(self, position_id: int) -> None:
        async def timeline() -> Timeline | None:
            await load_drawing()  # or its chart would keep the window waiting
            return await self._store.timeline(position_id)

        self._ask("timeline", timeline, self._with_timeline)

    @Slot(int)
    def show_as_of(self, run_id: int) -> None:
        def make_state(found: PositionsAsOf | None) -> HistoryState:
            error = gone_text(run_id) if found is None else ""
            return replace(self.state, as_of=found or self.state.as_of, error=error)

        self._ask(AS_OF, partial(self._store.as_of, run_id), make_state)

    @Slot()
    def refresh_past(self) -> None:
        """Reads the shown past positions again, with other notes than before."""
        past = self.state.as_of
        if past is not None and not self._tasks.is_asking(AS_OF):
            self.show_as_of(number(past.run))

    @Slot()
    def back_to_now(self) -> None:
        self._tasks.drop(AS_OF)
        self._publish(replace(self.state, as_of=None))

    async def shutdown(self) -> None:
        """Cancels all questions and waits until they have ended."""
        await self._tasks.end()

    @Slot()
    def retry(self) -> None:
        """Reads the newest runs, and the chosen one: it may have been undone."""
        self._ask(RUNS, partial(self._page, None), self._with_newest)
        if self.state.chosen is not None and not self._tasks.is_asking(RUN):
            self.choose(number(self.state.chosen))

    async def read_all(self, is_everything: bool) -> tuple[Run, ...]:
        """Every run, newest first, for an export.

        Args:
            is_everything: also those that search and filter leave out.
        """
        runs: tuple[Run, ...] = ()
        page: tuple[Run, ...] | None = None
        while page is None or len(page) == PAGE:
            before = runs[-1].id if runs else None
            if is_everything:
                page = await self._store.runs_page(before, PAGE, changed_only=False)
            else:
                page = await self._page(before)
            runs += page
        return runs

    def _page(self, before: int | None) -> Coroutine[Any, Any, tuple[Run, ...]]:
        """The next page of the listed runs, older than this one."""
        only = self.state.changed_only
        if not self.state.searched:
            return self._store.runs_page(before, PAGE, changed_only=only)
        stored = stored_words()
        words = tuple(stored.get(word.casefold(), word) for word in self.state.searched)
        return self._store.runs_page(before, PAGE, changed_only=only, words=words)

    def _with_newest(self, page: tuple[Run, ...]) -> HistoryState:
        known = self.state.runs
        has_more = self.state.has_more if overlaps(page, known) else len(page) == PAGE
        runs = merge_pages(page, known)
        past = unless_undone(self.state.as_of, page)
        return replace(
            self.state, runs=runs, has_more=has_more, is_loaded=True, as_of=past, error=""
        )

    def _with_older(self, page: tuple[Run, ...]) -> HistoryState:
        runs = self.state.runs + page
        return replace(self.state, runs=runs, has_more=len(page) == PAGE, error="")

    def _with_run(self, found: tuple[Run, tuple[StoredChange, ...]] | None) -> HistoryState:
        run, changes = found or (None, ())
        if (run, changes) == (self.state.chosen, self.state.changes):
            return self.state
        return replace(self.state, chosen=run, changes=changes, error="")

    def _with_timeline(self, found: Timeline | None) -> HistoryState:
        error = NO_TIMELINE_TEXT if found is None else ""
        return replace(self.state, timeline=found, error=error)

    def _ask(
        self, kind: str, question: Question[T], make_state: Callable[[T], HistoryState]
    ) -> None:
        """Publishes the store's answer, an expected error's own text, or the text of a bug."""

        async def read() -> HistoryState:
            return make_state(await question())

        def fail(error: Exception) -> None:
            text = error_text(error, BUG_TEXT, "the history could not be read")
            take(replace(self.state, error=text))

        def take(state: HistoryState) -> None:
            self._publish(state)
            if kind == RUNS and self._is_older_wanted:
                self.read_more()

        self._tasks.latest(kind, read, take, fail)

    def _publish(self, state: HistoryState) -> None:
        if not self._tasks.is_over and state is not self.state:
            self.state = state
            self.state_changed.emit(state)


def gone_text(run_id: int) -> Message:
    return message(
        "The positions of run {number} are not stored. Choose another run.", number=run_id
    )


def stored_words() -> dict[str, str]:
    """What the window says, in English and in the reader's language -> what is stored for it."""
    titles = [
        *((text, status.value) for status, (text, _) in RESULTS.items()),
        *((text, trigger.value) for trigger, text in TRIGGER_TITLES.items()),
        *((text, kind.value) for kind, text in CHANGE_TITLES.items()),
    ]
    return {
        word: stored
        for text, stored in titles
        for words in (text, translated(text))
        for word in words.casefold().split()
    }
