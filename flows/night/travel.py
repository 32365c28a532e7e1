"""Documents of a listing as plain data: where they come from is said once, not with each of them.

A listing and a plan hold documents, and a document holds its source, of which only the kind of it
knows how to be written down. Everything else in them, pydantic can write and read by itself.
"""

from collections.abc import Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Annotated, Any, get_type_hints

from pydantic import (
    BaseModel,
    GetCoreSchemaHandler,
    PlainSerializer,
    PlainValidator,
    TypeAdapter,
    create_model,
)
from pydantic_core import CoreSchema, core_schema

from flows.sources import Folder, ListedDocument

_HINTS = {name: hint for name, hint in get_type_hints(ListedDocument).items() if name != "origin"}
_ORIGINS: TypeAdapter[Any] = TypeAdapter(list[Folder])
# A row for each document, all in one call: a night may list a million of them.
_ROWS: TypeAdapter[Any] = TypeAdapter(list[tuple[int, *_HINTS.values()]])  # type: ignore[misc]
_values = attrgetter(*_HINTS)


def _to_plain(documents: Sequence[ListedDocument]) -> dict[str, Any]:
    """Return documents by their source: a night reads one, so there is mostly one."""
    origins = list(dict.fromkeys(document.origin for document in documents))
    number = {origin: index for index, origin in enumerate(origins)}
    rows = [(number[document.origin], *_values(document)) for document in documents]
    return {
        "origins": _ORIGINS.dump_python(origins, mode="json"),
        "documents": _ROWS.dump_python(rows, mode="json"),
    }


def _from_plain(data: Any) -> tuple[ListedDocument, ...]:
    if isinstance(data, tuple):
        return data  # it never travelled
    origins = _ORIGINS.validate_python(data["origins"])
    return tuple(
        ListedDocument(origin=origins[number], **dict(zip(_HINTS, values, strict=True)))
        for number, *values in _ROWS.validate_python(data["documents"])
    )


Documents = Annotated[
    tuple[ListedDocument, ...], PlainValidator(_from_plain), PlainSerializer(_to_plain)
]
"""Listed documents that can be written as plain data and read from it."""


class Travelling:
    """Marks a dataclass that holds documents, for pydantic: `Annotated[Plan, Travelling()]`."""

    def __get_pydantic_core_schema__(
        self, kind: type[Any], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Return how pydantic writes and reads it: field by field, the documents as above."""
        mirror = _mirror(kind)

        def write(value: Any) -> dict[str, Any]:
            values = {name: getattr(value, name) for name in mirror.model_fields}
            return mirror.model_construct(**values).model_dump(mode="json")

        def read(data: Any) -> Any:
            return data if isinstance(data, kind) else kind(**dict(mirror.model_validate(data)))

        writing = core_schema.plain_serializer_function_ser_schema(write)
        return core_schema.no_info_plain_validator_function(read, serialization=writing)


def _mirror(kind: type[Any]) -> type[BaseModel]:
    """Return a model of the fields of a dataclass, in which documents can be written."""
    hints = get_type_hints(kind)
    names = [each.name for each in fields(kind)]
    here = tuple[ListedDocument, ...]
    types: dict[str, Any] = {
        name: (Documents if hints[name] == here else hints[name], ...) for name in names
    }
    return create_model(kind.__name__, **types)
