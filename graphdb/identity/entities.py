"""Which entity a name stands for, by the policy of its type.

    global     one name, one thing, in whichever document
    resolved   the same, and names of one thing are looked for (`graphdb.resolution`)
    document   a name means something within its document only
    value      a date or a quantity: what counts is what it amounts to, however it is written

A key of one document begins as that of the name alone does, so that it can be found by the name.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from graphdb.identity.keys import IDENTITY_VERSION, entity_key, hashed, untidiness
from graphdb.identity.normalisation import normalised_name
from graphdb.values import DateValue, QuantityValue, date_value, needs_its_text, quantity_value

Properties = dict[str, str | float | None]


class Policy(Protocol):
    """What a type says of identity; an entity type of the ontology does."""

    @property
    def identity(self) -> str: ...  # noqa: D102
    @property
    def value(self) -> str | None: ...  # noqa: D102
    @property
    def case_counts(self) -> bool: ...  # noqa: D102


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a name needs of the document it stands in."""

    document_id: str = ""
    language: str = ""
    written: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """An entity: its key, and what it amounts to if it is a value."""

    key: str
    properties: Properties = field(default_factory=dict)
    is_inferred: bool = False
    """Whether the value is right only if the document was written when it says."""


@dataclass(frozen=True, slots=True)
class NamePolicy:
    """How a type is meant of which nobody said more: one name, one thing."""

    identity: str = "global"
    value: str | None = None
    case_counts: bool = False


ANYWHERE, BY_NAME = Context(), NamePolicy()


def identity(type_: str, policy: Policy, name: str, context: Context = ANYWHERE) -> Identity:
    """Return which entity a name of this type stands for in its document."""
    if policy.identity == "document":
        return Identity(key=_document_key(type_, policy, name, context))
    if policy.identity != "value":
        return Identity(key=_name_key(type_, policy, name))
    value = _value(policy, name, context)
    if value is None:
        # "Next Monday" and "about five" mean another thing in each document; "the Middle Ages" is a
        # name, and means the same everywhere.
        make = _document_key if needs_its_text(name) or policy.value == "quantity" else _name_key
        return Identity(key=make(type_, policy, name, context))
    if isinstance(value, DateValue):
        key = hashed("value", str(IDENTITY_VERSION), type_, value.edtf)
        properties: Properties = {
            "edtf": value.edtf,
            "earliest": value.earliest,
            "latest": value.latest,
        }
        return Identity(key=key, properties=properties, is_inferred=value.is_inferred)
    properties = {
        "value": value.value,
        "unit": value.unit or None,
        "comparison": value.comparison or None,
        "lowest": value.lowest,
        "highest": value.highest,
    }
    # All of what it amounts to: "5 km" and "more than 5 km" are two quantities.
    key = hashed("value", str(IDENTITY_VERSION), type_, *map(str, properties.values()))
    return Identity(key=key, properties=properties)


def canonical_name(
    type: str,  # noqa: A002 - the vocabulary's word
    key: str,
    texts: Iterable[str],
    policy: Policy = BY_NAME,
    members: Collection[str] = (),
) -> str:
    """Return the text that names an entity best, whatever the order of `texts`.

    Only texts that the key could have been computed from are names, or one of the `members` that a
    decision made one with it; the others are aliases.
    """
    all_texts = list(texts)
    keys = members or (key,)
    names = [text for text in all_texts if any(_may_name(type, policy, k, text) for k in keys)]
    # An entity of an older version has none, nor one whose value takes its document to see.
    return min(names or all_texts, key=untidiness)


def _may_name(type_: str, policy: Policy, key: str, text: str) -> bool:
    if policy.identity in ("global", "resolved"):
        return _name_key(type_, policy, text) == key
    # Without a document, `identity` returns half a key: what all keys of the name begin with.
    own_key = identity(type_, policy, text).key
    return own_key == key or (len(own_key) == _HALF and key.startswith(own_key))


_HALF = 16
"""Hexadecimal digits of a document's key that the name decides."""


def _name_key(type_: str, policy: Policy, name: str, context: Context = ANYWHERE) -> str:  # noqa: ARG001
    if not policy.case_counts:
        return entity_key(type_, name)
    return hashed("entity", str(IDENTITY_VERSION), type_, normalised_name(name, case_counts=True))


def _document_key(type_: str, policy: Policy, name: str, context: Context) -> str:
    """Return a key of one document; without a document, what all keys of the name begin with."""
    own = hashed("document", context.document_id) if context.document_id else ""
    return _name_key(type_, policy, name)[:_HALF] + own[:_HALF]


def _value(policy: Policy, name: str, context: Context) -> DateValue | QuantityValue | None:
    if policy.value == "date":
        return date_value(name, context.language, context.written)
    return quantity_value(name, context.language)
