"""Models that were brought along, and which of them serves: a folder, and a file of aliases.

    models/press-2/            a checkpoint, as training wrote it
    models/press-3/
    models/aliases.json        {"serving": "press-3", "candidate": "", "previous": "press-2"}

Checkpoints are never changed here, and the file is replaced as a whole: whoever reads it sees the
aliases of before or those of after. An empty alias stands for what comes with nightloom.
"""

import itertools
import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from extractors.checkpoints.fingerprints import (
    SHIPPED,
    check,
    find_checkpoint,
    read_json,
    sha256_of,
    shipped_models,
)
from extractors.errors import CheckpointError

ALIASES = ("serving", "candidate", "previous")
"""What may stand in place of a model's name."""

_FILE = "aliases.json"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Aliases:
    """Which model is what; an empty name stands for the models that come with nightloom."""

    serving: str = ""
    """Reads the documents, where the settings leave the choice to nightloom."""
    candidate: str = ""
    """Came last, and may serve next."""
    previous: str = ""
    """Served before."""

    def of(self, model: str) -> tuple[str, ...]:
        """Return the aliases of a model."""
        return tuple(name for name, named in asdict(self).items() if named == model)


@dataclass(frozen=True, slots=True)
class RegisteredModel:
    """A model that can be named, where its files are, and how it did on the dev documents."""

    name: str
    folder: Path
    metrics: dict[str, float | int | str]


class Registry:
    """The models of one folder, beside those that come with nightloom."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def aliases(self) -> Aliases:
        """Which model is what.

        Raises:
            CheckpointError: The file cannot be read, or names what is not there.
        """
        path = self.folder / _FILE
        if not path.is_file():
            return Aliases()
        data = read_json(path)
        if not (set(data) <= set(ALIASES) and all(isinstance(name, str) for name in data.values())):
            raise CheckpointError(
                f"{path} should name models for {', '.join(ALIASES)} and nothing else: mend it, or "
                "delete it and promote a model anew"
            )
        return Aliases(**data)

    def models(self) -> Iterator[RegisteredModel]:
        """Yield all models: those that come with nightloom first, then the others by name."""
        folders = [SHIPPED / name for name in shipped_models()]
        folders += sorted(path.parent for path in self.folder.glob("*/manifest.json"))
        for folder in folders:
            path = folder / "metrics.json"
            metrics = read_json(path) if path.is_file() else {}
            yield RegisteredModel(folder.name, folder, metrics)

    def add(self, checkpoint: str | Path, name: str = "") -> RegisteredModel:
        """Copy a checkpoint and make it the candidate; one that is there already is not copied.

        Args:
            checkpoint: A folder that training wrote.
            name: What it is to be called; empty: as its folder.

        Raises:
            CheckpointError: It is none, it is damaged, or another model has that name.
        """
        source = find_checkpoint(checkpoint)
        check(source)
        name = name or source.resolve().name
        if not _NAME.fullmatch(name) or name in (*ALIASES, *shipped_models()):
            raise CheckpointError(
                f"a model cannot be called {name!r}: give it another name, of letters, digits, "
                "'.', '_' and '-', that no alias and no model of nightloom's has"
            )
        target = self.folder / name
        if not target.exists():
            self._copy(source, target)
        elif sha256_of(target) != sha256_of(source):
            raise CheckpointError(
                f"there is another model called {name!r} already: give this one a name of its own"
            )
        self._write(replace(self.aliases, candidate=name))
        return self.registered(name)

    def free_name(self, stem: str) -> str:
        """Return the first of STEM-1, STEM-2, … that no model has.

        Raises:
            CheckpointError: No model can be called so.
        """
        if not _NAME.fullmatch(f"{stem}-1"):
            raise CheckpointError(
                f"a model cannot be called {stem!r}: a name has letters, digits, '.', '_' and '-'"
            )
        taken = {model.name for model in self.models()}
        return next(name for n in itertools.count(1) if (name := f"{stem}-{n}") not in taken)

    def find(self, model: str) -> str:
        """Return what a name or an alias stands for, as a path; anything else stays as it is.

        Raises:
            CheckpointError: It is an alias of nothing.
        """
        if model in ALIASES:
            named = getattr(self.aliases, model)
            if not named:
                raise CheckpointError(
                    f"no model is {model}: nightloom models list shows those that there are"
                )
            model = named
        own = self.folder / model
        is_own = bool(_NAME.fullmatch(model)) and (own / "manifest.json").is_file()
        return str(own) if is_own else model

    def serving(self) -> tuple[str, ...]:
        """Return the models that read the documents, the first choice first.

        Raises:
            CheckpointError: The model that serves is not there any more.
        """
        name = self.aliases.serving
        if not name or name in shipped_models():
            return shipped_models()
        return (str(self.registered(name).folder), *shipped_models())

    def promote(self, name: str) -> Aliases:
        """Let a model serve; what served before is `previous` then.

        Args:
            name: A model of this registry; empty: those that come with nightloom.

        Raises:
            CheckpointError: There is no such model, or it is damaged.
        """
        if name and name not in shipped_models():
            check(self.registered(name).folder)
        before = self.aliases
        if name == before.serving:
            return before
        candidate = "" if name == before.candidate else before.candidate
        after = Aliases(serving=name, candidate=candidate, previous=before.serving)
        self._write(after)
        return after

    def roll_back(self) -> Aliases:
        """Let the model serve that served before; raises as `promote`."""
        before = self.aliases
        if before.serving == before.previous:
            raise CheckpointError("no other model has served before, so there is nothing to undo")
        return self.promote(before.previous)

    def registered(self, name: str) -> RegisteredModel:
        """Return the model of a name.

        Raises:
            CheckpointError: There is none.
        """
        for model in self.models():
            if model.name == name:
                return model
        known = ", ".join(model.name for model in self.models())
        raise CheckpointError(
            f"no model {name!r} is registered, only {known}: nightloom models add FOLDER registers "
            "one"
        )

    def _copy(self, source: Path, target: Path) -> None:
        """Copy a folder such that it is there as a whole or not at all."""
        self.folder.mkdir(parents=True, exist_ok=True)
        unfinished = self.folder / f".unfinished-{target.name}"
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(source, unfinished)
        check(unfinished)
        unfinished.replace(target)

    def _write(self, aliases: Aliases) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        unfinished = self.folder / f".{_FILE}.{os.getpid()}"
        with unfinished.open("w", encoding="utf-8") as file:
            json.dump(asdict(aliases), file)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self.folder / _FILE)
