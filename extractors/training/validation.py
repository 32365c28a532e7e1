"""Checks plain data against dataclasses, by pydantic, and says in one sentence what is wrong.

The dataclasses say what is allowed in their annotations (`Annotated[int, Field(ge=1)]`,
`Literal["a", "b"]`). The sentence for a value that is refused is made from the JSON schema of the
same annotations, so that it names the whole range and the nearest name.
"""

import difflib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from reprlib import Repr
from typing import Annotated, Any, TypeVar

from pydantic import ConfigDict, Field, GetCoreSchemaHandler, TypeAdapter, ValidationError
from pydantic_core import CoreSchema, ErrorDetails, core_schema

from extractors.errors import ConfigError

T = TypeVar("T")
Location = Sequence[int | str]

STRICT = ConfigDict(extra="forbid", strict=True)
"""The `__pydantic_config__` of the outermost dataclass; those inside it inherit it."""

Whole = Annotated[int, Field(ge=0)]
Count = Annotated[int, Field(ge=1)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
ShareBelowOne = Annotated[float, Field(ge=0, lt=1, allow_inf_nan=False)]
Weight = Annotated[float, Field(ge=0, allow_inf_nan=False)]

KINDS = {
    "integer": "int",
    "number": "float",
    "string": "str",
    "boolean": "bool",
    "array": "a list",
    "object": "a table",
}
"""What a value should be, by the word of JSON schema for it."""


_SHORT = Repr()
_SHORT.maxstring = _SHORT.maxother = 60


@dataclass(frozen=True, slots=True)
class OneOf:
    """An annotation for strings that name something in a table: `Annotated[str, OneOf(LOSSES)]`."""

    names: Iterable[str]

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Return what pydantic checks: that the value is one of the names."""
        return core_schema.literal_schema(list(self.names))


def validated(cls: type[T], data: object, *, context: object = None) -> T:
    """Build a dataclass from plain data.

    Args:
        cls: A dataclass whose `__pydantic_config__` is `STRICT`.
        data: As a TOML or JSON file holds it.
        context: What the validators of the annotations may ask for.

    Raises:
        ConfigError: A key is unknown or missing, or a value is not allowed. The message names the
            key, the value and what is allowed; a key that does not exist gets the nearest one.
    """
    # By way of JSON, because only there a list may stand for a tuple and a string for a path
    # while everything else stays strict: `true` is not 1 and 1.0 is not a whole number.
    text = json.dumps(data, default=str)
    try:
        return TypeAdapter(cls).validate_json(text, context=context)
    except ValidationError as error:
        errors = error.errors(include_url=False)
        # A misspelt key is missing under its right name, too: the misspelling says more.
        errors.sort(key=lambda each: each["type"] == "missing")
        key = _dotted(errors[0]["loc"])
        raise ConfigError(_sentence(errors[0], schema_of(cls)), key) from error


def schema_of(cls: type) -> dict[str, Any]:
    """Return the JSON schema of a dataclass."""
    return TypeAdapter(cls).json_schema()


def unknown(where: str, name: str, known_names: Iterable[str], kind: str = "") -> str:
    """Return the sentence that something has no such name, and which one may have been meant."""
    known_names = list(known_names)
    near = difflib.get_close_matches(name, known_names, n=1, cutoff=0.4)
    hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(known_names)}"
    named = f"{kind} {name!r}" if kind else repr(name)
    return f"{where} has no {named}: {hint}"


def _sentence(error: ErrorDetails, schema: dict[str, Any]) -> str:
    """Say what is wrong with one key."""
    *table, name = error["loc"] or ("",)
    key, value = _dotted(error["loc"]), error["input"]
    match error["type"]:
        case "unexpected_keyword_argument":
            known_keys = _schema_at(schema, table).get("properties", {})
            where = f"the table [{_dotted(table)}]" if table else "the configuration"
            return unknown(where, str(name), known_keys, "key")
        case "missing":
            where = f"each table [[{_dotted(table)}]]" if table else "the configuration"
            return f"{where} needs a key {name!r}"
        case "literal_error":
            return unknown(key, str(value), _schema_at(schema, error["loc"])["enum"])
    return f"{key or 'the file'} should be {_allowed(error, schema)}, not {_SHORT.repr(value)}"


def _allowed(error: ErrorDetails, schema: dict[str, Any]) -> str:
    """Say what a value may be: the kind where that is wrong, and else the range."""
    own_schema = _schema_at(schema, error["loc"])
    if error["type"].endswith("_type"):
        return KINDS.get(own_schema.get("type", ""), "something else")
    low = own_schema.get("minimum")
    high = own_schema.get("maximum", own_schema.get("exclusiveMaximum"))
    if low is None:
        return error["msg"]
    if high is None:
        return f"at least {low:g}"
    return f"from {low:g} to {'below ' if 'exclusiveMaximum' in own_schema else ''}{high:g}"


def _schema_at(schema: dict[str, Any], location: Location) -> dict[str, Any]:
    """Return the part of a schema that speaks of one key."""
    part = schema
    for step in location:
        part = part["items"] if isinstance(step, int) else part.get("properties", {}).get(step, {})
        if "$ref" in part:
            part = schema["$defs"][part["$ref"].rpartition("/")[2]]
    return part


def _dotted(location: Location) -> str:
    """Return the path of a key: `schedule.epochs`; the number in a list is left out."""
    return ".".join(step for step in location if isinstance(step, str))
