"""The API's answers, its events and its document are English, whatever the reader's language."""

import re
from collections.abc import Iterator
from gettext import NullTranslations
from pathlib import Path

import pytest

from app.api.openapi import openapi_document
from app.contract.json_text import json_text
from app.domain.text.messages import use_catalogue
from tests.api.serving import LISTS, SYNC, served

ASKED = (
    "/api/sync/status", "/api/portfolio", "/api/runs/1", "/api/openapi.json", "/api/docs", *LISTS,
    "/api/runs/9", "/api/nothing", "/api/positions?closed=perhaps", "/api/positions?account_id=U9",
)  # fmt: skip
AGO = re.compile(r'"last_sync_minutes_ago": [\d.e-]+')


class Marked(NullTranslations):
    """What is translated stands in «»."""

    def gettext(self, message: str) -> str:
        return f"«{message}»"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"«{msgid1 if n == 1 else msgid2}»"

    def pgettext(self, context: str, message: str) -> str:  # noqa: ARG002
        return f"«{message}»"


@pytest.fixture
def marked() -> Iterator[Marked]:
    yield Marked()
    use_catalogue(NullTranslations())


async def test_answers_are_the_same_bytes_in_every_language(tmp_path: Path, marked: Marked) -> None:
    async with served(tmp_path) as api:
        await api.sync()
        answers = []
        for catalogue in (NullTranslations(), marked):
            use_catalogue(catalogue)
            answers.append([AGO.sub("…", (await api.get(path)).text) for path in ASKED])
        assert answers[1] == answers[0]
        assert "«" not in "".join(answers[1])


async def test_a_sync_that_fails_and_its_events_say_why_in_english(
    tmp_path: Path, marked: Marked
) -> None:
    use_catalogue(marked)
    async with served(tmp_path) as api:
        events: list[object] = []
        api.feed.follow(events.append)
        await api.sync()
        await api.tws.stop()
        answer = await api.post(SYNC)
        assert answer.status_code == 503
        assert "TWS" in answer.json()["error"]
        assert "«" not in answer.text
        assert "sync_failed" in json_text(events)
        assert "«" not in str(events) + json_text(events)


def test_the_document_is_english(marked: Marked) -> None:
    before = json_text(openapi_document())
    use_catalogue(marked)
    assert json_text(openapi_document()) == before
