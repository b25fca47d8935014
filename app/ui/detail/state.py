"""What the pane shows and how it is arranged, as frozen values. Pure."""

import json
from dataclasses import asdict, dataclass
from decimal import Decimal

from app.domain.explain.model import ExplainedClose
from app.domain.history.closed_positions import ClosedPositionRow
from app.domain.history.position_history import Timeline
from app.domain.model.instruments import Instrument
from app.domain.model.positions import Identity, Position
from app.domain.text.messages import message

DRAWN = message("Timeline")  # folded at first: what draws its chart takes long to import


@dataclass(frozen=True, slots=True)
class DetailSubject:
    """The one position that is selected.

    Attributes:
        position: as the table shows it, with live or past figures; None where it is to be read.
        is_past: the figures are those of an earlier sync.
    """

    position_id: int
    account: str
    instrument: Instrument
    position: Position | None = None
    is_past: bool = False

    @property
    def identity(self) -> Identity:
        return self.account, self.instrument.con_id


@dataclass(frozen=True, slots=True)
class PositionDetail:
    """What the store knows of a position, as read at one time."""

    timeline: Timeline
    closes: tuple[ExplainedClose, ...]

    @property
    def closed_row(self) -> ClosedPositionRow | None:
        """Its closes as the tab Closed has them; None if nothing was closed."""
        position = self.timeline.position
        if not self.closes or position.id is None:
            return None
        stored = tuple(each.stored for each in self.closes)
        times = position.opened_at, position.closed_at
        return ClosedPositionRow(
            position.id, position.account, position.instrument, *times, stored, position.notes
        )


@dataclass(frozen=True, slots=True)
class DetailState:
    """The answer about one position.

    Attributes:
        detail: None while it is read, and where it is not stored any more.
        error: a sentence for the user; empty if there is none.
    """

    position_id: int | None = None
    detail: PositionDetail | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class DetailLayout:
    """How the user has arranged the pane.

    Attributes:
        beside, under: its width beside the tables, and its height under them, in pixels; 0 for
            those it begins with.
        folded: titles of the sections of which only the title is shown.
    """

    is_open: bool = False
    beside: int = 0
    under: int = 0
    folded: tuple[str, ...] = (DRAWN,)

    def to_text(self) -> str:
        return json.dumps(asdict(self))


def layout_of(text: str) -> DetailLayout:
    """The layout that was stored as this text; the first one if it cannot be used."""
    try:
        stored = json.loads(text)
        folded = tuple(str(title) for title in stored["folded"])
        sizes = max(int(stored["beside"]), 0), max(int(stored["under"]), 0)
        return DetailLayout(stored["is_open"] is True, *sizes, folded)
    except (ValueError, TypeError, KeyError):
        return DetailLayout()


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of the pane. Attributes: tone: see `set_tone`. can_copy: it gets a button for that."""

    title: str
    text: str
    tone: str = ""
    tooltip: str = ""
    can_copy: bool = False


@dataclass(frozen=True, slots=True)
class ExplainedFigure:
    """A figure with the formula and the sentence that explain it."""

    fact: Fact
    formula: str
    numbers: str
    note: str


@dataclass(frozen=True, slots=True)
class SelectionSum:
    """A sum over several rows in one currency.

    Attributes:
        amount: of those that are known; None if none is.
        unknown: how many are not in it.
    """

    title: str
    amount: Decimal | None
    unknown: int = 0


def own_state(subject: DetailSubject, state: DetailState) -> DetailState:
    """The state if it is the subject's, else an unanswered one."""
    if state.position_id == subject.position_id:
        return state
    return DetailState(subject.position_id)


def shown_position(subject: DetailSubject, state: DetailState) -> Position | None:
    """As the table shows it, or as it was read."""
    if subject.position is not None or state.detail is None:
        return subject.position
    return state.detail.timeline.position
