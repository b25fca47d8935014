"""Makes text from TWS, a statement or the user safe to show and store.

Such text is data, never markup, a formula or a control code.
"""

import unicodedata

# What acts on a terminal, or on the text around it, rather than being seen: control characters
# (ESC, BEL), format characters (the ones that turn the direction of writing), single halves of
# surrogate pairs, and Unicode's own line and paragraph breaks.
ACTING = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
PICTURES, DELETE, DELETE_PICTURE, UNKNOWN = 0x2400, 0x7F, "\u2421", "\ufffd"
ELLIPSIS = "…"
# With these a spreadsheet begins a formula (OWASP, "CSV Injection"); the wide ones are what one for
# Japanese takes for the narrow ones.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

# The most characters that are stored. IBKR's own symbols have up to some 20, its texts up to some
# hundred; what is longer comes from elsewhere and would only fill the disk and the window.
SYMBOL_LENGTH = 64
ERROR_LENGTH = 2000
NOTE_LENGTH = 4000


def visible(text: str) -> str:
    """The text on one line, with a visible sign for each control character: ␛ for ESC."""
    if text.isprintable():
        return text
    return "".join(map(visible_character, text))


def visible_lines(text: str) -> str:
    """The same for a text whose line breaks are the program's own."""
    return "\n".join(map(visible, text.split("\n")))


def visible_character(character: str) -> str:
    if unicodedata.category(character) not in ACTING:
        return character
    code = ord(character)
    if code < ord(" "):
        return chr(PICTURES + code)
    return DELETE_PICTURE if code == DELETE else UNKNOWN


def shown_width(text: str) -> int:
    """How many columns of a terminal it takes: an East Asian character takes two."""
    return len(text) + sum(unicodedata.east_asian_width(one) in "WF" for one in text)


def padded(text: str, width: int, *, is_right: bool = False) -> str:
    """The text with spaces after it, or before it, to this many columns of a terminal."""
    spaces = " " * (width - shown_width(text))
    return spaces + text if is_right else text + spaces


def no_formula(text: str) -> str:
    """The text, marked so that a spreadsheet does not read it as a formula."""
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def for_clipboard(text: str) -> str:
    """One cell of tab-separated text: one line, no tab, no formula."""
    return visible(no_formula(text))


def limited(text: str, length: int) -> str:
    """The text, or its beginning with "…" at the end: `length` characters at the most."""
    return text if len(text) <= length else text[: length - 1] + ELLIPSIS
