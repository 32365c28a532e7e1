"""Entities called by other names: the text changes, what it says does not."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.facts import Chunk, Document, Entity, Evidence, Extraction, Mention, Relation, Span
from extractors.training import run
from extractors.training.swapping import OtherNames
from tests.extractors.training.conftest import GOLD
from tests.strategies import extraction

TYPES = st.sampled_from(["Person", "Place"])


@st.composite
def golds(draw):
    """A document of any text with mentions anywhere, some inside one another, some of one name."""
    text = draw(st.text(st.sampled_from("abAB é\n😀"), min_size=1, max_size=24))
    bounds = st.tuples(*2 * [st.integers(0, len(text))]).filter(lambda pair: pair[0] < pair[1])
    spans = bounds.map(lambda pair: Span(*pair))
    entities = []
    for _ in range(draw(st.integers(0, 4))):
        own = draw(st.lists(spans, min_size=1, max_size=2, unique=True))
        mentions = tuple(Mention(span, text[span.start : span.end]) for span in own)
        entities.append(Entity(draw(TYPES), mentions[0].text, mentions))
    entities = list(dict.fromkeys(entities))
    relations = [
        Relation(draw(st.sampled_from(entities)), "R", entity, (Evidence(draw(spans), 0.5),))
        for entity in entities
    ]
    half = len(text) // 2
    chunks = [Span(0, half), Span(half, len(text))] if half else [Span(0, len(text))]
    return Extraction(
        document=Document(id="d", text=text),
        chunks=tuple(Chunk(index, span) for index, span in enumerate(chunks)),
        entities=tuple(entities),
        relations=tuple(relations),
    )


def around(gold):
    """What stands between the mentions of a document, in order."""
    inside = [False] * len(gold.document.text)
    for entity in gold.entities:
        for mention in entity.mentions:
            inside[mention.span.start : mention.span.end] = [True] * len(mention.span)
    return [letter for letter, named in zip(gold.document.text, inside, strict=True) if not named]


@given(st.lists(golds(), min_size=1, max_size=3), st.floats(0, 1), st.integers(0, 99))
def test_any_document_says_the_same_of_other_names(documents, share, seed):
    names = OtherNames(documents)
    known = {
        (entity.type, mention.text)
        for gold in documents
        for entity in gold.entities
        for mention in entity.mentions
    }
    for gold in documents:
        swapped = names.swapped(gold, share, np.random.default_rng(seed))

        # That each mention reads what the text says at its place, `Extraction` itself checks.
        assert around(swapped) == around(gold)
        assert [entity.type for entity in swapped.entities] == [e.type for e in gold.entities]
        for old, new in zip(gold.entities, swapped.entities, strict=True):
            assert len(new.mentions) == len(old.mentions)
            assert {(new.type, mention.text) for mention in new.mentions} <= known
        index = {entity: number for number, entity in enumerate(gold.entities)}
        moved = {entity: number for number, entity in enumerate(swapped.entities)}
        assert [(moved[r.subject], r.type, moved[r.object]) for r in swapped.relations] == [
            (index[r.subject], r.type, index[r.object]) for r in gold.relations
        ]


@given(st.lists(golds(), min_size=1, max_size=3), st.integers(0, 99))
def test_evidence_keeps_the_mentions_it_held(documents, seed):
    names = OtherNames(documents)
    for gold in documents:
        swapped = names.swapped(gold, 1.0, np.random.default_rng(seed))
        for old, new in zip(gold.relations, swapped.relations, strict=True):
            for before, after in zip(gold.entities, swapped.entities, strict=True):
                for was, is_ in zip(before.mentions, after.mentions, strict=True):
                    held = old.evidence[0].span.start <= was.span.start
                    held &= was.span.end <= old.evidence[0].span.end
                    holds = new.evidence[0].span.start <= is_.span.start
                    holds &= is_.span.end <= new.evidence[0].span.end
                    assert holds or not held


def test_one_name_of_a_document_gets_one_new_name():
    gold = extraction(("Ada", "WORKS_FOR", "Acme"), ("Ada", "WORKS_IN", "Paris"))
    names = OtherNames([gold, extraction(("Bo", "WORKS_FOR", "Orbit"))])
    called = {
        tuple(m.text for e in swapped.entities if e.type == "Person" for m in e.mentions)
        for seed in range(20)
        for swapped in [names.swapped(gold, 1.0, np.random.default_rng(seed))]
    }

    assert called == {("Ada", "Ada"), ("Bo", "Bo")}


def test_who_goes_by_several_names_keeps_them():
    text = "Ada Byron wrote. Ada lived."
    mentions = (Mention(Span(0, 9), "Ada Byron"), Mention(Span(17, 20), "Ada"))
    gold = Extraction(
        document=Document(id="d", text=text),
        chunks=(Chunk(0, Span(0, len(text))),),
        entities=(Entity("Person", "Ada Byron", mentions),),
    )

    assert OtherNames([gold]).swapped(gold, 1.0, np.random.default_rng(0)) == gold


def test_a_share_of_nought_changes_nothing():
    names = OtherNames(GOLD)
    assert all(names.swapped(gold, 0.0, np.random.default_rng(1)) == gold for gold in GOLD)


@pytest.mark.parametrize("architecture", ["joint", "tagger"])
def test_training_on_swapped_names_learns_and_resumes_to_the_same(config, tmp_path, architecture):
    config = replace(
        config,
        model=replace(config.model, architecture=architecture),
        objective=replace(config.objective, swapped_names=0.5),
        schedule=replace(config.schedule, epochs=3),
    )
    whole = [step.loss for step in run(config, tmp_path / "whole")]

    interrupted = run(config, tmp_path / "halves")
    halves = [next(interrupted).loss for _ in range(len(whole) // 3 + 1)]
    interrupted.close()
    rest = [step.loss for step in run(config, tmp_path / "halves")]

    assert rest == whole[-len(rest) :]
    assert halves == whole[: len(halves)]
    plain = replace(config, objective=replace(config.objective, swapped_names=0.0))
    assert [step.loss for step in run(plain, tmp_path / "plain")] != whole


def test_other_names_stand_in_the_same_role():
    """An office is swapped for an office, though festivals are of the same type."""
    offices = [
        extraction((f"Ann {letter}", "HOLDS", office), id=f"{letter}{office}")
        for letter in "abcdefgh"
        for office in ("mayor", "dean", "bishop")
    ]
    festivals = [
        extraction((f"Fest {letter}", "SHOWS", "Dance"), id=letter) for letter in "abcdefgh"
    ]
    names = OtherNames([*offices, *festivals * 3])

    swapped = [names.swapped(offices[0], 1.0, np.random.default_rng(seed)) for seed in range(50)]

    objects = {relation.object.name for gold in swapped for relation in gold.relations}
    assert objects == {"mayor", "dean", "bishop"}
