"""Documents as tests write them: a few sentences, from which facts follow by construction."""

from collections.abc import Iterable
from itertools import pairwise

from hypothesis import strategies as st

from extractors.facts import (
    Chunk,
    Document,
    Entity,
    Evidence,
    Extraction,
    Mention,
    Relation,
    Span,
)

ENDS = {
    "WORKS_FOR": ("Person", "Organization"),
    "WORKS_IN": ("Person", "Location"),
    "BASED_IN": ("Organization", "Location"),
    "LOCATED_IN": ("Location", "Location"),
    "FOUNDED_BY": ("Organization", "Person"),
    "FOUNDED": ("Person", "Organization"),
    "MARRIED_TO": ("Person", "Person"),
    "BORN": ("Person", "Time"),
}
"""Entity types to assume for the two ends of a sentence."""

Sentence = str | tuple[str, str, str] | tuple[str, str, str, float]
"""`"Ada"` mentions a person; `("Ada", "WORKS_FOR", "Acme", 0.5)` states a fact."""


def extraction(
    *sentences: Sentence,
    id: str = "a",  # noqa: A002 - the vocabulary's word
    title: str = "",
    source: str = "default",
    extractor: str = "by hand",
    chunk_sentences: int = 1,
    cites_first: bool = False,
) -> Extraction:
    """Return an extraction of a document that says these sentences, in chunks of so many.

    With `cites_first` a fact also cites the sentence that names its subject first.
    """
    writing = _Writing(cites_first)
    boundaries = [0]
    for number, sentence in enumerate(sentences, start=1):
        writing.write(sentence)
        if number % chunk_sentences == 0 or number == len(sentences):
            boundaries.append(len(writing.text))
    spans = [Span(*ends) for ends in pairwise(boundaries)]
    return Extraction(
        document=Document(id=id, text=writing.text, title=title, source=source),
        chunks=tuple(Chunk(index, span) for index, span in enumerate(spans)),
        entities=writing.entities(),
        relations=writing.relations(),
        extractor=extractor,
    )


class _Writing:
    """A text in the making, with what it says."""

    def __init__(self, cites_first: bool):
        self.cites_first = cites_first
        self.text = ""
        self.first: dict[tuple[str, str], Span] = {}
        self.mentions: dict[tuple[str, str], list[Mention]] = {}
        self.evidence: dict[tuple, list[Evidence]] = {}

    def write(self, sentence: Sentence):
        start = len(self.text)
        if isinstance(sentence, str):
            subject_id = self.name("Person", sentence)
        else:
            subject, type_, object_, *rest = sentence
            ends = ENDS.get(type_, ("Work", "Work"))
            subject_id = self.name(ends[0], subject)
            self.text += f" {type_.lower().replace('_', ' ')} "
            object_id = self.name(ends[1], object_)
            evidence = Evidence(Span(start, len(self.text)), rest[0] if rest else 1.0)
            cited = self.evidence.setdefault((subject_id, type_, object_id), [])
            if self.cites_first and not cited and subject_id in self.first:
                cited.append(Evidence(self.first[subject_id], evidence.confidence))
            cited.append(evidence)
        self.first.setdefault(subject_id, Span(start, len(self.text)))
        self.text += ". "

    def name(self, type_: str, name: str) -> tuple[str, str]:
        span = Span(len(self.text), len(self.text) + len(name))
        self.mentions.setdefault((type_, name), []).append(Mention(span, name, 0.9))
        self.text += name
        return type_, name

    def entities(self) -> tuple[Entity, ...]:
        return tuple(self._entity(each) for each in self.mentions)

    def relations(self) -> tuple[Relation, ...]:
        return tuple(
            Relation(self._entity(subject), type_, self._entity(object_), tuple(evidence))
            for (subject, type_, object_), evidence in self.evidence.items()
        )

    def _entity(self, each: tuple[str, str]) -> Entity:
        return Entity(*each, tuple(self.mentions[each]))


def spelled(*names: str) -> st.SearchStrategy[str]:
    """One of few names, in one of its spellings: documents must meet for anything to happen."""
    spellings = [(name, name.upper(), name.lower(), f"{name}.") for name in names]
    return st.sampled_from([each for several in spellings for each in several])


people = spelled("Ada", "Bob", "Cy")
organizations = spelled("Acme", "Bolt")
places = spelled("Ghent", "Rome")
confidences = st.sampled_from([0.25, 0.5, 0.75, 1.0])

sentences = st.one_of(
    people,
    st.tuples(people, st.just("WORKS_FOR"), organizations, confidences),
    st.tuples(organizations, st.just("BASED_IN"), places, confidences),
    st.tuples(places, st.just("LOCATED_IN"), places, confidences),
    st.tuples(people, st.just("MARRIED_TO"), people, confidences),
)


@st.composite
def contents(draw: st.DrawFn) -> dict:
    """What a small document says, as arguments for `extraction`: perhaps nothing at all."""
    return {
        "sentences": tuple(draw(st.lists(sentences, max_size=4))),
        "title": draw(st.sampled_from(["", "One", "Two"])),
        "extractor": draw(st.sampled_from(["v1", "v2"])),
        "chunk_sentences": draw(st.integers(1, 2)),
        "cites_first": draw(st.booleans()),
    }


def extractions(contents_by_id: dict[str, dict]) -> Iterable[Extraction]:
    """Return the extractions of a whole corpus."""
    return [
        extraction(*each["sentences"], id=name, **{k: each[k] for k in each if k != "sentences"})
        for name, each in contents_by_id.items()
    ]


any_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
"""Any text that can be stored: all of Unicode but lone surrogates."""
