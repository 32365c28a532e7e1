"""From the name of a reader to the reader: an entry point, a module and what is in it, or a file.

    NAME, NAME:ARGUMENT                an entry point of the group `nightloom.extractors`
    MODULE:FACTORY[:ARGUMENT]          a function or class of a module that can be imported
    FILE.py:FACTORY[:ARGUMENT]         the same of a file, which need not be installed

Whoever names a reader has its code run. The name comes from the settings and from the command line
of the person who runs nightloom, and from nowhere else.
"""

import difflib
import importlib.util
import inspect
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import reduce
from importlib import import_module, metadata
from pathlib import Path
from types import ModuleType
from typing import Any

from extractors.checkpoints import find_checkpoint
from extractors.errors import CheckpointError, ExtractionError, ReaderError
from extractors.readers.plugged import Origin, PluggedReader
from extractors.readers.protocol import ReaderSetup
from extractors.readers.words import named

GROUP = "nightloom.extractors"
"""Entry points of this group are readers, known by their names."""


def find_reader(model: str, setup: ReaderSetup | None = None) -> PluggedReader | None:
    """Return the reader that a setting names; None if it names a model of nightloom's.

    A model's folder and the name of one that comes with nightloom win over a reader's name.

    Args:
        model: What the setting says.
        setup: What the factory is told if it asks; its `argument` is taken from the name.

    Raises:
        CheckpointError: There is neither a model nor a reader of this name.
        ReaderError: The reader cannot be imported or made.
    """
    try:
        find_checkpoint(model)
    except CheckpointError as error:
        no_checkpoint = error
    else:
        return None
    name, _, rest = model.partition(":")
    entry_point = _entry_point(name)
    if entry_point:
        factory, origin = _from_entry_point(entry_point, rest)
    elif rest and not Path(model).is_dir():
        factory, origin = _from_module(name, *rest.partition(":")[::2])
    else:
        raise _nothing_of_that_name(model, no_checkpoint) from no_checkpoint
    setup = replace(setup or ReaderSetup(), argument=origin.argument)
    return PluggedReader(_made(factory, origin, setup), origin, setup)


def reader_names() -> list[str]:
    """Return the names of the readers that are installed."""
    return sorted({entry_point.name for entry_point in metadata.entry_points(group=GROUP)})


def _entry_point(name: str) -> metadata.EntryPoint | None:
    """Return the installed reader of this name.

    Raises:
        ReaderError: Several distributions bring one, and nobody can know which was meant.
    """
    # One distribution may be found twice, by its folder and by its link: that is no choice.
    by_value = {each.value: each for each in metadata.entry_points(group=GROUP, name=name)}
    if len(by_value) > 1:
        where = ", ".join(
            sorted(f"{each.value} ({_brought_by(each)})" for each in by_value.values())
        )
        raise ReaderError(
            f"several readers are called {name!r}: name one by its module instead, or uninstall "
            f"the others: {where}"
        )
    return next(iter(by_value.values()), None)


def _from_entry_point(entry_point: metadata.EntryPoint, argument: str) -> tuple[Any, Origin]:
    origin = Origin(
        name=entry_point.name,
        module=entry_point.module,
        factory=entry_point.attr,
        distribution=_brought_by(entry_point),
        argument=argument,
    )
    return _attribute(_imported(entry_point.module), entry_point.attr, origin.module), origin


def _brought_by(entry_point: metadata.EntryPoint) -> str:
    distribution = entry_point.dist
    return f"{distribution.name} {distribution.version}" if distribution else ""


def _from_module(module_name: str, factory_name: str, argument: str) -> tuple[Any, Origin]:
    is_file = module_name.endswith(".py")
    module = _imported_file(Path(module_name)) if is_file else _imported(module_name)
    factory = _attribute(module, factory_name, module_name)
    origin = Origin(
        name=factory_name.rpartition(".")[2],
        module=module_name,
        factory=factory_name,
        distribution="" if is_file else _distribution_of(module_name),
        argument=argument,
    )
    return factory, origin


