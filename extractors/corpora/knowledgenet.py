"""KnowledgeNet: passages with facts of a few properties, each looked for where a text says so.

A line is `{id, text, asked, facts}`; a fact is `{subject, type, object}` with `[start, end]` of
both, which are names as well as pronouns. Where a property was asked, its facts are complete:

    {"id": "7:0:27", "text": "Ada works for Acme.", "asked": ["EMPLOYEE_OR_MEMBER_OF"],
     "facts": [{"subject": [0, 3], "type": "EMPLOYEE_OR_MEMBER_OF", "object": [14, 18]}]}

Read are the names and what joins them. A mention that is in no fact has no label, so a corpus'
entry says `labelled_entities = []`, and names of one thing stay apart: `coreference = false`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from extractors.corpora.files import Record, read_records, whole_number, write_json_lines
from extractors.corpora.labelled import GOLD, Found, Ids, LabelledDocument, flatten, unique, whole
from extractors.corpora.text import entity_of
from extractors.errors import ConfigError
from extractors.facts import Document, Entity, Evidence, Extraction, Relation, Span
from extractors.text import PRONOUNS


@dataclass(frozen=True, slots=True)
class Property:
    """What a property of the corpus joins, and what it is called here."""

    subject: str
    object: str
    type: str
    turned: bool = False
    """Whether the relation goes from the property's object to its subject."""
    inverse: str = ""
    """What the same fact is called the other way round."""
    complete: bool = True
    """Whether a pair without the property has no relation of the type, where it was asked."""


_PERSON, _ORGANIZATION, _PLACE, _TIME = "Person", "Organization", "Location", "Time"

PROPERTIES: Mapping[str, Property] = {
    # A chief executive works there, and so do others: to ask for the one is not to ask for all.
    "CEO": Property(_ORGANIZATION, _PERSON, "EMPLOYER", turned=True, complete=False),
    "CHILD_OF": Property(_PERSON, _PERSON, "CHILD", turned=True),
    "DATE_FOUNDED": Property(_ORGANIZATION, _TIME, "INCEPTION"),
    "DATE_OF_BIRTH": Property(_PERSON, _TIME, "DATE_OF_BIRTH"),
    "DATE_OF_DEATH": Property(_PERSON, _TIME, "DATE_OF_DEATH"),
    "EDUCATED_AT": Property(_PERSON, _ORGANIZATION, "EDUCATED_AT"),
    "EMPLOYEE_OR_MEMBER_OF": Property(_PERSON, _ORGANIZATION, "EMPLOYER"),
    "FOUNDED_BY": Property(_ORGANIZATION, _PERSON, "FOUNDED_BY"),
    "HEADQUARTERS": Property(_ORGANIZATION, _PLACE, "HEADQUARTERS_LOCATION"),
    "NATIONALITY": Property(_PERSON, _PLACE, "COUNTRY_OF_CITIZENSHIP"),
    "PLACE_OF_BIRTH": Property(_PERSON, _PLACE, "PLACE_OF_BIRTH"),
    "PLACE_OF_RESIDENCE": Property(_PERSON, _PLACE, "RESIDENCE"),
    "POLITICAL_AFFILIATION": Property(_PERSON, _ORGANIZATION, "MEMBER_OF_POLITICAL_PARTY"),
    "SPOUSE": Property(_PERSON, _PERSON, "SPOUSE"),
    "SUBSIDIARY_OF": Property(
        _ORGANIZATION, _ORGANIZATION, "PARENT_ORGANIZATION", inverse="SUBSIDIARY"
    ),
}
"""The properties of the corpus; the types are those of `samples/ontology.toml`."""

# Each relation type is written as one property.
_WRITTEN = {name: each for name, each in PROPERTIES.items() if each.complete}
_NO_NAMES = PRONOUNS | {"where"}
"""Words that the corpus labels where they stand for a name."""


def read(path: Path, *, properties: Mapping[str, str] | None = None) -> Iterator[Found]:
    """Yield each passage as a document.

    Args:
        path: A file of JSON lines.
        properties: Other relation types for some properties, `{"NATIONALITY": "CITIZEN_OF"}`; "<"
            before a type turns it round, from the property's object to its subject.

    Raises:
        ConfigError: The corpus has no such property.
        CorpusError: A line contradicts the format; says which.
    """
    wanted = {**PROPERTIES, **_renamed(properties or {})}
    ids = Ids()
    return read_records(path, lambda record: _document(record, ids, wanted))


def write(documents: Iterable[LabelledDocument], path: Path) -> None:
    """Write the relations that a property of the corpus stands for, and what was asked.

    Entities that are in none of them have no place in the format.
    """
    write_json_lines(path, (_record(document) for document in documents))


