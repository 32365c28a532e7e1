"""Labelled documents of every shape, and what it means that two of them say the same."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import strategies as st

from extractors.corpora import (
    LabelledDocument,
    chunks_of,
    entity_of,
    join_tokens,
    read_labelled,
    write_labelled,
)
from extractors.corpora.labelled import GOLD, mention_entity, unique, whole
from extractors.facts import Document, Evidence, Extraction, Relation, Span

TYPES = st.sampled_from(["Person", "Place", "药物"])
LABELS = st.sampled_from(["WORKS_FOR", "LIVES_IN"])
TOKENS = st.text(
    st.characters(exclude_categories=["C", "Z"], exclude_characters="|"), min_size=1, max_size=4
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


def said(extraction):
    """What an extraction says, whatever the order it says it in."""
    return (
        extraction.document,
        extraction.chunks,
        {(entity.type, frozenset(entity.mentions)) for entity in extraction.entities},
        {
            (
                relation.type,
                (relation.subject.type, frozenset(relation.subject.mentions)),
                (relation.object.type, frozenset(relation.object.mentions)),
                frozenset(relation.evidence),
            )
            for relation in extraction.relations
        },
    )


def round_trip(documents, format, name, **options):  # noqa: A002
    """Write documents to a file of this name and read them back."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        write_labelled(documents, path, format)
        return list(read_labelled(path, format, **options))


def labelled(text, chunks, entities, relations, tokens=(), **document):
    document = {"id": "d", "source": "test"} | document
    return LabelledDocument(
        extraction=Extraction(
            document=Document(text=text, **document),
            chunks=tuple(chunks),
            entities=tuple(dict.fromkeys(entities)),
            relations=unique(relations),
            extractor=GOLD,
        ),
        format="test",
        where="nowhere",
        tokens=tuple(map(tuple, tokens)),
    )


@st.composite
def relations(draw, entities, evidence):
    """Relations between these entities, each stated at one of the places `evidence` gives."""
    if not entities:
        return []
    pick = st.sampled_from(entities)
    drawn = draw(st.lists(st.tuples(pick, LABELS, pick), max_size=4))
    return [
        Relation(subject, label, object_, (Evidence(evidence(draw, subject, object_)),))
        for subject, label, object_ in drawn
    ]


ONE = st.just(1)


@st.composite
def in_tokens(draw, n_sentences=ONE, *, clustered=False, across=False, flat=False, **kept):
    """A document of tokens; entities are single mentions, or clusters of disjoint ones."""
    n = draw(n_sentences)
    words = draw(st.lists(st.lists(TOKENS, min_size=1, max_size=6), min_size=n, max_size=n))
    text, tokens = join_tokens(words)
    chunks = chunks_of(text, tokens)
    runs = [[token for sentence in tokens for token in sentence]] if across else tokens
    spans = draw(st.lists(_run_span(runs), max_size=5, unique=True)) if n else []
    if flat:
        spans = [s for i, s in enumerate(spans) if not any(s.overlaps(o) for o in spans[:i])]
    if clustered:
        entities = draw(_clusters(text, spans))
    else:
        entities = [mention_entity(text, draw(TYPES), span) for span in spans]

    def stretch(draw, subject, object_):
        first = min(e.mentions[0].span.start for e in (subject, object_))
        last = max(e.mentions[0].span.end for e in (subject, object_))
        touched = [c.span for c in chunks if c.span.start < last and first < c.span.end]
        return Span(touched[0].start, touched[-1].end)

    def sentence(draw, subject, object_):
        return draw(st.sampled_from([chunk.span for chunk in chunks]))

    stated = [] if flat else draw(relations(entities, sentence if clustered else stretch))
    return labelled(text, chunks, entities, stated, tokens, **kept)


@st.composite
def _run_span(draw, runs):
    tokens = draw(st.sampled_from(runs))
    start = draw(st.integers(0, len(tokens) - 1))
    end = draw(st.integers(start, len(tokens) - 1))
    return Span(tokens[start].start, tokens[end].end)


@st.composite
def _clusters(draw, text, spans):
    of = [draw(st.integers(0, 2)) for _ in spans]
    return [
        entity_of(
            text, draw(TYPES), [span for span, own in zip(spans, of, strict=True) if own == c]
        )
        for c in sorted(set(of))
    ]


@st.composite
def in_text(draw, text=TEXTS, *, clustered=False, edges="", related=False, type_=TYPES, **kept):
    """A document of any text; relations are stated somewhere in it."""
    text = draw(text)
    n = len(text)
    places = st.tuples(st.integers(0, max(n - 1, 0)), st.integers(1, max(n, 1)))
    spans = [Span(a, b) for a, b in draw(st.lists(places, max_size=5, unique=True)) if a < b <= n]
    spans = [s for s in spans if text[s.start : s.end].strip(edges) == text[s.start : s.end]]
    if clustered:
        entities = draw(_clusters(text, spans))
    else:
        entities = [mention_entity(text, draw(type_), span) for span in spans]
    stated = draw(relations(entities, lambda *_: Span(0, n)))
    if related:
        entities = [end for relation in stated for end in (relation.subject, relation.object)]
    return labelled(text, whole(text), entities, stated, **kept)
