"""Many listed documents as one string: what travels of a listing, at a tenth of the memory.

Plain data of a document is a dictionary with one of its source in it, a kilobyte in all; a line
here is as long as its id, name and digest. A step, and whoever calls it, hold both at once.
"""

import json
import sys
from collections.abc import Iterable, Iterator
from typing import Annotated, Any

from pydantic import PlainSerializer, TypeAdapter, WrapValidator
from pydantic_core.core_schema import ValidatorFunctionWrapHandler

from flows.sources.listed import AnySource, ListedDocument
from flows.sources.values import Part

_SOURCE: TypeAdapter[AnySource] = TypeAdapter(AnySource)


def packed(documents: Iterable[ListedDocument]) -> str:
    """Return documents as lines of JSON; a source has a line of its own before its first one."""
    lines: list[str] = []
    numbers: dict[AnySource, int] = {}
    for listed in documents:
        if listed.origin not in numbers:
            numbers[listed.origin] = len(numbers)
            lines.append(json.dumps(_SOURCE.dump_python(listed.origin, mode="json")))
        path = [
            step if isinstance(step, str) else [step.number, step.start, step.n_bytes]
            for step in listed.path
        ]
        row: list[Any] = [numbers[listed.origin], listed.id, listed.file, listed.raw_sha256]
        row += [listed.format, path, int(listed.holds_others)]
        lines.append(json.dumps(row))
    return "\n".join(lines)


def unpacked(lines: str) -> Iterator[ListedDocument]:
    """Yield the documents that `packed` wrote; those of one source share it."""
    origins: list[AnySource] = []
    for row in map(json.loads, _each(lines)):
        if isinstance(row, dict):
            origins.append(_SOURCE.validate_python(row))
            continue
        origin, id_, file, raw_sha256, format_, path, holds_others = row
        yield ListedDocument(
            id=id_,
            origin=origins[origin],
            file=file,
            raw_sha256=raw_sha256,
            format=sys.intern(format_),
            path=tuple(step if isinstance(step, str) else Part(*step) for step in path),
            holds_others=bool(holds_others),
        )


def _each(lines: str) -> Iterator[str]:
    """Yield lines one by one, where `splitlines` would hold all of them beside the whole."""
    start = 0
    while start < len(lines):
        end = lines.find("\n", start)
        end = len(lines) if end < 0 else end
        yield lines[start:end]
        start = end + 1


def _validated(given: Any, validate: ValidatorFunctionWrapHandler) -> Any:
    return tuple(unpacked(given)) if isinstance(given, str) else validate(given)


ListedDocuments = Annotated[
    tuple[ListedDocument, ...], PlainSerializer(packed, str), WrapValidator(_validated)
]
"""Documents that travel as one string."""
