"""Adds a folder to those that `nightloom.toml` has read every night, and leaves the rest as it is.

The file is a person's: it is not written anew from what it means, but a table is put at its end.
"""

import json
import os
import shutil
import tomllib
from pathlib import Path

from flows.errors import SettingsError
from flows.setting_groups import TOML_FILE
from flows.settings import environment_name, origins
from flows.sources import AnySource, Folder
from flows.text import shown


def add_every_night(source: AnySource) -> None:
    """Have a source read every night from now on.

    Raises:
        SettingsError: The folders are not named in `nightloom.toml`, or not as tables.
    """
    check_writable_sources()
    target = Path(os.path.realpath(TOML_FILE))  # a link stays one
    before = target.read_bytes().decode() if target.exists() else ""
    after = with_source(before, source)
    unfinished = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        unfinished.write_bytes(after.encode())
        if target.exists():
            shutil.copymode(target, unfinished)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def check_writable_sources() -> None:
    """Refuse to write sources where another place that wins over the file names some.

    Raises:
        SettingsError: The environment or `.env` does.
    """
    for origin in origins():
        if origin.setting == "sources" and origin.place != str(TOML_FILE):
            raise SettingsError(
                f"{environment_name('sources')} in {origin.place} says what is read every night "
                f"and wins over {TOML_FILE}: add the folder there",
                setting="sources",
            )


def with_source(content: str, source: AnySource) -> str:
    """Return the content of a `nightloom.toml` with one more source at its end.

    Raises:
        SettingsError: It has its sources in another form, or the path cannot be written.
    """
    end = "\r\n" if "\r\n" in content else "\n"
    gap = "" if not content else end if content.endswith("\n") else end * 2
    table = (f"name = {_string(source.name)}", f"path = {_string(_written(source))}")
    after = content + gap + end.join(("[[sources]]", *table, ""))
    try:
        tomllib.loads(after)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            f"{TOML_FILE} does not write its sources as tables [[sources]], so none can be added: "
            "write them so",
            setting="sources",
        ) from error
    return after


def _written(source: AnySource) -> str:
    """Return a place as the file says it: a path relative where it lies beside or below it."""
    if not isinstance(source, Folder):
        return source.place
    here, full = TOML_FILE.absolute().parent.resolve(), source.path.resolve()
    return full.relative_to(here).as_posix() if full.is_relative_to(here) else str(full)


def _string(value: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise SettingsError(
            f"{shown(value)} is not UTF-8 and cannot stand in {TOML_FILE}: rename the folder"
        ) from error
    # JSON's strings are TOML's, but for one character that TOML wants escaped.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
