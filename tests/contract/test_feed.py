"""The events of a running program reach all who follow them, each once."""

from dataclasses import replace

from app.contract.feed import EventFeed
from app.contract.json_rows import Row
from app.domain.desktop.app_state import ConnectionState, LinkStatus
from app.domain.model.runs import Request, Trigger

ONLINE = ConnectionState(LinkStatus.CONNECTED, "127.0.0.1", 7497)


def names(events: list[Row]) -> list[str]:
    return [event["event"] for event in events]


def test_each_follower_gets_each_event_until_it_leaves() -> None:
    feed = EventFeed()
    first: list[Row] = []
    second: list[Row] = []
    feed.follow(first.append)
    feed.follow(second.append)
    feed.on_started(Request(trigger=Trigger.API))
    feed.unfollow(second.append)
    feed.on_ended(None)
    assert names(first) == ["sync_started", "sync_failed"]
    assert first[0]["trigger"] == "api"
    assert names(second) == ["sync_started"]


def test_a_follower_that_fails_does_not_keep_the_event_from_the_others(
    expected_warnings: list[str],
) -> None:
    expected_warnings.append("a follower of the events failed")
    feed = EventFeed()
    seen: list[Row] = []

    def fail(_: Row) -> None:
        raise IndexError

    feed.follow(fail)
    feed.follow(seen.append)
    feed.on_connection(ONLINE)
    assert names(seen) == ["connected"]


def test_what_has_not_changed_makes_no_event() -> None:
    feed = EventFeed()
    seen: list[Row] = []
    feed.follow(seen.append)
    feed.on_connection(ONLINE)
    feed.on_connection(replace(ONLINE, accounts=("DU1",)))
    feed.on_fault("")
    feed.on_fault("Automatic syncs stopped.")
    feed.on_fault("Automatic syncs stopped.")
    feed.on_fault("")
    assert names(seen) == ["connected", "fault", "fault_over"]