def _distribution_of(module: str) -> str:
    """Return name and version of the distribution that brings a module; empty if none does."""
    names = metadata.packages_distributions().get(module.partition(".")[0], ())
    return ", ".join(sorted({f"{name} {metadata.version(name)}" for name in names}))


def _imported(name: str) -> ModuleType:
    if not all(part.isidentifier() for part in name.split(".")):
        raise ReaderError(
            f"{name!r} is no name of a module: a reader is named MODULE:FACTORY or FILE.py:FACTORY"
        )
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if name == error.name or name.startswith(f"{error.name}."):
            raise ReaderError(
                f"there is no module {error.name!r} for the reader: install the distribution that "
                "brings it, or name its file, as in readers/mine.py:FACTORY (nothing is imported "
                "from the working directory)"
            ) from error
        raise _not_imported(name, error) from error
    except (Exception, SystemExit) as error:
        raise _not_imported(name, error) from error


def _imported_file(path: Path) -> ModuleType:
    if not path.is_file():
        raise ReaderError(f"there is no file {path} for the reader: check the path")
    # The name under which pickles and dataclasses find the module again; a path cannot be one.
    name = f"nightloom_reader_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        sys.modules.pop(name, None)
        raise _not_imported(str(path), error) from error
    return module


def _not_imported(name: str, error: BaseException) -> ReaderError:
    if isinstance(error, ExtractionError):
        return ReaderError(str(error))
    way_out = "mend it"
    if isinstance(error, ModuleNotFoundError):
        way_out = f"install what brings {error.name!r}"
    return ReaderError(f"the reader's module {name} cannot be imported ({named(error)}): {way_out}")


def _attribute(module: ModuleType, name: str, module_name: str) -> Any:
    """Return what a module calls by this name."""
    try:
        return reduce(getattr, name.split("."), module)
    except AttributeError as error:
        near = difflib.get_close_matches(name, _public_names(module), n=1, cutoff=0.6)
        meant = f": did you mean {near[0]}?" if near else ": name a function or class of it"
        raise ReaderError(f"the reader's module {module_name} has no {name!r}{meant}") from error


def _public_names(module: ModuleType) -> Iterable[str]:
    return [name for name in vars(module) if not name.startswith("_")]


def _made(factory: Any, origin: Origin, setup: ReaderSetup) -> Any:
    """Have a factory make its reader; it is given the setup if it cannot do without an argument."""
    if not callable(factory):
        raise ReaderError(
            f"the reader {origin.module}:{origin.factory} is a {type(factory).__name__} and makes "
            "no reader: name a function or class"
        )
    arguments = (setup,) if _wants_argument(factory) else ()
    if origin.argument and not arguments:
        raise ReaderError(
            f"the reader {origin.name} takes no argument, and {origin.argument!r} stands behind "
            "its name: leave it out"
        )
    try:
        return factory(*arguments)
    except ExtractionError:
        raise  # it says itself what is wrong, and what to do
    except (Exception, SystemExit) as error:
        raise ReaderError(
            f"the reader {origin.name} could not be made ({named(error)}): mend "
            f"{origin.module}:{origin.factory}"
        ) from error


def _wants_argument(factory: Callable[..., Any]) -> bool:
    try:
        parameters = inspect.signature(factory).parameters.values()
    except (TypeError, ValueError):  # written in C: nothing is known of it
        return False
    return any(
        parameter.default is parameter.empty
        and parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
        for parameter in parameters
    )


def _nothing_of_that_name(model: str, error: CheckpointError) -> CheckpointError:
    if Path(model).is_dir():
        return error
    installed = ", ".join(reader_names()) or "none is installed"
    return CheckpointError(
        f"{error}; nor is it a reader: {installed}, or MODULE:FACTORY (docs/readers.md)"
    )
