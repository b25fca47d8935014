"""Ways in which a TWS's answer can be broken, drawn from a seed. Knows the framing, no message."""

import struct
from collections.abc import Callable, Sequence
from random import Random

from tests.broker.between import framed

UNSET = "1.7976931348623157E308"
NASTY = (
    *("", " ", "0", "-0.0", "-1", "1", "NaN", "-nan", "inf", "-Infinity", "1e308", "-1e308"),
    *("1e400", "1e18", "1e-400", "0x10", "1_000", "1,5", "٣", "⁵", "+", ".", "e5", "--1", UNSET),
    *("2147483647", "2147483648", "-2147483648", "9223372036854775807", "9" * 30, "9" * 5000),
    *("170141183460469231731687303715884105727", "None", "True", "AAPL", "DU1234567", "USD"),
    *("=1+1", "\x1b[31m", "\u202e", "\ufeff", "\ud7ff", "a" * 100_000, "../../x", "'; --", "{}"),
    *("20261301 25:61:61", "20261122 10:00:00 Nowhere/Land", "99991231", "BAG", "FOP", "BOND"),
)
LENGTHS = (0, 1, 2, 3, 1 << 20, (1 << 24) - 4, 1 << 24, 0x7FFFFFFF, 0xFFFFFFFF)
CODES = (100, 200, 321, 322, 326, 354, 430, 502, 504, 1100, 1101, 1102, 1300, 2104, 2110, 10197)

Sent = Sequence[bytes | None]  # what goes over the wire; None: the connection is closed
Mutation = Callable[[Random, bytes, Sequence[bytes]], Sent]


def fields_of(body: bytes) -> list[bytes]:
    return body.removesuffix(b"\0").split(b"\0")


def body_of(fields: Sequence[bytes]) -> bytes:
    return b"".join(field + b"\0" for field in fields)


def place(rng: Random, fields: Sequence[bytes]) -> int:
    return rng.randrange(len(fields))


# -- fields --


def dropped_field(rng: Random, body: bytes, _others: Sequence[bytes]) -> Sent:
    fields = fields_of(body)
    del fields[place(rng, fields)]
    return [framed(body_of(fields))]


def doubled_field(rng: Random, body: bytes, _others: Sequence[bytes]) -> Sent:
    fields = fields_of(body)
    at = place(rng, fields)
    fields.insert(at, fields[at])
    return [framed(body_of(fields))]


def swapped_fields(rng: Random, body: bytes, _others: Sequence[bytes]) -> Sent:
    fields = fields_of(body)
    one, other = place(rng, fields), place(rng, fields)
    fields[one], fields[other] = fields[other], fields[one]
    return [framed(body_of(fields))]


def nasty_field(rng: Random, body: bytes, _others: Sequence[bytes]) -> Sent:
    fields = fields_of(body)
    fields[place(rng, fields)] = rng.choice(NASTY).encode()
    return [framed(body_of(fields))]


def field_of_another(rng: Random, body: bytes, others: Sequence[bytes]) -> Sent:
    fields = fields_of(body)
    fields[place(rng, fields)] = rng.choice(fields_of(rng.choice(others)))
    return [framed(body_of(fields))]


def no_text(rng: Random, body: bytes, _others: Sequence[bytes]) -> Sent:
    """Bytes that are no UTF-8."""
    fields = fields_of(body)
    at = place(rng, fields)
    fields[at] = fields[at][:2] + rng.choice((b"\xff\xfe", b"\xc3", b"\xed\xa0\x80", b"\xf8"))
    return [framed(body_of(fields))]


def unknown_number(rng: Random, body: bytes, _others: Sequence[bytes]) -> Sent:
    fields = fields_of(body)
    number = rng.choice((b"", b"-1", b"0", b"x", b"999", b"06", b"61.0", b"\xff"))
    fields[0] = rng.choice((number, str(rng.randrange(1, 120)).encode()))
    return [framed(body_of(fields))]


# -- bytes --


def flipped_bytes(rng: Random, body: bytes, _others: Sequence[bytes]) -> Sent:
    """Of the fields."""
    return [framed(flipped(rng, body))]


def flipped_anywhere(rng: Random, body: bytes, _others: Sequence[bytes]) -> Sent:
    """Of the length, too."""
    return [flipped(rng, framed(body))]


def flipped(rng: Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.randint(1, 4)):
        changed[place(rng, changed)] ^= 1 << rng.randrange(8)
    return bytes(changed)


def cut_and_closed(rng: Random, body: bytes, _others: Sequence[bytes]) -> Sent:
    whole = framed(body)
    return [whole[: place(rng, whole)], None]


def cut_and_on(rng: Random, body: bytes, _others: Sequence[bytes]) -> Sent:
    """The rest of the frame is missing, and the next one follows."""
    whole = framed(body)
    return [whole[: place(rng, whole)]]


def other_length(rng: Random, body: bytes, _others: Sequence[bytes]) -> Sent:
    near = max(len(body) + rng.choice((-4, -1, 1, 4)), 0)
    return [struct.pack(">I", rng.choice((near, rng.choice(LENGTHS)))) + body]


def noise(rng: Random, body: bytes, _others: Sequence[bytes]) -> Sent:
    """A frame of noise, and then the right one."""
    return [framed(rng.randbytes(rng.randint(0, 60))), framed(body)]


def noise_without_frame(rng: Random, body: bytes, _others: Sequence[bytes]) -> Sent:
    return [rng.randbytes(rng.randint(1, 60)), framed(body)]


# -- order --


def missing(_chance: Random, _body: bytes, _others: Sequence[bytes]) -> Sent:
    return []


def doubled(_chance: Random, body: bytes, _others: Sequence[bytes]) -> Sent:
    return [framed(body)] * 2


def another_before(rng: Random, body: bytes, others: Sequence[bytes]) -> Sent:
    return [framed(rng.choice(others)), framed(body)]


def another_instead(rng: Random, _body: bytes, others: Sequence[bytes]) -> Sent:
    return [framed(rng.choice(others))]


def closed(_chance: Random, _body: bytes, _others: Sequence[bytes]) -> Sent:
    return [None]


def error_before(rng: Random, body: bytes, _others: Sequence[bytes]) -> Sent:
    code = rng.choice((*CODES, rng.randrange(100_000)))
    request = rng.choice((-1, 0, 1, 2, 7))
    text = rng.choice(("Something happened.", "", *NASTY))
    error = ["4", "2", str(request), str(code), text, ""]
    return [framed(body_of([field.encode() for field in error])), framed(body)]


MUTATIONS: tuple[Mutation, ...] = (
    dropped_field,
    doubled_field,
    swapped_fields,
    nasty_field,
    nasty_field,
    nasty_field,
    field_of_another,
    no_text,
    unknown_number,
    flipped_bytes,
    flipped_bytes,
    flipped_anywhere,
    cut_and_closed,
    cut_and_on,
    other_length,
    noise,
    noise_without_frame,
    missing,
    doubled,
    another_before,
    another_instead,
    closed,
    error_before,
)
