"""What the user has seen of the changes that runs made, and what not yet."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.model.positions import Identity


@dataclass(frozen=True, slots=True)
class SeenUntil:
    """What the user has seen.

    Attributes:
        run_id: the newest run whose changes were shown.
        unseen: (position_id, run_id) of those changes of it and of earlier runs that were not
            looked at.
    """

    run_id: int
    unseen: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class UnseenChange:
    """An open position that has changed.

    Attributes:
        run_id: the run of the first change that was not seen.
        before: figures before it, see `StoredChange`; None if the position is new.
    """

    identity: Identity
    run_id: int
    before: Mapping[str, str | None] | None


@dataclass(frozen=True, slots=True)
class UnseenChanges:
    """Attributes: run_id: the newest run of the file."""

    run_id: int
    changes: tuple[UnseenChange, ...] = ()
