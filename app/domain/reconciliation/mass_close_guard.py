"""The mass-close guard: a run that would close too much without evidence waits for the user."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from app.domain.model.positions import Change
from app.domain.model.runs import Request
from app.domain.text.messages import Message, message_plural

SMALLEST_HELD = 2  # an account with one position may lose it
SMALLEST_FOR_SHARE = 10


def held_text(held: Sequence[Change]) -> Message:
    """The text of a held run, stored or dry."""
    return message_plural(
        "{count} position vanished from TWS, and no trade explains it. Nothing was changed. "
        "Look into TWS: mark it as closed only if it is really gone.",
        "{count} positions vanished from TWS at once, and no trade explains it. Nothing was "
        "changed. Look into TWS: mark them as closed only if they are really gone.",
        len(held),
    )


def closes_needing_confirmation(
    open_before: Mapping[str, int], without_evidence: Iterable[Change], request: Request
) -> tuple[Change, ...]:
    """The closes that need the user's confirmation (contract, section 2, "Guards").

    Args:
        open_before: account -> its open positions before the run, of the covered accounts.
        without_evidence: closes of positions that vanished with no fill and no expiry.
    """
    if request.allow_mass_close:
        return ()
    vanished = tuple(without_evidence)
    closing = Counter(change.after.account for change in vanished)
    percent = request.mass_close_percent
    accounts = {
        account
        for account, count in closing.items()
        if is_mass_close(open_before.get(account, 0), count, percent)
    }
    held = tuple(change for change in vanished if change.after.account in accounts)
    if all(change.after.identity in request.confirmed for change in held):
        return ()
    return held


def is_mass_close(open_before: int, closing: int, percent: int) -> bool:
    """All of two or more, or more than a share of ten or more: half by default."""
    if open_before >= SMALLEST_HELD and closing == open_before:
        return True
    return open_before >= SMALLEST_FOR_SHARE and closing * 100 > open_before * percent
