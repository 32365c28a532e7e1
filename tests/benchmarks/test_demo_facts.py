"""The labelled facts of the samples are about the samples."""

from benchmarks.bench_demo import ONTOLOGY, gold_facts, row_facts, sample_documents
from extractors.facts import Chunk, Extraction, Span


def read_by_nobody(document):
    whole = Chunk(0, Span(0, len(document.text)))
    return Extraction(document=document, chunks=(whole,))


def test_every_sample_is_labelled_and_every_label_stands_in_its_sample():
    documents = {
        document.id.removeprefix("samples/"): document.text for document in sample_documents()
    }
    labelled = {name: gold_facts()[name] | gold_facts("rows")[name] for name in gold_facts()}

    assert labelled.keys() == documents.keys()
    for name, facts in labelled.items():
        text = " ".join(documents[name].split())
        assert facts
        assert [fact for fact in facts if not (fact[0] in text and fact[2] in text)] == []
        assert {type_ for _, type_, _ in facts} <= ONTOLOGY.relation_types.keys()


def test_rows_of_the_samples_state_what_is_labelled():
    for document in sample_documents():
        stated = {
            (relation.subject.name, relation.type, relation.object.name)
            for relation in row_facts(read_by_nobody(document))
        }

        assert stated == gold_facts("rows")[document.id.removeprefix("samples/")]
