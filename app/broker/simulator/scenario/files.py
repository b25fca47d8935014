"""Reads and writes scenario files: a market's state as JSON."""

import json
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from app.broker.simulator.scenario import json_codec
from app.broker.simulator.scenario.state import Scenario
from app.domain.model.errors import SettingsError
from app.domain.text.system_errors import file_reason, system_reason


def load_scenario(path: Path) -> Scenario:
    """Reads a scenario from its JSON file.

    Raises:
        SettingsError: the file cannot be read, or is not a valid scenario.
    """
    try:
        raw: Any = json.loads(path.read_text(encoding="utf-8"))
        return json_codec.parsed(raw)
    except OSError as error:
        raise SettingsError(
            f"Cannot read the scenario {path}: {system_reason(error)}. Choose another file."
        ) from error
    except (ValueError, SettingsError) as error:
        reason = fault(error)
        raise SettingsError(
            f"The scenario {path} cannot be used: {reason}. Correct the file, or choose another."
        ) from error


def fault(error: Exception) -> str:
    """The fault in the file, as part of a sentence."""
    if isinstance(error, SettingsError):
        return str(error).rstrip(".")
    if isinstance(error, json.JSONDecodeError):
        return f"it is no JSON, at line {error.lineno}, column {error.colno}"
    return file_reason(error, "it is no JSON")


def dump_scenario(scenario: Scenario, path: Path) -> None:
    """Writes a scenario as JSON; replaces the file atomically.

    Raises:
        SettingsError: the file cannot be written.
    """
    content = json.dumps(json_codec.plain_json(scenario), indent=1, ensure_ascii=False)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".tmp")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(content + "\n")
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        except BaseException:
            with suppress(OSError):
                Path(temporary).unlink()
            raise
    except OSError as error:
        raise SettingsError(
            f"Cannot write the scenario {path}: {system_reason(error)}. "
            "Free some space, or allow writing there."
        ) from error
