"""An extraction in the making: places in a text in, entities and relations out.

What cannot be is left out by name, and the rest of the document is taken: a place outside the
text, a confidence that is none. The names stand in `Extraction.rejected`.
"""

import math
import operator
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from extractors.facts import (
    Document,
    Entity,
    Evidence,
    Extraction,
    Mention,
    Rejection,
    Relation,
    Span,
)
from extractors.readers.words import quoted
from extractors.text import chunks, sentences

_UNSPACED = re.compile("[\u2e80-\ud7af\uf900-\ufaff]")
"""Characters of scripts that put no spaces between words."""

Place = tuple[int, int]
"""First character and the one after the last, as `match.span()` says it."""


@dataclass(eq=False, slots=True)
class DraftEntity:
    """An entity that a draft knows: what `Draft.relation` joins."""

    type: str
    name: str
    mentions: dict[Span, Mention] = field(default_factory=dict)

    def finished(self) -> Entity:
        """Return the entity with its mentions in the order of the text."""
        return Entity(
            self.type, self.name, tuple(self.mentions[at] for at in sorted(self.mentions))
        )


class Draft:
    """Collects what one document says.

    >>> draft = Draft(Document(id="a", text="Ada works for Acme."))
    >>> ada = draft.entity("Person", (0, 3))
    >>> acme = draft.entity("Organization", (14, 18))
    >>> draft.relation(ada, "WORKS_FOR", acme, (0, 19), confidence=0.9)
    >>> draft.extraction().relations[0].confidence
    0.9
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self._entities: dict[tuple[str, str], DraftEntity] = {}
        self._evidence: dict[tuple[DraftEntity, str, DraftEntity], dict[Span, Evidence]] = {}
        self._rejected: list[Rejection] = []

    def entity(self, type: str, *places: Place, confidence: float = 1.0) -> DraftEntity:  # noqa: A002
        """Say that a thing of this type is mentioned at these places, and return it.

        The text at the first place is its name. One thing of a type has one name in a document: a
        later call with the same name adds mentions to the same entity; case does not count.
        """
        mentions = [
            mention
            for place in places
            if (mention := self._mention(type, place, confidence)) is not None
        ]
        if not mentions:
            if not places:
                self._reject(f"an entity {type}", "has no place in the text")
            return DraftEntity(type, f"a rejected {type}")
        name = mentions[0].text
        entity = self._entities.setdefault((type, _spelling(name)), DraftEntity(type, name))
        for mention in mentions:
            known_mention = entity.mentions.get(mention.span)
            if known_mention is None or known_mention.confidence < mention.confidence:
                entity.mentions[mention.span] = mention
        return entity

    def relation(
        self,
        subject: DraftEntity,
        type: str,  # noqa: A002 - the vocabulary's word
        object: DraftEntity,  # noqa: A002
        *places: Place,
        confidence: float = 1.0,
    ) -> None:
        """Say that these places state a relation; the sentences in which they lie are cited.

        Without places every sentence is cited that mentions both entities.
        """
        what = f"{subject.name} {type} {object.name}"
        if not (subject.mentions and object.mentions):
            return self._reject(what, "one of its entities was rejected")
        places = places or tuple(self._sentences_with(subject, object))
        if not places:
            return self._reject(what, "is stated nowhere: no sentence mentions both")
        for place in places:
            span = self._span(what, place)
            sure = self._confidence(what, confidence)
            if span is None or sure is None:
                continue
            cited = self._sentences_around(span)
            evidence = self._evidence.setdefault((subject, type, object), {})
            if cited not in evidence or evidence[cited].confidence < sure:
                evidence[cited] = Evidence(cited, sure)
        return None

    def places(self, name: str) -> list[Place]:
        """Return every place where the text has a name: as whole words, in scripts with spaces."""
        if not name.strip():
            return []
        before = "" if _UNSPACED.match(name[0]) else r"(?<!\w)"
        after = "" if _UNSPACED.match(name[-1]) else r"(?!\w)"
        whole = re.compile(f"{before}{re.escape(name)}{after}")
        return [match.span() for match in whole.finditer(self.document.text)]

    def extraction(self) -> Extraction:
        """Return all that was said."""
        finished = {entity: entity.finished() for entity in self._entities.values()}
        return Extraction(
            document=self.document,
            chunks=tuple(chunks(self.document.text)),
            entities=tuple(finished.values()),
            relations=tuple(
                Relation(
                    finished[subject],
                    type_,
                    finished[object_],
                    tuple(evidence[cited] for cited in sorted(evidence)),
                )
                for (subject, type_, object_), evidence in self._evidence.items()
            ),
            rejected=tuple(self._rejected),
        )

    def _mention(self, type_: str, place: Place, confidence: float) -> Mention | None:
        what = f"a mention of a {type_}"
        span, sure = self._span(what, place), self._confidence(what, confidence)
        if span is None or sure is None:
            return None
        text = self.document.text[span.start : span.end]
        if not text.strip():
            self._reject(f"{what} at {span.start}:{span.end}", "is white space alone")
            return None
        return Mention(span, text, sure)

    def _span(self, what: str, place: Any) -> Span | None:
        """Return a place as a span of the text, or say why there is none."""
        try:
            start, end = map(operator.index, place)  # numpy's integers, too
        except (TypeError, ValueError):
            self._reject(f"{what} at {quoted(place)}", "has no place: give a first character and "
                         "the one after the last")  # fmt: skip
            return None
        if not 0 <= start < end <= len(self.document.text):
            n_characters = len(self.document.text)
            self._reject(
                f"{what} at {start}:{end}", f"lies outside the text of {n_characters} characters"
            )
            return None
        return Span(start, end)

    def _confidence(self, what: str, confidence: Any) -> float | None:
        try:
            sure = float(confidence)
        except (TypeError, ValueError, OverflowError):
            sure = math.nan
        if not 0 <= sure <= 1:
            self._reject(what, f"has {quoted(confidence)} for a confidence between 0 and 1")
            return None
        return sure

    def _sentences_with(self, *entities: DraftEntity) -> Iterator[Place]:
        """Yield the sentences that mention each of the entities."""
        indices = [
            {bisect_right(self._sentence_starts, span.start) - 1 for span in entity.mentions}
            for entity in entities
        ]
        for index in sorted(set.intersection(*indices)):
            start = self._sentence_starts[index]
            yield start, start + 1

    def _sentences_around(self, span: Span) -> Span:
        """Return the place from the first sentence that a span touches to the last, trimmed."""
        starts = self._sentence_starts
        start = starts[bisect_right(starts, span.start) - 1]
        after = bisect_right(starts, span.end - 1)
        end = starts[after] if after < len(starts) else len(self.document.text)
        text = self.document.text[start:end]
        left = len(text) - len(text.lstrip())
        return Span(min(start + left, span.start), max(start + len(text.rstrip()), span.end))

    @cached_property
    def _sentence_starts(self) -> list[int]:
        return [sentence.start for sentence in sentences(self.document.text)]

    def _reject(self, what: str, reason: str) -> None:
        self._rejected.append(Rejection(what, reason))


def _spelling(name: str) -> str:
    """Return what is the same in two spellings of a name; signs count, for C# is not C."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
