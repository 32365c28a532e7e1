"""The ontology: the types a graph may have, read from a TOML file.

    version = 1

    [entities.Person]
    description = "A human being."

    [relations.FOUNDED_BY]
    description = "Who founded the organization."
    subject = ["Organization"]      # left out or empty: any type
    object = ["Person"]

Relation types may also say `symmetric`, `transitive`, `functional` (booleans), `inverse_of`,
`sub_property_of` (a relation type) and `disjoint_with` (a list of them), which rules use, and
`before` (a list) and `within_years` (a table of numbers), which compare dates.
`keep`, beside `version`, may leave out entities of which a document states nothing.
`[[tables]]` says what the columns of tables mean; see `graphdb.tables`.
"""

import difflib
import hashlib
import json
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError, model_validator
from pydantic_core import ErrorDetails

from graphdb.errors import OntologyError
from graphdb.identity import IDENTITY_VERSION
from graphdb.queries import checked_identifier
from graphdb.spotting import KnownName, KnownNames
from graphdb.tables import Link, TableMapping, key_sets_of

_CONTRACT = frozenset(("Document", "Chunk", "Entity", "Derivation"))
_BOOKKEEPING = frozenset(
    (
        *("Run", "Lease", "SchemaVersion", "FactChange", "ChangeLog", "RuleState"),
        *("InferenceState", "Decision", "Verdict", "NameRecord", "NameBlock"),
        *("RecordedChange", "RecordedDocument", "RecordedConclusions", "RecordedRun", "RowKey"),
    )
)
RESERVED_LABELS = _CONTRACT | _BOOKKEEPING
RESERVED_TYPES = frozenset(
    (
        *("HAS_CHUNK", "MENTIONS", "STATES", "WITHHELD", "PREMISE", "CONCLUDES", "IN_BLOCK"),
        *("HAS_ROW", "NAMES_ROW", "TO_REVIEW"),
    )
)


Keep = Literal["all", "named", "with_facts"]


class EntityType(BaseModel):
    """A kind of thing that documents talk about."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    description: str = ""
    identity: Literal["global", "resolved", "document", "value"] = "global"
    """What makes two names of this type one thing: the name; the name and what resolution finds;
    the name within one document; or the value that it stands for."""
    value: Literal["date", "quantity"] | None = None
    """What kind of value, if the value counts."""
    case_counts: bool = False
    """Whether capitals make another name, as of chemicals: CO is no Co."""

    @model_validator(mode="before")
    @classmethod
    def _value_counts(cls, given: Any) -> Any:
        """Take a kind of value for saying that the value counts."""
        if isinstance(given, dict) and given.get("value") and "identity" not in given:
            return given | {"identity": "value"}
        return given

    @model_validator(mode="after")
    def _value_goes_with_identity(self) -> Self:
        if (self.identity == "value") != (self.value is not None):
            raise ValueError(
                'identity = "value" takes value = "date" or value = "quantity", and no other does'
            )
        return self


class RelationType(BaseModel):
    """A kind of statement, between which entities it may hold, and what follows from it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    description: str = ""
    subject: tuple[str, ...] = ()
    """Entity types allowed as subject; empty for any."""
    object: tuple[str, ...] = ()
    """Entity types allowed as object; empty for any."""
    symmetric: bool = False
    transitive: bool = False
    functional: bool = False
    """At most one object a subject; a second one is reported, not refused."""
    inverse_of: str | None = None
    sub_property_of: str | None = None
    disjoint_with: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    """Relation types whose object, of the same subject, is no earlier date than this one's."""
    within_years: dict[str, int] = Field(default={})
    """By relation type, how many years at most lie between this one's object and that one's."""

    def allows(self, subject_type: str, object_type: str) -> bool:
        """Say whether the relation may hold between entities of these types."""
        return (not self.subject or subject_type in self.subject) and (
            not self.object or object_type in self.object
        )

    def related_types(self) -> tuple[str, ...]:
        """Return the relation types that this one names."""
        named = (
            *(self.inverse_of, self.sub_property_of),
            *(*self.disjoint_with, *self.before, *self.within_years),
        )
        return tuple(name for name in named if name)


