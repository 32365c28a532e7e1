"""A configuration as a TOML file that says no more than differs from the defaults."""

import os
from pathlib import Path

import tomli_w

from extractors.training.config import TrainConfig


def toml_of(config: TrainConfig, folder: Path) -> str:
    """Return the text of a file in `folder` from which the same configuration is read."""
    data = config.to_dict()
    for corpus in (*data["train"], *data["dev"]):
        corpus["path"] = Path(os.path.relpath(corpus["path"], folder)).as_posix()
    # TOML has no word for "not said": what is left out reads back as that.
    for split in ("train", "dev"):
        data[split] = [
            {key: value for key, value in corpus.items() if value is not None}
            for corpus in data[split]
        ]
    defaults = TrainConfig(name="").to_dict()
    return tomli_w.dumps(_changed(data, defaults))


def _changed(data: dict[str, object], defaults: dict[str, object]) -> dict[str, object]:
    """Return what differs from the defaults, table by table.

    `[tune]` `space` stays whole, and so does a table that is empty unless something is set.
    """
    return {
        key: _changed(value, default)
        # An empty default is a table of names that the person chooses.
        if isinstance(value, dict)
        and isinstance(default := defaults[key], dict)
        and default
        and key != "space"
        else value
        for key, value in data.items()
        if value != defaults[key]
    }
