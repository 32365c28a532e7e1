"""What to label next: what tells most, in variety, and a few by lot; there and back again."""

import json
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from extractors.calibration import Calibration
from extractors.corpora import read_labelled
from extractors.corpora.labelled import whole
from extractors.facts import Chunk, Document, Entity, Evidence, Extraction, Mention, Relation, Span
from extractors.labelling import Labelled, kept, suggest, uncertainty, write_tasks
from tests.extractors.corpora.strategies import said


def reading(id, text, *confidences, stated=None):  # noqa: A002
    """A mention of the first word for each confidence; a relation joins the first with the last."""
    n = len(text.split()[0])
    entities = tuple(
        Entity(f"Type{i}", text[:n], (Mention(Span(0, n), text[:n], sure),))
        for i, sure in enumerate(confidences)
    )
    evidence = (Evidence(Span(0, len(text)), stated or 1.0),)
    relations = (Relation(entities[0], "R", entities[-1], evidence),) if stated else ()
    document = Document(id=id, text=text, source="test")
    return Extraction(
        document=document, chunks=whole(text), entities=entities, relations=relations, extractor="m"
    )


def ids(suggestions):
    return [each.extraction.document.id for each in suggestions]


def test_what_the_model_is_least_sure_of_comes_first():
    found = [reading("sure", "Ada sings", 0.99), reading("unsure", "Bob talks", 0.5)]

    assert ids(suggest(found, 1)) == ["unsure"]


def test_uncertainty_is_told_in_bits_for_the_work():
    """One bit of a mention, one of a relation; 400 characters for opening it and 100 to read."""
    assert uncertainty(reading("a", "a" * 100, 0.5, stated=0.5)) == pytest.approx(2 / 0.5)
    assert uncertainty(reading("a", "a" * 100, 1.0)) == 0


def test_of_two_doubtful_documents_alike_one_is_enough():
    found = [
        reading("fox", "Foxes live in the old forest near the river", 0.5),
        reading("fox again", "Foxes live in the old forest near the brook", 0.45),
        reading("bank", "Shares of every major bank fell sharply on Monday", 0.7),
    ]

    assert ids(suggest(found, 2)) == ["fox", "bank"]


def test_a_tenth_is_drawn_by_lot_and_the_seed_decides():
    found = [
        reading(f"d{i}", f"Word{i} stands in text {i * 7}", 0.5 if i < 30 else 1.0)
        for i in range(60)
    ]

    first, again, other = (suggest(found, 20, seed=seed) for seed in (1, 1, 2))

    assert ids(first) == ids(again)
    assert ids(first)[:18] == ids(other)[:18]
    assert ids(first)[18:] != ids(other)[18:]
    assert [each.reason for each in first] == ["uncertain"] * 18 + ["drawn"] * 2
    assert len(set(ids(first))) == 20


def test_no_document_is_picked_twice_and_no_text():
    found = [reading("a", "Ada sings", 0.5), reading("b", "Ada sings", 0.5)]

    assert len(suggest(found, 5)) == 1
    assert suggest([], 5) == []


def in_passages(id, *passages):  # noqa: A002
    """A document of such passages, each beginning with a mention that the model is not sure of."""
    text, chunks, entities = "", [], []
    for index, passage in enumerate(passages):
        span, n = Span(len(text), len(text) + len(passage)), len(passage.split()[0])
        chunks.append(Chunk(index, span))
        mention = Mention(Span(span.start, span.start + n), passage[:n], 0.5)
        entities.append(Entity("Person", passage[:n], (mention,)))
        text += passage
    document = Document(id=id, text=text, source="test")
    return Extraction(document=document, chunks=tuple(chunks), entities=tuple(entities))


def judged(document_id, start, passage, type_="WORKS_FOR"):
    """A passage of which people judged a fact, as `nightloom review facts --export` writes it."""
    document = Document(id=f"{document_id}#{start}/{type_}", text=passage)
    return Extraction(document=document, chunks=whole(passage))


def test_document_of_which_a_passage_is_judged_comes_after_one_like_it_and_says_how_much():
    part = in_passages("part", "Ada sings well. ", "Bob talks. ")
    new = in_passages("new", "Eve plays well. ", "Dan walks. ")
    labelled = Labelled.of([judged("part", 0, "Ada sings well. "), judged("x", 0, "Zed. ")])

    picked = suggest([part, new], 2, labelled=labelled)

    assert [(each.extraction.document.id, each.judged) for each in picked] == [
        ("new", 0),
        ("part", 1),
    ]
    assert picked[1].uncertainty == pytest.approx(picked[0].uncertainty / 2)


def test_document_of_which_all_passages_are_judged_needs_no_label():
    done = in_passages("done", "Ada sings. ", "Bob talks.\n")
    passages = [judged("done", 0, "Ada sings. "), judged("done", 11, "Bob talks.")]

    assert ids(suggest([done], 1, labelled=Labelled.of(passages))) == []
    assert ids(suggest([done], 1, labelled=Labelled.of(passages[:1]))) == ["done"]
    twice = [passages[0], judged("done", 0, "Ada sings. ", "BASED_IN")]
    assert ids(suggest([done], 1, labelled=Labelled.of(twice))) == ["done"]