class Ontology(BaseModel):
    """The allowed entity types, relation types and triples of one graph.

    Every name in it may stand in a query: it has been checked.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, validate_by_name=True)

    version: Literal[1] = 1
    entity_types: dict[str, EntityType] = Field(alias="entities", min_length=1)
    relation_types: dict[str, RelationType] = Field(alias="relations", default={})
    tables: tuple[TableMapping, ...] = ()
    keep: Keep = "all"
    """Which entities of a document come into the graph: all of them; those with a name, and dates
    and quantities that stand in a fact there; those that stand in a fact there."""
    _known_names: KnownNames | None = PrivateAttr(default=None)

    def knowing(self, names: Iterable[KnownName]) -> Self:
        """Return this ontology with a catalogue's names, which are looked for in every document.

        They are no part of the file, and they decide what a document says, as its types do.
        """
        ontology = self.model_copy()
        capitals = (name for name, type_ in self.entity_types.items() if type_.case_counts)
        ontology._known_names = KnownNames.of(names, capitals)
        return ontology

    @property
    def known_names(self) -> KnownNames | None:
        """The names of a catalogue; None: there is none."""
        return self._known_names

    @classmethod
    def load(cls, path: Path | str) -> Self:
        """Read an ontology file.

        Raises:
            OntologyError: Names the file, the table in it, and what is wrong there.
            UnsafeIdentifierError: A type has a name that cannot stand in a query.
        """
        try:
            data = tomllib.loads(Path(path).read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise OntologyError(path, "", f"cannot be read: {error}") from error
        try:
            ontology = cls.model_validate(data)
        except ValidationError as error:
            first = _most_telling(error)
            table = ".".join(map(str, first["loc"]))
            raise OntologyError(path, table, _in_our_words(first)) from error
        ontology.check(path)
        return ontology

    def check(self, path: Path | str = "ontology") -> None:
        """Check names and references.

        Raises:
            OntologyError: A table names a type that is not there, or one of ours.
            UnsafeIdentifierError: A type has a name that cannot stand in a query.
        """
        self._check_names(path)
        for name, relation in self.relation_types.items():
            table = f"relations.{name}"
            for type_ in (*relation.subject, *relation.object):
                if type_ not in self.entity_types:
                    raise OntologyError(path, table, _no_type("entity", type_, self.entity_types))
            for type_ in relation.related_types():
                if type_ not in self.relation_types:
                    why = _no_type("relation", type_, self.relation_types)
                    raise OntologyError(path, table, why)

        for number, mapping in enumerate(self.tables, 1):
            self._check_table(path, f"tables number {number}", mapping)

    def _check_table(self, path: Path | str, table: str, mapping: TableMapping) -> None:
        """Check that a table can only say what the types allow."""
        if mapping.keys and not mapping.key:
            why = f"keys = {mapping.keys!r} names keys, and there is no key = column that has them"
            raise OntologyError(path, table, why)
        links = list(mapping.links())
        for type_ in (mapping.label, *(link.type for _, link in links)):
            if type_ not in self.entity_types:
                raise OntologyError(path, table, _no_type("entity", type_, self.entity_types))
        for name, link in links:
            if name not in self.relation_types:
                raise OntologyError(path, table, _no_type("relation", name, self.relation_types))
            ends = (link.type, mapping.label) if link.reverse else (mapping.label, link.type)
            if not self.relation_types[name].allows(*ends):
                why = f"{name} may not join {ends[0]} with {ends[1]} (column {link.column!r})"
                raise OntologyError(path, table, why)
            if why := self._why_not_by_key(link, mapping):
                raise OntologyError(path, table, f"the column {link.column!r} {why}")

    def _why_not_by_key(self, link: Link, mapping: TableMapping) -> str:
        """Say why nobody can tell which keys a column holds; empty if it can be told."""
        if link.by != "key":
            return "has keys, and is not by key" if link.keys else ""
        key_sets = key_sets_of(link, mapping, self.tables)
        if len(key_sets) == 1:
            return ""
        if key_sets:
            return (
                f"holds keys, and several tables give a {link.type} one: say which is meant, "
                'with keys = "…" here and in that table'
            )
        named = f" called {link.keys!r}" if link.keys else ""
        return f"holds keys{named}, and no table with label {link.type!r} has a key{named}"

    def _check_names(self, path: Path | str) -> None:
        tables = (
            ("entities", self.entity_types, RESERVED_LABELS),
            ("relations", self.relation_types, RESERVED_TYPES),
        )
        for table, types, reserved in tables:
            for name in types:
                checked_identifier(name, f"{path}, [{table}]")
                if name in reserved:
                    raise OntologyError(path, f"{table}.{name}", "the name is taken by nightloom")

    def entity_type(self, name: str) -> EntityType:
        """Return an entity type, or one without any wishes for what the ontology no longer has."""
        return self.entity_types.get(name) or EntityType()

    def keeps(self, entity_type: str, *, has_fact: bool) -> bool:
        """Say whether an entity of a document comes into the graph.

        Args:
            entity_type: Its type.
            has_fact: Whether the document states a fact of it.
        """
        is_named = self.entity_type(entity_type).identity in ("global", "resolved")
        return has_fact or self.keep == "all" or (self.keep == "named" and is_named)

    @property
    def resolved_types(self) -> frozenset[str]:
        """The entity types whose names are resolved: different names may mean one thing."""
        return frozenset(
            name for name, type_ in self.entity_types.items() if type_.identity == "resolved"
        )

    @property
    def functional_types(self) -> frozenset[str]:
        """The relation types of which an entity has one object."""
        return frozenset(
            name for name, relation in self.relation_types.items() if relation.functional
        )

    @property
    def fingerprint(self) -> str:
        """Identify what a document puts into a graph: types, allowed triples, keys, tables, names.

        Descriptions and what rules use are not in it.
        """
        entities = {
            name: [type_.identity, type_.value, type_.case_counts]
            for name, type_ in self.entity_types.items()
        }
        relations = {
            name: [sorted(type_.subject), sorted(type_.object)]
            for name, type_ in self.relation_types.items()
        }
        said: list[object] = [IDENTITY_VERSION, entities, relations]
        # A mapping decides what a document says, but only where there is one.
        if self.tables:
            said.append([mapping.model_dump(mode="json") for mapping in self.tables])
        if self.keep != "all":
            said.append(self.keep)
        if self.known_names:
            said.append({"catalogue": self.known_names.digest})
        text = json.dumps(said, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]


def _most_telling(error: ValidationError) -> ErrorDetails:
    """Return the error to speak of: a misspelt key explains the one that is missing."""
    details = error.errors(include_url=False)
    return next((each for each in details if each["type"] == "extra_forbidden"), details[0])


def _in_our_words(error: ErrorDetails) -> str:
    """Say what is wrong with one key of the file, and what is allowed there."""
    if error["type"] == "extra_forbidden":
        known_keys = _keys_beside(error["loc"])
        key = str(error["loc"][-1])
        near = _near(key, known_keys)
        return f"there is no key {key!r}{near}; the keys are {', '.join(known_keys)}"
    reason = error["msg"][:1].lower() + error["msg"][1:]
    return reason if error["type"] == "missing" else f"{reason}, not {error['input']!r}"


def _keys_beside(location: tuple[int | str, ...]) -> list[str]:
    """Return the keys that may stand where an unknown one was found."""
    if len(location) == 1:
        return ["version", "keep", "entities", "relations", "tables"]
    if location[0] == "tables":
        return list((Link if "relations" in location else TableMapping).model_fields)
    model = EntityType if location[0] == "entities" else RelationType
    return list(model.model_fields)


def _no_type(kind: str, name: str, known_types: Iterable[str]) -> str:
    return f"there is no {kind} type {name!r}{_near(name, known_types)}"


def _near(name: str, known_names: Iterable[str]) -> str:
    near_names = difflib.get_close_matches(name, list(known_names), n=1)
    return f" (did you mean {near_names[0]!r}?)" if near_names else ""