def _renamed(types: Mapping[str, str]) -> dict[str, Property]:
    """Return the properties that get other relation types."""
    if strangers := sorted(set(types) - set(PROPERTIES)):
        allowed = ", ".join(PROPERTIES)
        raise ConfigError(f"KnowledgeNet has no property {strangers[0]!r}, only {allowed}")
    return {
        name: replace(
            PROPERTIES[name],
            type=type_.removeprefix("<"),
            turned=type_.startswith("<"),
            inverse="",
        )
        for name, type_ in types.items()
    }


def _document(record: Record, ids: Ids, properties: Mapping[str, Property]) -> LabelledDocument:
    data = record.data
    text = data["text"]
    asked = [_property(name, properties) for name in data["asked"]]
    facts = [
        (
            _property(fact["type"], properties),
            _span(text, fact["subject"]),
            _span(text, fact["object"]),
        )
        for fact in data["facts"]
    ]
    entity_by_span = _entities(text, facts)
    stated = [
        relation
        for property_, subject, object_ in facts
        if {subject, object_} <= entity_by_span.keys()
        for relation in _relations(
            property_, entity_by_span[subject], entity_by_span[object_], len(text)
        )
    ]
    return LabelledDocument(
        extraction=Extraction(
            document=Document(
                id=ids.new(data.get("id"), record.number), text=text, source="knowledgenet"
            ),
            chunks=whole(text),
            entities=tuple(dict.fromkeys(entity_by_span.values())),
            relations=unique(stated),
            extractor=GOLD,
        ),
        format="knowledgenet",
        where=record.where,
        record={key: value for key, value in data.items() if key not in ("asked", "facts")},
        asked=tuple(
            dict.fromkeys(
                type_
                for each in asked
                if each.complete
                for type_ in (each.type, each.inverse)
                if type_
            )
        ),
    )


def _property(name: str, properties: Mapping[str, Property]) -> Property:
    if name not in properties:
        raise ValueError(f"no property {name!r}, only {', '.join(properties)}")
    return properties[name]


def _span(text: str, bounds: tuple[object, object]) -> Span:
    start, end = map(whole_number, bounds)
    if end > len(text):
        raise ValueError(f"{start}:{end} lies beyond the {len(text)} characters of the text")
    return Span(start, end)


def _entities(text: str, facts: Sequence[tuple[Property, Span, Span]]) -> dict[Span, Entity]:
    """Return the entity of each span that is a name; equal names of one type are one entity."""
    type_by_span: dict[Span, str] = {}
    for property_, subject, object_ in facts:
        # One span in two roles ("Korea" as an employer and a place) keeps its first type.
        type_by_span.setdefault(subject, property_.subject)
        type_by_span.setdefault(object_, property_.object)
    spans_by_name: dict[tuple[str, str], list[Span]] = {}
    for span, type_ in sorted(type_by_span.items()):
        name = text[span.start : span.end]
        if name.casefold() not in _NO_NAMES:
            spans_by_name.setdefault((type_, name), []).append(span)
    return {
        span: entity
        for (type_, _), spans in spans_by_name.items()
        for entity in [entity_of(text, type_, spans)]
        for span in spans
    }


def _relations(
    property_: Property, subject: Entity, object_: Entity, length: int
) -> Iterator[Relation]:
    first, second = (object_, subject) if property_.turned else (subject, object_)
    # The corpus says in which passage a fact is stated, and nothing more of where.
    evidence = (Evidence(Span(0, length)),)
    yield Relation(first, property_.type, second, evidence)
    if property_.inverse:
        yield Relation(second, property_.inverse, first, evidence)


def _record(document: LabelledDocument) -> dict[str, Any]:
    extraction = document.extraction
    flat = flatten(extraction)
    name_by_type = {each.type: name for name, each in _WRITTEN.items()}
    asked = document.asked
    if asked is None:
        asked = tuple(name_by_type)
    facts = []
    for subject, type_, object_ in flat.relations:
        ends = [
            [span.start, span.end] for span, _ in (flat.mentions[subject], flat.mentions[object_])
        ]
        if name := name_by_type.get(type_):
            first, second = ends[::-1] if _WRITTEN[name].turned else ends
            facts.append({"subject": first, "type": name, "object": second})
    return {
        "id": extraction.document.id,
        "text": extraction.document.text,
        **(document.record if document.format == "knowledgenet" else {}),
        "asked": [name_by_type[type_] for type_ in asked if type_ in name_by_type],
        "facts": facts,
    }
