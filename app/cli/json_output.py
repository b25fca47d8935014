"""Prints JSON. Apart from the other output, because `status` must start fast."""

from app.contract.json_text import json_text
from app.platform.streams import print_text


def print_json(value: object) -> None:
    print_text(json_text(value))
