"""Vectors of passages: whoever waits gets one, whatever goes takes its own along, nothing else."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.facts import Chunk, Document, Extraction, Span
from graphdb import LeaseLostError
from graphdb.asking import Meaning, has_vectors, passages_found
from graphdb.embedding import LANGUAGES, PASSAGES_AT_ONCE
from tests.strategies import extraction

WIDTHS = dict(zip(LANGUAGES, (384, 512), strict=True))


class Letters:
    """Takes texts for near that have about the same letters: an encoder that needs no weights."""

    def language(self, code, text):
        return {"": "en", "en": "en", "zh": "zh"}.get(code, "")

    def vectors(self, language, texts):
        return [self.vector(language, text) for text in texts]

    def vector(self, language, text):
        counts = [0.01] * WIDTHS[language]
        for character in text.lower():
            counts[ord(character) % len(counts)] += 1.0
        return counts

    def asked(self, words, language="en", least=-1.0):
        return Meaning(language=language, vector=self.vector(language, words), least_cosine=least)


LETTERS = Letters()
VECTORS = """
    MATCH (document:Document)-[:HAS_CHUNK]->(chunk)
    RETURN document.id, chunk.index, size(chunk.embedding_en), size(chunk.embedding_zh)"""
FORGOTTEN = "MATCH (document:Document) REMOVE document.embedded"
NOT_NOTED = "MATCH (version:SchemaVersion) REMOVE version.embeddings"


def said(id_, text, language=""):
    """Return a document of one passage."""
    document = Document(id=id_, text=text, source="notes", language=language)
    return Extraction(
        document=document,
        chunks=(Chunk(0, Span(0, len(text))),),
        entities=(),
        relations=(),
        extractor="by hand",
    )


def test_each_passage_gets_one_vector_in_the_language_of_its_document(graph, reader):
    graph.upsert([said("a", "The river floods."), said("b", "这条河泛滥。", "zh")])
    graph.upsert(said("c", "Il fiume straripa.", "it"))

    embedded = graph.embed(LETTERS)

    assert (embedded.documents, embedded.passages, embedded.other_languages) == (2, 2, 1)
    assert embedded.waiting == 0
    assert set(reader.rows(VECTORS)) == {
        ("a", 0, 384, None),
        ("b", 0, None, 512),
        ("c", 0, None, None),
    }
    assert graph.embedding_counts() == {"": 0, "en": 1, "zh": 1, "none": 1}


def test_embedding_twice_encodes_nothing_again(graph):
    graph.upsert(said("a", "The river floods."))
    graph.embed(LETTERS)

    assert graph.embed(LETTERS).passages == 0


def test_limit_leaves_the_rest_for_later(graph):
    graph.upsert([said(str(n), f"River {n} floods.") for n in range(3)])

    first = graph.embed(LETTERS, limit=2)

    assert (first.documents, first.waiting) == (2, 1)
    assert graph.embed(LETTERS).documents == 1


def test_book_of_more_passages_than_a_transaction_holds(graph, reader):
    n = 2 * PASSAGES_AT_ONCE
    text = "abcd. " * n
    book = Extraction(
        document=Document(id="book", text=text, source="notes"),
        chunks=tuple(Chunk(index, Span(6 * index, 6 * index + 6)) for index in range(n)),
        entities=(),
        relations=(),
        extractor="by hand",
    )
    graph.upsert([book, said("note", "The river floods.")])

    embedded = graph.embed(LETTERS)

    assert (embedded.documents, embedded.passages, embedded.waiting) == (2, n + 1, 0)
    assert {row[2] for row in reader.rows(VECTORS)} == {384}


def test_changed_document_waits_anew_and_a_gone_one_is_found_no_more(graph):
    graph.upsert([said("a", "aaaa bbbb"), said("b", "cccc dddd")])
    graph.embed(LETTERS)
    graph.upsert(said("a", "xxxx yyyy"))

    assert graph.embedding_counts()[""] == 1
    assert [p.document_id for p in passages_found(graph.connection, "-", found("ab"), 5)] == ["b"]
    graph.embed(LETTERS)
    assert passages_found(graph.connection, "-", found("xy"), 5)[0].document_id == "a"
    graph.retract("a")
    graph.forget("b")
    assert passages_found(graph.connection, "-", found("xy"), 5) == []
    assert not has_vectors(graph.connection, "en")


def found(words):
    return LETTERS.asked(words)


def test_found_by_both_ways_comes_first_and_says_so(graph):
    graph.upsert(
        [said("both", "abab floods"), said("word", "zzzz qqqq floods"), said("near", "ababab")]
    )
    graph.embed(LETTERS)

    passages = passages_found(graph.connection, "floods", LETTERS.asked("abab", least=0.5), 5)

    assert [(p.document_id, p.found_by) for p in passages] == [
        ("both", ("words", "meaning")),
        ("near", ("meaning",)),  # the nearest but one, where the other is the second of two
        ("word", ("words",)),
    ]


def test_languages_are_not_compared(graph):
    graph.upsert([said("a", "aaaa"), said("b", "aaaa", "zh")])
    graph.embed(LETTERS)

    by_language = {
        language: [
            p.document_id
            for p in passages_found(graph.connection, "-", LETTERS.asked("aaaa", language), 5)
        ]
        for language in LANGUAGES
    }

    assert by_language == {"en": ["a"], "zh": ["b"]}


def test_what_is_far_from_a_question_is_not_shown(graph):
    graph.upsert(said("a", "aaaa"))
    graph.embed(LETTERS)

    assert passages_found(graph.connection, "-", LETTERS.asked("zzzz", least=0.9), 5) == []


def test_dump_and_backup_say_nothing_of_vectors(graph):
    graph.upsert(extraction(("Ada", "WORKS_FOR", "Acme")))
    before = list(graph.dump())
    graph.embed(LETTERS)
    with graph.lease("test", "backup") as lease:
        lines = list(graph.backup(lease))

    assert list(graph.dump()) == before
    kept = [json.loads(line).get("properties", {}) for line in lines]
    assert not any(name.startswith("embed") for properties in kept for name in properties)


def test_restored_documents_wait_for_vectors(graph, ontology):
    graph.upsert(said("a", "The river floods."))
    graph.embed(LETTERS)
    with graph.lease("test", "backup") as lease:
        lines = list(graph.backup(lease))
    graph.clear()
    graph.prepare()
    with graph.lease("test", "restore") as lease:
        graph.restore(lines, lease)
    graph.prepare()

    assert graph.embedding_counts()[""] == 1
    assert graph.embed(LETTERS).passages == 1


def test_documents_of_an_older_nightloom_wait_for_vectors(graph, reader):
    """They say nothing of it; whoever prepares the graph first marks them, once."""
    graph.upsert([said("a", "The river floods."), said("b", "It is dry.")])
    reader.rows(f"CALL {{ {FORGOTTEN} }} RETURN 1")
    reader.rows(f"CALL {{ {NOT_NOTED} }} RETURN 1")
    assert graph.embedding_counts()[""] == 0

    graph.prepare()

    assert graph.embedding_counts()[""] == 2


def test_vectors_can_be_taken_away(graph, reader):
    graph.upsert([said("a", "The river floods."), said("b", "Il fiume.", "it")])
    graph.embed(LETTERS)

    assert graph.remove_embeddings() == 1

    assert {row[2:] for row in reader.rows(VECTORS)} == {(None, None)}
    assert graph.embedding_counts() == {"": 2, "en": 0, "zh": 0, "none": 0}


def test_run_that_lost_the_graph_writes_no_vector(graph, reader):
    graph.upsert(said("a", "The river floods."))
    with graph.lease("test", "one") as lost:
        pass
    with graph.lease("test", "two"), pytest.raises(LeaseLostError):
        graph.embed(LETTERS, lost)

    assert {row[2:] for row in reader.rows(VECTORS)} == {(None, None)}


ids = st.sampled_from("abc")
acts = st.one_of(
    st.tuples(st.just("upsert"), ids, st.sampled_from(["aaa", "bbb", "ccc ddd"])),
    st.tuples(st.just("retract"), ids),
    st.tuples(st.just("embed"), st.integers(0, 2)),
)


@given(history=st.lists(acts, max_size=8))
def test_after_any_history_every_passage_has_the_vector_of_its_own_text(
    graph, reader, empty, history
):
    """And nothing has one that is gone."""
    empty()
    for act, *arguments in history:
        if act == "upsert":
            graph.upsert(said(*arguments))
        elif act == "retract":
            graph.retract(*arguments)
        else:
            graph.embed(LETTERS, limit=arguments[0])
    graph.embed(LETTERS)

    rows = reader.rows("MATCH (chunk:Chunk) RETURN chunk.text, chunk.embedding_en")
    for text, vector in rows:
        assert vector == pytest.approx(LETTERS.vector("en", text), rel=1e-6)
