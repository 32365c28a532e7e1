"""What a format can express is the same after writing and reading."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.corpora import FORMATS, read_labelled, tokenise, whole, write_labelled
from extractors.facts import extraction_from_dict
from tests.extractors.corpora.strategies import TEXTS, in_text, in_tokens, round_trip, said
from tests.extractors.steady import steady

SEVERAL = st.integers(0, 3)
ONE_LINE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\t"))
WITH_TITLE = st.tuples(ONE_LINE, ONE_LINE).map(" ".join)


def same_after(document, format, name="file", **options):  # noqa: A002
    [read] = round_trip([document], format, name, **options)
    return said(read.extraction) == said(document.extraction)


@steady
@given(in_tokens(id="record-0", source="spert"))
def test_spert(document):
    assert same_after(document, "spert")


@steady
@given(in_tokens(SEVERAL, across=True, source="dygie"))
def test_dygie_mentions(document):
    assert same_after(document, "dygie")


@steady
@given(in_tokens(SEVERAL, clustered=True, source="dygie"))
def test_dygie_clusters(document):
    """Where a relation between clusters is stated is said by its two mentions alone."""
    [read] = round_trip([document], "dygie", "file", entities="clusters")

    assert said(read.extraction)[:3] == said(document.extraction)[:3]
    triples = [{relation[:3] for relation in said(d.extraction)[3]} for d in (read, document)]
    assert triples[0] == triples[1]


@steady
@given(in_tokens(SEVERAL, clustered=True, id="file/0", source="docred", title="A title"))
def test_docred(document):
    assert same_after(document, "docred", "file.json")


@steady
@given(in_tokens(st.just(1), flat=True, id="record-0", source="conll"))
def test_conll_sentence(document):
    assert same_after(document, "conll")


@steady
@given(in_tokens(st.integers(2, 3), flat=True, id="record-0", source="conll"))
def test_conll_document(document):
    assert same_after(document, "conll")


@steady
@given(in_text(TEXTS, edges="\r\n", source="brat"))
def test_brat_mentions(document):
    """Any text, line ends of any kind included; a mention may span several lines."""
    assert same_after(document, "brat")


@steady
@given(in_text(TEXTS, edges="\r\n", clustered=True, source="brat"))
def test_brat_clusters(document):
    assert same_after(document, "brat", entities="clusters")


@steady
@given(in_text(WITH_TITLE, clustered=True, source="pubtator"))
def test_pubtator(document):
    [read] = round_trip([document], "pubtator", "file")

    entities, relations = said(read.extraction)[2:]
    assert read.extraction.document.text == document.extraction.document.text
    assert (entities, relations) == said(document.extraction)[2:]


@steady
@given(in_text(related=True, type_=st.just("Entity"), source="spo"))
def test_spo(document):
    assert same_after(document, "spo")


@steady
@given(in_text(st.text(), clustered=True))
def test_jsonl(document):
    """Lone surrogates included, which JSON can hold and UTF-8 cannot."""
    assert same_after(document, "jsonl")


@steady
@given(in_text(st.text(), clustered=True, source="jsonl"))
def test_jsonl_in_its_simple_form(document):
    simple = {"id": "d", "text": document.extraction.document.text}
    [read] = round_trip([_simply(document, simple)], "jsonl", "file")

    assert said(read.extraction) == said(document.extraction)
    assert read.record == simple


@pytest.mark.parametrize("format", ["doccano", "prodigy"])
@steady
@given(document=in_text(st.text(), source=""))
def test_tools_with_relations(format, document):  # noqa: A002
    named = replace(document.extraction.document, id="d", source=format)
    assert same_after(
        replace(document, extraction=replace(document.extraction, document=named)), format
    )


@steady
@given(in_text(st.text(), source="spacy"))
def test_spacy(document):
    without = replace(document, extraction=replace(document.extraction, relations=()))
    [read] = round_trip([document], "spacy", "file")

    assert said(read.extraction) == said(without.extraction)


@steady
@given(in_tokens(id="record-0", source="gliner"))
def test_gliner(document):
    assert same_after(document, "gliner")


@pytest.mark.parametrize("name", ["file.jsonl", "file.csv"])
@steady
@given(document=in_text(TEXTS, related=True, id="record-0", source="deepke"))
def test_deepke(name, document):
    assert same_after(document, "deepke", name)


@steady
@given(in_text(st.text(), source="label_studio"))
def test_label_studio_mentions(document):
    assert same_after(document, "label_studio")


@steady
@given(in_text(st.text(), clustered=True, source="label_studio", title="A title"))
def test_label_studio_clusters(document):
    assert same_after(document, "label_studio", entities="clusters")


def _simply(document, record):
    return replace(document, format="jsonl", record=record)


@pytest.mark.parametrize("format", FORMATS)
@steady
@given(document=in_text(TEXTS, clustered=True))
def test_any_document_can_be_written_in_any_format(format, document):  # noqa: A002
    """A document without tokens is cut into words; what was written can be read.

    Columns hold words alone: of a text without any nothing is left there.
    """
    read = round_trip([document], format, "file")

    text = document.extraction.document.text
    has_words = any(tokenise(text, whole(text)))
    assert len(read) == (1 if has_words or format != "conll" else 0)
    for found in read:
        assert extraction_from_dict(found.extraction.to_dict()) == found.extraction


@steady
@given(st.lists(in_tokens(st.integers(1, 2), flat=True, id="d", source="conll"), max_size=4))
def test_documents_in_columns_stay_apart(documents):
    read = round_trip(documents, "conll", "file")

    texts = [document.extraction.document.text for document in documents]
    assert [document.extraction.document.text for document in read] == texts


def test_a_prediction_replaces_the_labels_and_nothing_else(tmp_path):
    source = tmp_path / "gold.json"
    source.write_text(
        '[{"tokens": ["Ada", "works"], "entities": [{"type": "P", "start": 0, "end": 1}],'
        ' "relations": [], "orig_id": 7, "note": "kept"}]'
    )
    [gold] = read_labelled(source)
    nothing = gold.extraction.__class__(
        document=gold.extraction.document, chunks=gold.extraction.chunks
    )

    write_labelled([gold.saying(nothing)], tmp_path / "predicted.json", "spert")

    [predicted] = read_labelled(tmp_path / "predicted.json")
    assert predicted.extraction.entities == ()
    assert predicted.extraction.document == gold.extraction.document
    assert predicted.record == {"orig_id": 7, "note": "kept"}


def test_a_prediction_of_another_text_is_refused(tmp_path):
    source = tmp_path / "gold.jsonl"
    source.write_text('{"text": "one"}\n{"text": "two"}\n')
    one, two = read_labelled(source)

    with pytest.raises(ValueError, match="not of the text"):
        one.saying(two.extraction)
