"""Composed texts keep their labels true: what a change says of them is what becomes of them."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.facts import Chunk, Document, Entity, Evidence, Extraction, Mention, Relation, Span
from extractors.reading import TransformerExtractor
from extractors.training import run
from extractors.training.composing import (
    Composer,
    ComposingConfig,
    excerpt,
    headed,
    joined,
)
from extractors.training.examples import examples_of
from extractors.training.labels import Labels
from extractors.training.objective import ObjectiveConfig, loss_of
from tests.extractors.tiny import tiny_checkpoint

ALL = dict.fromkeys(ComposingConfig.__dataclass_fields__, 1.0)


def gold(text, *relations, types=None, id="d"):  # noqa: A002
    """Names are the words that begin with a capital behind the first of a sentence, or a given one.

    Relations are `(subject, type, object)` by name.
    """
    names = dict.fromkeys(name for s, _, o in relations for name in (s, o)) | (types or {})
    entities = {
        name: Entity(
            (types or {}).get(name) or "Thing",
            name,
            tuple(
                Mention(Span(at, at + len(name)), name)
                for at in range(len(text))
                if text.startswith(name, at)
            ),
        )
        for name in names
    }
    return Extraction(
        document=Document(id=id, text=text),
        chunks=(Chunk(0, Span(0, len(text))),),
        entities=tuple(entities.values()),
        relations=tuple(
            Relation(entities[s], type_, entities[o], (Evidence(Span(0, len(text))),))
            for s, type_, o in relations
        ),
    )


BORN = gold("Ann Lee was born in Ghent.", ("Ann Lee", "BORN_IN", "Ghent"))
WORKS = gold("In May the engineer Bo Roe joined Acme.", ("Bo Roe", "EMPLOYER", "Acme"), id="e")
CALM = gold("The harvest was late that year and the barns stood empty. It rained.", id="f")


def triples(extraction):
    return {(r.subject.name, r.type, r.object.name) for r in extraction.relations}


def names(extraction):
    return sorted(entity.name for entity in extraction.entities)


def test_document_is_not_cut_before_a_pronoun():
    """Joined to another text it would speak of somebody there."""
    text = gold("Ann Lee came. She was born in Ghent.", ("Ann Lee", "BORN_IN", "Ghent"))
    composer = Composer([text], ComposingConfig(excerpt=1.0))

    texts = {
        composer.composed(text, np.random.default_rng(seed)).document.text for seed in range(30)
    }

    assert texts == {"Ann Lee came. ", "Ann Lee came. She was born in Ghent."}


def test_excerpt_keeps_what_lies_in_it():
    text = gold(
        "Ann Lee was born in Ghent. Bo Roe joined Acme.",
        ("Ann Lee", "BORN_IN", "Ghent"),
        ("Bo Roe", "EMPLOYER", "Acme"),
    )

    first = excerpt(text, Span(0, 27))

    assert triples(first) == {("Ann Lee", "BORN_IN", "Ghent")}
    assert names(first) == ["Ann Lee", "Ghent"]


def test_excerpt_drops_a_relation_whose_evidence_lies_outside():
    text = "Ann Lee and Ghent. She was born there."
    lee, ghent = (
        Entity("Thing", name, (Mention(Span(at, at + len(name)), name),))
        for name, at in (("Ann Lee", 0), ("Ghent", 12))
    )
    whole = Extraction(
        document=Document(id="d", text=text),
        chunks=(Chunk(0, Span(0, len(text))),),
        entities=(lee, ghent),
        relations=(Relation(lee, "BORN_IN", ghent, (Evidence(Span(19, 38)),)),),
    )

    assert triples(excerpt(whole, Span(0, 19))) == set()


def test_joined_documents_have_their_own_facts_and_no_others():
    both = joined([BORN, "\n\n", WORKS], BORN)

    assert (
        both.document.text
        == "Ann Lee was born in Ghent.\n\nIn May the engineer Bo Roe joined Acme."
    )
    assert triples(both) == triples(BORN) | triples(WORKS)
    assert len(both.entities) == 4


def test_joined_documents_share_what_they_call_by_one_name():
    both = joined([BORN, " ", gold("Ghent is old.", types={"Ghent": "Thing"})], BORN)

    (ghent,) = (entity for entity in both.entities if entity.name == "Ghent")
    assert len(ghent.mentions) == 2


def test_sentences_of_others_are_put_between_a_name_and_its_pronoun():
    text = gold("Ann Lee came. She was born in Ghent.", ("Ann Lee", "BORN_IN", "Ghent"))
    she_slept = gold("Later that night she slept soundly in the barn.", id="g")
    composer = Composer([text, CALM, she_slept], ComposingConfig(interrupted=1.0))

    for seed in range(20):
        composed = composer.composed(text, np.random.default_rng(seed))
        before, between = composed.document.text.split("The harvest", 1)

        assert before == "Ann Lee came. "
        assert between.endswith("She was born in Ghent.")
        assert "slept" not in between, "another she"
        assert triples(composed) == {("Ann Lee", "BORN_IN", "Ghent")}


def test_few_sentences_of_two_documents_are_joined_as_well_as_whole_ones():
    long = gold("Ann Lee was born in Ghent. " + "It rained. " * 20, ("Ann Lee", "BORN_IN", "Ghent"))
    composer = Composer([long, WORKS], ComposingConfig(joined=1.0))

    lengths = {
        len(composer.composed(long, np.random.default_rng(seed)).document.text)
        for seed in range(30)
    }

    assert min(lengths) < len(long.document.text) < max(lengths)


def test_heading_that_names_the_subject_is_a_mention_of_it():
    seen = set()
    for seed in range(30):
        with_heading = headed(BORN, np.random.default_rng(seed))
        assert triples(with_heading) == triples(BORN)
        (lee,) = (entity for entity in with_heading.entities if entity.name == "Ann Lee")
        seen.add(len(lee.mentions))

    assert seen == {1, 2}


def test_item_of_a_list_is_said_of_others_without_its_bullet():
    item = gold("* Ann Lee was born in Ghent.", ("Ann Lee", "BORN_IN", "Ghent"))
    composer = Composer([item, WORKS], ComposingConfig(parallel=1.0))

    texts = [
        composer.composed(item, np.random.default_rng(seed)).document.text for seed in range(9)
    ]

    assert not any("* *" in text or "- *" in text for text in texts)


def test_parallel_statements_are_about_different_things():
    composer = Composer([BORN, WORKS], ComposingConfig(parallel=1.0))
    people = set()
    for seed in range(20):
        said = composer.composed(BORN, np.random.default_rng(seed))
        people.add(len(said.entities))
        for relation in said.relations:
            texts = {mention.text for mention in relation.subject.mentions}
            assert len(texts) == 1

    assert max(people) >= 4


@pytest.mark.parametrize("seed", range(30))
def test_denied_statement_stands_beside_a_document_or_alone(seed):
    """A document that names the same could state it, so nothing of it is left beside the denial."""
    composer = Composer([BORN, WORKS, CALM], ComposingConfig(denied=1.0))

    beside, alone = (
        composer.composed(document, np.random.default_rng(seed)) for document in (WORKS, BORN)
    )

    assert beside.document.id == "e"
    assert {type_ for _, type_, _ in triples(beside)} <= {"BORN_IN", "EMPLOYER"}
    assert alone.document.text.count("Ghent") <= 1
    assert alone.document.text.count("Ann Lee") <= 1


@pytest.mark.parametrize("kind", ["parallel", "joined"])
def test_composed_texts_show_names_of_one_type_that_are_different_things(encoder_folders, kind):
    """The coreference head is asked about such pairs, where names of one thing are labelled."""
    things = tiny_checkpoint(encoder_folders["bert"], entity_types=("Thing",))
    extractor = TransformerExtractor(things)
    both, apart = Labels(), Labels(coreference=False)
    composing = ComposingConfig(**{kind: 1.0})
    composer = Composer([BORN, WORKS] * 2, composing, [both, both, apart, apart])

    def gradient(labels):
        composed = composer.composed(BORN, np.random.default_rng(1), labels)
        model = extractor.model.train()
        model.zero_grad()
        loss_of(
            model,
            list(examples_of([composed], extractor.encoder, model.config, labels=labels)),
            ObjectiveConfig(),
            pad_id=0,
            mask_id=0,
            rng=np.random.default_rng(0),
            wrong_mentions=False,
            bfloat16=False,
            teachers=None,
        ).total.backward()
        weights = model.coreference_head.parameters()
        return sum(float(w.grad.abs().sum()) for w in weights if w.grad is not None)

    assert gradient(both) > 0
    assert gradient(apart) == 0


def test_same_seed_composes_the_same():
    composer = Composer([BORN, WORKS, CALM], ComposingConfig(**ALL))

    first, second = (composer.composed(WORKS, np.random.default_rng(5)) for _ in range(2))

    assert first == second


def test_without_shares_a_document_stays_as_it_is():
    composer = Composer([BORN, WORKS, CALM], ComposingConfig())

    assert composer.composed(BORN, np.random.default_rng(0)) is BORN


NAMES = st.sampled_from(["Ann", "Bo", "Acme", "Ghent", "Élan Vital", "北京"])


@st.composite
def documents(draw):
    pieces, relations = [], []
    for _ in range(draw(st.integers(1, 5))):
        subject, object_ = draw(NAMES), draw(NAMES)
        verb = draw(st.sampled_from([" was in ", " joined ", " is ", ", of "]))
        stop = draw(st.sampled_from([". ", ".\n", ".\n\n", "! ", " "]))
        pieces.append(subject + verb + object_ + stop)
        if subject != object_ and draw(st.booleans()):
            relations.append((subject, draw(st.sampled_from(["R", "S"])), object_))
    pieces.append(draw(st.sampled_from(["", "It rained all day long. ", "the end"])))
    text = "".join(pieces)
    mentioned = {name: "Thing" for name in ("Ann", "Bo", "Acme", "Ghent", "北京") if name in text}
    return gold(text, *relations, types=mentioned)


@given(st.lists(documents(), min_size=1, max_size=4), st.integers(0, 2**32 - 1))
def test_any_composition_is_labelled_by_the_rules(golds, seed):
    """Every composed text is a valid extraction (offsets quote their mentions) that relates
    nothing which its documents do not relate, by type."""
    composer = Composer(golds, ComposingConfig(**ALL))

    composed = composer.composed(golds[0], np.random.default_rng(seed))

    types = {r.type for each in golds for r in each.relations}
    assert {r.type for r in composed.relations} <= types
    assert all(r.subject is not r.object for r in composed.relations)
    assert composed.document.id == golds[0].document.id


def test_training_on_composed_texts_learns_and_resumes_to_the_same(config, tmp_path):
    """What an epoch reads is drawn by the seed, so a run that was killed goes on to the same."""
    config = replace(
        config,
        composing=ComposingConfig(**dict.fromkeys(ALL, 0.3)),
        schedule=replace(config.schedule, epochs=3),
    )
    whole = [step.loss for step in run(config, tmp_path / "whole")]

    interrupted = run(config, tmp_path / "halves")
    halves = [next(interrupted).loss for _ in range(len(whole) // 3 + 1)]
    interrupted.close()
    rest = [step.loss for step in run(config, tmp_path / "halves")]

    assert rest == whole[-len(rest) :]
    assert halves == whole[: len(halves)]
    assert whole[-1] < whole[0]
