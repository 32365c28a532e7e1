"""Whom a name means: by key, by name or alias however written, and who is called nearly so."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from graphdb.connection import Connection, Row
from graphdb.identity import identity, normalised_name
from graphdb.ontology import Ontology
from graphdb.queries import cypher
from graphdb.schema import make_missing

N_CANDIDATES = 500
"""Entities that the index is asked for; of a common word there are more than anybody reads."""

_WORD = re.compile(r"\w+")
_WHOLE_KEY = 32
"""Hexadecimal digits of a key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedEntity:
    """An entity and what documents call it."""

    key: str
    name: str
    type: str
    aliases: tuple[str, ...]


def entities_called(connection: Connection, ontology: Ontology, name: str) -> list[NamedEntity]:
    """Return the entities with this key, name or alias, those of the name first.

    Neither case counts nor whatever else normalisation folds.
    """
    keys = possible_keys(connection, ontology, name)
    by_name = _entities(connection.read(cypher("browse/entities"), keys=keys))
    by_alias = [
        entity
        for entity in _found(connection, _phrase(name))
        if entity.key not in {known.key for known in by_name} and _is_called(entity, name)
    ]
    return [*by_name, *by_alias]


def entity_of(connection: Connection, key: str) -> NamedEntity | None:
    """Return the entity with a key; none if there is none."""
    rows = connection.read(cypher("browse/entities"), keys=[key])
    return next(iter(_entities(rows)), None)


def keys_called(connection: Connection, ontology: Ontology, name: str) -> list[str]:
    """Return the keys of the entities with this key, name or alias."""
    return [entity.key for entity in entities_called(connection, ontology, name)]


def entities_like(connection: Connection, name: str, limit: int = 5) -> list[NamedEntity]:
    """Return entities whose name or alias has these words, or words nearly like them."""
    words = _words(name)
    if not words:
        return []
    all_of_them = " AND ".join(f"({word}* OR {word}~)" for word in words)
    any_of_them = " ".join(f"{word}~" for word in words)
    found = {entity.key: entity for entity in _found(connection, all_of_them, limit)}
    if len(found) < limit:
        found |= {entity.key: entity for entity in _found(connection, any_of_them, limit)}
    return list(found.values())[:limit]


def catalogue_entries(connection: Connection, keys: Sequence[str]) -> dict[str, dict[str, int]]:
    """Return the catalogue's ids of each entity, and how many mentions come from each."""
    entries: dict[str, dict[str, int]] = {key: {} for key in keys}
    for row in connection.read(cypher("browse/catalogue"), keys=list(keys)):
        entries[row["key"]][row["id"]] = row["n"]
    return entries


def possible_keys(connection: Connection, ontology: Ontology, name: str) -> list[str]:
    """Return the keys that an entity of this name, or with this key, may have."""
    types = sorted(ontology.entity_types.items())
    keys = [name, *(identity(type_, policy, name).key for type_, policy in types)]
    # A name that means something within its document only has a key in each of them.
    prefixes = [key for key in keys[1:] if len(key) < _WHOLE_KEY]
    if not prefixes:
        return keys
    rows = connection.read(cypher("browse/of_documents"), prefixes=prefixes, limit=N_CANDIDATES)
    return [*keys, *(row["key"] for row in rows)]


def await_names(connection: Connection) -> None:
    """Wait until the full-text index knows the names of all that is in the graph by now."""
    # A graph that no night has written to since it came has no such index yet.
    make_missing(connection, [cypher("schema/entity_names")])
    connection.read(cypher("browse/refresh"))


def _is_called(entity: NamedEntity, name: str) -> bool:
    wanted = normalised_name(name)
    return any(normalised_name(text) == wanted for text in (entity.name, *entity.aliases))


def _found(connection: Connection, words: str, limit: int = N_CANDIDATES) -> list[NamedEntity]:
    if not words:
        return []
    await_names(connection)
    return _entities(connection.read(cypher("browse/named"), words=words, limit=limit))


def _entities(rows: Iterable[Row]) -> list[NamedEntity]:
    return [
        NamedEntity(
            key=row["key"], name=row["name"], type=row["type"], aliases=tuple(row["aliases"] or ())
        )
        for row in rows
    ]


def _phrase(name: str) -> str:
    """Return a query for these words in this order; nothing else of the name reaches the index."""
    # As it is written, and without the dots of initials: I.B.M. is asked for, IBM was read.
    phrases = dict.fromkeys(" ".join(_words(each)) for each in (name, normalised_name(name)))
    return " OR ".join(f'"{phrase}"' for phrase in phrases if phrase)


def _words(name: str) -> Sequence[str]:
    return [word.lower() for word in _WORD.findall(name)][:20]
