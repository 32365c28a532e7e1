"""Short ways to say what an extraction contains, and Hypothesis strategies over them."""

from hypothesis import strategies as st

from extractors.facts import Chunk, Document, Entity, Evidence, Extraction, Mention, Relation, Span

TEXT = "abcdefghij"


def entity(type_, *places):
    mentions = tuple(Mention(Span(a, b), TEXT[a:b]) for a, b in sorted(set(places)))
    return Entity(type_, mentions[0].text, mentions)


def extraction(*entities, relations=(), id="d"):  # noqa: A002
    """Relations are `(subject index, type, object index[, confidence])`."""
    return Extraction(
        document=Document(id=id, text=TEXT),
        chunks=(Chunk(0, Span(0, len(TEXT))),),
        entities=tuple(entities),
        relations=tuple(
            Relation(
                entities[subject],
                type_,
                entities[object_],
                (Evidence(Span(0, len(TEXT)), *confidence),),
            )
            for subject, type_, object_, *confidence in relations
        ),
    )


PLACES = st.tuples(st.integers(0, 4), st.integers(5, 7))
ENTITIES = st.builds(
    lambda type_, places: entity(type_, *places),
    st.sampled_from(["A", "B"]),
    st.lists(PLACES, min_size=1, max_size=3),
)


@st.composite
def extractions(draw, id="d"):  # noqa: A002
    entities = draw(st.lists(ENTITIES, max_size=5))
    if not entities:
        return extraction(id=id)
    index = st.integers(0, len(entities) - 1)
    confidence = st.sampled_from([0.1, 0.3, 0.5, 0.9, 1.0])
    relation = st.tuples(index, st.sampled_from(["R", "S"]), index, confidence)
    return extraction(*entities, relations=draw(st.lists(relation, max_size=6)), id=id)


@st.composite
def partitions(draw):
    """Clusters of some of ten places, no place in two."""
    labels = draw(st.lists(st.integers(0, 4), min_size=10, max_size=10))
    clusters = {}
    for place, label in enumerate(labels):
        if label:  # 0: no mention at all
            clusters.setdefault(label, set()).add((place, place + 1))
    return [frozenset(cluster) for cluster in clusters.values()]
