"""Of several questions, the newest one wins; the others are never answered to the user."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from app.ui.tasks import TaskGroup
from tests.ui.conftest import until


class Asker:
    """Asks for texts, each of which waits until the test answers it."""

    def __init__(self) -> None:
        self.tasks = TaskGroup()
        self.asked: dict[str, asyncio.Future[str]] = {}
        self.taken: list[str] = []
        self.failed: list[str] = []

    def ask(self, text: str, kind: str = "text") -> None:
        fail = lambda error: self.failed.append(str(error))  # noqa: E731
        self.tasks.latest(kind, self.question(text), self.taken.append, fail)

    def question(self, text: str) -> Callable[[], Coroutine[Any, Any, str]]:
        async def question() -> str:
            self.asked[text] = asyncio.get_running_loop().create_future()
            return await self.asked[text]

        return question

    async def answer(self, text: str, outcome: str | Exception) -> None:
        await until(lambda: text in self.asked)
        if isinstance(outcome, Exception):
            self.asked[text].set_exception(outcome)
        else:
            self.asked[text].set_result(outcome)


async def test_only_the_newest_question_is_asked_next_and_answered() -> None:
    asker = Asker()
    for text in ("a", "ap", "app"):
        asker.ask(text)
        await until(lambda: "a" in asker.asked)
    await asker.answer("a", "too old")
    await asker.answer("app", "the newest")
    await until(lambda: not asker.tasks.is_waiting)
    assert asker.taken == ["the newest"]
    assert list(asker.asked) == ["a", "app"]
    await asker.tasks.end()


async def test_the_failure_of_an_older_question_is_dropped_and_of_the_newest_is_not() -> None:
    asker = Asker()
    asker.ask("old")
    await until(lambda: "old" in asker.asked)
    asker.ask("new")
    await asker.answer("old", OSError("old"))
    await asker.answer("new", OSError("new"))
    await until(lambda: not asker.tasks.is_waiting)
    assert (asker.taken, asker.failed) == ([], ["new"])
    asker.ask("again")
    await asker.answer("again", "answered")
    await until(lambda: not asker.tasks.is_waiting)
    assert asker.taken == ["answered"]
    await asker.tasks.end()


async def test_questions_of_two_kinds_do_not_wait_for_each_other() -> None:
    asker = Asker()
    asker.ask("slow", "one")
    asker.ask("fast", "another")
    await asker.answer("fast", "fast")
    await until(lambda: not asker.tasks.is_asking("another"))
    assert asker.tasks.is_asking("one")
    await asker.answer("slow", "slow")
    await until(lambda: not asker.tasks.is_waiting)
    assert asker.taken == ["fast", "slow"]
    await asker.tasks.end()


async def test_what_is_dropped_is_not_taken_and_asking_again_waits_for_it() -> None:
    asker = Asker()
    asker.ask("first")
    await until(lambda: "first" in asker.asked)
    asker.tasks.drop("text")
    assert not asker.tasks.is_waiting
    asker.ask("second")
    await asker.answer("first", "first")
    await asker.answer("second", "second")
    await until(lambda: not asker.tasks.is_waiting)
    assert asker.taken == ["second"]
    await asker.tasks.end()


async def test_an_answer_may_ask_the_next_question_of_its_kind() -> None:
    asker = Asker()

    def take(text: str) -> None:
        asker.taken.append(text)
        asker.ask("totals")

    asker.tasks.latest("text", asker.question("lines"), take, lambda _: None)
    await asker.answer("lines", "lines")
    await asker.answer("totals", "totals")
    await until(lambda: not asker.tasks.is_waiting)
    assert asker.taken == ["lines", "totals"]
    await asker.tasks.end()


async def test_the_end_cancels_what_is_asked_and_asks_nothing_more() -> None:
    asker = Asker()
    asker.ask("first")
    await until(lambda: "first" in asker.asked)
    await asker.tasks.end()
    assert asker.asked["first"].cancelled()
    asker.ask("second")
    assert not asker.tasks.is_asking("second")
    assert (asker.taken, list(asker.asked)) == ([], ["first"])
