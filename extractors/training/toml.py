"""A configuration as a TOML file that says no more than differs from the defaults."""

import json
import os
from pathlib import Path
from typing import Any

from extractors.training.config import TrainConfig


def toml_of(config: TrainConfig, folder: Path) -> str:
    """Return the text of a file in `folder` from which the same configuration is read."""
    data, defaults = config.to_dict(), TrainConfig(name="").to_dict()
    for key in ("train", "dev"):
        for corpus in data[key]:
            corpus["path"] = Path(os.path.relpath(corpus["path"], folder)).as_posix()
    lines = [
        f"{key} = {_value(data[key])}" for key in _changed(data, defaults) if _plain(data[key])
    ]
    for key in _changed(data, defaults):
        value = data[key]
        if isinstance(value, dict):
            lines += ["", f"[{key}]"]
            lines += [f"{own} = {_value(value[own])}" for own in _changed(value, defaults[key])]
        elif not _plain(value):
            for corpus in value:
                lines += ["", f"[[{key}]]", *(f"{own} = {_value(corpus[own])}" for own in corpus)]
    return "\n".join(lines) + "\n"


def _changed(data: dict[str, Any], defaults: dict[str, Any]) -> list[str]:
    return [key for key, value in data.items() if value != defaults[key]]


def _plain(value: Any) -> bool:
    """Say whether a value stands on one line of its own, not in tables."""
    return not isinstance(value, dict) and not (
        isinstance(value, list) and any(isinstance(item, dict) for item in value)
    )


def _value(value: Any) -> str:
    if isinstance(value, dict):
        pairs = (f"{json.dumps(key)} = {_value(own)}" for key, own in value.items())
        return f"{{ {', '.join(pairs)} }}" if value else "{}"
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    # JSON and TOML write strings, numbers and truth alike.
    return json.dumps(value, ensure_ascii=False)