def test_judged_passage_counts_where_the_document_has_grown_in_front_of_it():
    grown = in_passages("notes/a.txt", "New: Eve came. ", "Ada sings. ")

    [picked] = suggest([grown], 1, labelled=Labelled.of([judged("notes/a.txt", 0, "Ada sings. ")]))

    assert picked.judged == 1


def test_labelled_text_that_is_a_part_of_another_by_chance_says_nothing_of_it():
    short = Extraction(document=Document(id="short", text="Ada"), chunks=whole("Ada"))
    found = in_passages("a", "Ada sings. ")

    assert [each.judged for each in suggest([found], 1, labelled=Labelled.of([short]))] == [0]


def test_doubtful_facts_are_not_pre_annotated():
    found = reading("a", "Ada sings", 0.9, 0.2, 0.6, stated=0.4)

    def said(mention, relation, argument=1.0):
        thresholds = (mention, argument, relation)
        names = ("mention_threshold", "argument_threshold", "relation_threshold")
        surer = kept(found, Calibration(**dict(zip(names, thresholds, strict=True))))
        return [entity.type for entity in surer.entities], len(surer.relations)

    assert said(0.5, 0.3) == (["Type0", "Type2"], 1)
    assert said(0.5, 0.5) == (["Type0", "Type2"], 0)
    assert said(0.7, 0.3) == (["Type0"], 0)
    assert said(0.7, 0.3, argument=0.6) == (["Type0", "Type2"], 1)
    assert said(0.7, 0.5, argument=0.6) == (["Type0"], 0)


def test_an_entity_that_loses_the_mention_it_is_named_by_is_named_anew():
    text = "Ada King, or Ada"
    mentions = (Mention(Span(0, 8), "Ada King", 0.2), Mention(Span(13, 16), "Ada", 0.9))
    entity = Entity("Person", "Ada King", mentions)
    found = Extraction(document=Document(id="a", text=text), chunks=whole(text), entities=(entity,))

    assert [each.name for each in kept(found, Calibration()).entities] == ["Ada"]


def test_what_is_written_for_people_comes_back_as_training_data(tmp_path, tiny_extractor):
    """As Label Studio exports it, once a person has accepted what was predicted, and from brat."""
    texts = ["🦊 Ada works for Acme in Ghent.", "Bob was born in Ghent\r\nand lives there."]
    documents = [Document(id=f"notes/{i}.txt", text=text) for i, text in enumerate(texts)]
    found = list(tiny_extractor.extract(documents))

    write_tasks(found, tmp_path, tiny_extractor.entity_types, tiny_extractor.relation_types)

    tasks = json.loads((tmp_path / "label-studio.json").read_text("utf-8"))
    export = [
        {"id": n, "data": task["data"], "predictions": task["predictions"], "drafts": []}
        | {"annotations": [{"completed_by": 1, "was_cancelled": False}
                           | {"result": task["predictions"][0]["result"]}]}
        for n, task in enumerate(tasks)
    ]  # fmt: skip
    (tmp_path / "export.json").write_text(json.dumps(export), encoding="utf-8")
    exported = read_labelled(tmp_path / "export.json", entities="clusters")
    from_brat = read_labelled(tmp_path / "brat", entities="clusters")
    for given, accepted, annotated in zip(found, exported, from_brat, strict=True):
        assert accepted.extraction.document.id == annotated.extraction.document.id
        for labelled in (accepted, annotated):
            assert labels(labelled.extraction) == labels(given)
            assert labelled.notes == ()
        assert accepted.extraction.document.id == given.document.id


def labels(extraction):
    """Entities and triples, whatever the confidence and the sentences."""
    sure = replace(extraction, extractor="")
    entities, relations = said(sure)[2:]

    def places(entity):
        return entity[0], frozenset(mention.span for mention in entity[1])

    return {places(e) for e in entities}, {(r[0], places(r[1]), places(r[2])) for r in relations}


def test_both_tools_are_told_which_labels_there_are(tmp_path):
    write_tasks([reading("a", "Ada sings", 0.5)], tmp_path, ["Person"], ["WORKS_FOR"])

    config = ET.parse(tmp_path / "label-studio.xml")
    assert [label.get("value") for label in config.iter("Label")] == ["Person"]
    assert (tmp_path / "brat" / "annotation.conf").read_text("utf-8").splitlines() == [
        "[entities]",
        "Person",
        "[relations]",
        "WORKS_FOR\tArg1:<ENTITY>, Arg2:<ENTITY>",
        "Equiv\tArg1:<ENTITY>, Arg2:<ENTITY>, <REL-TYPE>:symmetric-transitive",
        "<OVERLAP>\tArg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>",
        "[events]",
        "[attributes]",
    ]
