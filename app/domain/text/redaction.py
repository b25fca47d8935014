"""Hides account numbers and figures in texts that are stored or leave the computer."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

# IBKR's numbers: U1234567, DU1234567, F1234567, DF…, I…; and what hangs on them, like U1234567A.
NUMBER = re.compile(r"\b(D?[UFI])(\d{4,})([A-Z]?)\b")
SHOWN = 2  # digits
LONG = 5  # characters; a shorter account number is hidden as a whole, and only as a word
FRAME = re.compile(r'\s+(\| +)?(File "|\+)|Traceback |During handling |The above exception ')
QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
DIGIT = re.compile(r"\d")
HIDDEN_DIGIT = "•"


def masked(text: str, accounts: Iterable[str] = ()) -> str:
    """ "U1234567" -> "U…67", wherever it stands.

    Args:
        accounts: known numbers, whatever they look like.
    """
    text = NUMBER.sub(lambda found: f"{found[1]}…{found[2][-SHOWN:]}{found[3]}", text)
    for account in sorted(filter(None, accounts), key=len, reverse=True):
        if len(account) < LONG:
            word = rf"(?<!\w){re.escape(account)}(?!\w)"
            text = re.sub(word, f"{account[:1] if len(account) > 1 else ''}…", text)
        else:
            text = text.replace(account, f"{account[:1]}…{account[-SHOWN:]}")
    return text


def without_figures(traceback: str) -> str:
    """A traceback whose exceptions have no digit in their message.

    A library's error message often contains the value itself, perhaps a quantity. The lines of
    code stay, because they hold no values.
    """
    lines: list[str] = []
    is_message = True
    for line in traceback.split("\n"):
        if FRAME.match(line):
            is_message = False
        elif line and not line[0].isspace():
            is_message = True
        lines.append(without_digits(line) if is_message else line)
    return "\n".join(lines)


def without_quotes(text: str) -> str:
    """ "not a quantity: '98765x'" -> "not a quantity: '…'"."""
    return QUOTED.sub("'…'", text)


def without_digits(text: str) -> str:
    """ "98765x is no number" -> "•••••x is no number"."""
    return DIGIT.sub(HIDDEN_DIGIT, text)


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """A token. Whatever prints or logs it shows dots; only who asks for `text` gets it."""

    text: str

    def __repr__(self) -> str:
        return "Secret(•••)"

    def hidden_in(self, text: str) -> str:
        """The text without the token, where somebody else repeats it."""
        return text.replace(self.text, "•••") if self.text else text
