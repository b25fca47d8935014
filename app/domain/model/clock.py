"""The one clock that everything takes unless it is given another: UTC, aware."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    return datetime.now(UTC)
