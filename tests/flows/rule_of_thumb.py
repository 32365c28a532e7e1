"""An extractor for tests: reads "Ada works for Acme." and knows which kinds of things those are."""

import re
from collections.abc import Iterable, Iterator

from extractors.errors import DocumentRejectedError
from extractors.facts import Chunk, Document, Entity, Evidence, Extraction, Mention, Relation, Span

VERBS = {
    "works for": ("Person", "WORKS_FOR", "Organization"),
    "works in": ("Person", "WORKS_IN", "Location"),
    "is based in": ("Organization", "BASED_IN", "Location"),
    "lies in": ("Location", "LOCATED_IN", "Location"),
    "was founded by": ("Organization", "FOUNDED_BY", "Person"),
    "knows": ("Person", "KNOWS", "Person"),
    "was born in": ("Person", "BORN_IN", "Location"),
}
SENTENCE = re.compile(rf"([A-Z]\w*) ({'|'.join(VERBS)}) ([A-Z]\w*)\.")


class RuleOfThumbExtractor:
    """Reads a handful of verbs; two words make it fail as real ones do."""

    def __init__(self, version: str = "1") -> None:
        self.fingerprint = f"rule-of-thumb@{version}"
        self.n_read = 0

    def extract(self, documents: Iterable[Document]) -> Iterator[Extraction]:
        for document in documents:
            if "UNREADABLE" in document.text:
                raise DocumentRejectedError(document.id, "holds a word that is not to be read")
            if "BUG" in document.text:
                raise ZeroDivisionError("a bug in the model")
            self.n_read += 1
            yield self._extract(document)

    def _extract(self, document: Document) -> Extraction:
        mentions: dict[tuple[str, str], list[Mention]] = {}
        found = list(SENTENCE.finditer(document.text))
        for match in found:
            types = VERBS[match[2]]
            for group, type_ in ((1, types[0]), (3, types[2])):
                span = Span(match.start(group), match.end(group))
                mentions.setdefault((type_, match[group]), []).append(
                    Mention(span, match[group], 0.9)
                )
        entities = {
            key: Entity(type=key[0], name=key[1], mentions=tuple(where))
            for key, where in mentions.items()
        }
        evidence: dict[tuple[Entity, str, Entity], list[Evidence]] = {}
        for match in found:
            subject_type, type_, object_type = VERBS[match[2]]
            triple = (
                entities[subject_type, match[1]],
                type_,
                entities[object_type, match[3]],
            )
            evidence.setdefault(triple, []).append(Evidence(Span(*match.span()), 0.8))
        return Extraction(
            document=document,
            chunks=(Chunk(0, Span(0, len(document.text))),),
            entities=tuple(entities.values()),
            relations=tuple(
                Relation(subject, type_, object_, tuple(where))
                for (subject, type_, object_), where in evidence.items()
            ),
            extractor=self.fingerprint,
        )
