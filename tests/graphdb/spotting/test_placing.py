"""What was read and what the catalogue knows: one place means one thing, and no fact is lost."""

from dataclasses import replace
from itertools import pairwise

from hypothesis import given
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
from graphdb.identity import normalised_name
from graphdb.spotting import KnownName, KnownNames, with_known_names

WORDS = ["Acme", "Works", "Bank", "Apple", "IBM", "met", "the", "北京", "大学", "aspirin", "Ada"]
TYPES = ["Person", "Organization"]
JOINTS = [" ", " ", " ", "\n", ". ", "", "-", "’s "]

texts = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(JOINTS)), max_size=12).map(
    lambda parts: "".join(word + joint for word, joint in parts)
)
names = st.lists(
    st.builds(
        KnownName,
        st.sampled_from(TYPES),
        st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join),
        st.frozensets(st.sampled_from(["Q1", "Q2", "Q3"]), min_size=1, max_size=2),
    ),
    min_size=1,
    max_size=5,
)


@st.composite
def readings(draw, text):
    """Whatever a reader may have found in a text, mentions in the middle of words included."""
    places = st.integers(0, len(text) - 1).flatmap(
        lambda start: st.integers(start + 1, min(len(text), start + 14)).map(
            lambda end: Span(start, end)
        )
    )
    entities = []
    for type_ in draw(st.lists(st.sampled_from(TYPES), max_size=4)):
        spans = sorted(draw(st.sets(places, min_size=1, max_size=3)))
        mentions = tuple(Mention(span, text[span.start : span.end], 0.5) for span in spans)
        entities.append(Entity(type_, mentions[0].text, mentions))
    entities = list(dict.fromkeys(entities))
    relations = []
    pairs = st.lists(st.tuples(*[st.sampled_from(entities)] * 2), max_size=3)
    for subject, object_ in draw(pairs) if entities else ():
        relations.append(Relation(subject, "KNOWS", object_, (Evidence(Span(0, len(text)), 0.5),)))
    return Extraction(
        document=Document(id="a", text=text),
        chunks=(Chunk(0, Span(0, len(text))),),
        entities=tuple(entities),
        relations=tuple(relations),
    )


documents = texts.filter(bool).flatmap(readings)


@given(documents, names)
def test_each_known_name_is_one_thing_at_one_place(read, known):
    """Sightings do not overlap; each has the key of a name of the catalogue, and confidence 1."""
    spotted = with_known_names(read, KnownNames.of(known))
    spans = sorted(span for _, span in spotted.ids)
    mentions = [(e, m) for e in spotted.extraction.entities for m in e.mentions]

    assert all(one.end <= other.start for one, other in pairwise(spans))
    for (type_, span), ids in spotted.ids.items():
        written = normalised_name(read.document.text[span.start : span.end])
        entries = [n for n in known if (n.type, normalised_name(n.text)) == (type_, written)]
        assert set(ids) <= frozenset().union(*(n.ids for n in entries))
        assert {m.confidence for e, m in mentions if (e.type, m.span) == (type_, span)} == {1.0}
    for entity, mention in mentions:
        if any(mention.span.overlaps(span) for span in spans):
            assert (entity.type, mention.span) in spotted.ids


@given(documents, names)
def test_what_the_catalogue_does_not_touch_stays_as_it_was_read(read, known):
    spotted = with_known_names(read, KnownNames.of(known))
    spans = [span for _, span in spotted.ids]

    def apart(extraction):
        return {
            (entity.type, mention)
            for entity in extraction.entities
            for mention in entity.mentions
            if not any(mention.span.overlaps(span) for span in spans)
        }

    assert apart(spotted.extraction) == apart(read)
    n_kept = len(spotted.extraction.relations)
    assert n_kept == len(read.relations) or spotted.extraction.rejected
    assert all(relation.mentions_both_ends for relation in spotted.extraction.relations)


@given(documents, names)
def test_looking_again_changes_nothing(read, known):
    """A document that is written again from the graph says what it said."""
    names = KnownNames.of(known)
    once = with_known_names(read, names)

    again = with_known_names(once.extraction, names)

    assert again.ids == once.ids
    assert set(again.extraction.entities) == set(once.extraction.entities)
    assert again.extraction.relations == once.extraction.relations


@given(documents, names)
def test_order_of_the_catalogue_does_not_matter(read, known):
    there = with_known_names(read, KnownNames.of(known))
    back = with_known_names(read, KnownNames.of(known[::-1]))

    assert there.ids == back.ids
    assert KnownNames.of(known).digest == KnownNames.of(known[::-1]).digest


def test_facts_of_what_was_read_there_are_facts_of_the_known_thing():
    """A reader that found half of a name has found the thing."""
    text = "They say that Acme Works hired Ada."
    half, ada = Span(14, 18), Span(31, 34)
    firm = Entity("Organization", "Acme", (Mention(half, "Acme", 0.4),))
    person = Entity("Person", "Ada", (Mention(ada, "Ada", 0.9),))
    read = Extraction(
        document=Document(id="a", text=text),
        chunks=(Chunk(0, Span(0, len(text))),),
        entities=(firm, person),
        relations=(Relation(person, "WORKS_FOR", firm, (Evidence(Span(0, len(text)), 0.7),)),),
    )
    known = KnownNames.of([KnownName("Organization", "Acme Works", frozenset({"Q1"}))])

    (relation,) = with_known_names(read, known).extraction.relations

    assert relation.object.name == "Acme Works"
    assert relation.object.mentions == (Mention(Span(14, 24), "Acme Works", 1.0),)
    assert (relation.subject, relation.confidence) == (person, 0.7)


def test_table_says_itself_what_its_cells_name():
    text = "| Acme Works | here |\nAcme Works is there."
    read = Extraction(document=Document(id="a", text=text), chunks=(Chunk(0, Span(0, len(text))),))
    known = KnownNames.of([KnownName("Organization", "Acme Works", frozenset({"Q1"}))])

    spotted = with_known_names(read, known, tables=[Span(0, 21)])

    assert set(spotted.ids) == {("Organization", Span(22, 32))}
    assert with_known_names(replace(read), None).extraction == read
