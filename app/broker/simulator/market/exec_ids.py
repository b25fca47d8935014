"""Exec ids in IBKR's form: "0000e0d5.6745ab1c.01.01" is server, second, count, revision."""

from datetime import datetime

SERVER = "0000e0d5"
MOST_A_SECOND = 99


def next_exec_id(last: str, time: datetime) -> str:
    """The exec id after `last`, for a fill at this time.

    Its second group is never before the clock, so that two runs of one scenario file issue
    different ids, and never before `last`, so that a resumed market repeats none.
    """
    second, count = int(time.timestamp()), 1
    if last:
        last_second, last_count = read_exec_id(last)
        if last_second >= second:
            second, count = last_second, last_count + 1
    if count > MOST_A_SECOND:
        second, count = second + 1, 1
    return f"{SERVER}.{second:08x}.{count:02d}.01"


def read_exec_id(exec_id: str) -> tuple[int, int]:
    """The second and the count of an exec id in this form.

    Raises:
        ValueError: it has another form.
    """
    _, second, count, _ = exec_id.split(".")
    return int(second, 16), int(count)
