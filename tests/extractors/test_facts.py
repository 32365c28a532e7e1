"""What the vocabulary says of itself."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from extractors.facts import Entity, Evidence, Mention, Relation, Span

spans = st.builds(
    lambda start, length: Span(start, start + length), st.integers(0, 12), st.integers(1, 6)
)


def entity(mentioned: list[Span]) -> Entity:
    return Entity("Person", "x", tuple(Mention(span, "x") for span in mentioned))


def covers(evidence: tuple[Evidence, ...], mention: Mention) -> bool:
    """Say it letter by letter: one sentence holds all of a mention."""
    letters = set(range(mention.span.start, mention.span.end))
    return any(letters <= set(range(one.span.start, one.span.end)) for one in evidence)


@given(
    subject=st.lists(spans, min_size=1, max_size=3).map(entity),
    object_=st.lists(spans, min_size=1, max_size=3).map(entity),
    evidence=st.lists(spans.map(Evidence), min_size=1, max_size=3).map(tuple),
)
def test_fact_mentions_both_ends_when_its_sentences_hold_a_mention_of_each(
    subject, object_, evidence
):
    """Any sentence may hold any end; half a mention is none."""
    relation = Relation(subject, "KNOWS", object_, evidence)
    turned = replace(relation, subject=object_, object=subject)

    wanted = all(
        any(covers(evidence, mention) for mention in end.mentions) for end in (subject, object_)
    )
    assert relation.mentions_both_ends == turned.mentions_both_ends == wanted
