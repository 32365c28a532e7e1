"""What the vocabulary says of itself."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.facts import (
    Document,
    Entity,
    Evidence,
    Mention,
    Place,
    Relation,
    Span,
    document_from_dict,
)

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


texts = st.text(st.characters(exclude_categories=()), max_size=20)  # halves of pairs, too


@given(
    id_=texts.filter(bool),
    text=texts,
    rest=st.fixed_dictionaries(
        dict.fromkeys(("source", "title", "title_from", "raw_sha256", "format"), texts)
        | dict.fromkeys(("language", "author", "date"), texts)
    ),
    box=st.none() | st.tuples(*[st.floats(allow_nan=False, allow_infinity=False)] * 4),
    row=st.integers(0, 9),
)
def test_any_document_comes_back_whole_from_json(id_, text, rest, box, row):
    """So it is read on another machine as it would be here."""
    document = Document(id=id_, text=text, places=(Place(0, 1, box, row),), **rest)

    assert document_from_dict(json.loads(json.dumps(document.to_dict()))) == document


@pytest.mark.parametrize(
    "data", [{}, {"id": "a"}, {"id": "a", "text": 1}, {"id": "a", "text": "", "more": "x"}]
)
def test_what_is_no_document_is_refused(data):
    with pytest.raises(ValueError):  # noqa: PT011 - the sentence depends on what is wrong
        document_from_dict(data)
