import json
from dataclasses import replace

import pytest

from extractors.corpora import FORMATS
from extractors.corpora.checks import check_corpora
from extractors.corpora.labelled import mention_entity, whole
from extractors.corpora.similarity import TextIndex
from extractors.facts import Evidence, Relation, Span
from tests.extractors.corpora.strategies import labelled, round_trip

SENTENCE = "The quick brown fox jumps over the lazy dog near the river bank at dawn today"


def document(text, *spans, relation=None, id="d", where="record 0"):  # noqa: A002
    """Spans are `(start, end, type)`; a relation joins the first with the last."""
    entities = [mention_entity(text, type_, Span(a, b)) for a, b, type_ in spans]
    evidence = (Evidence(Span(0, len(text))),) if text else ()
    relations = [Relation(entities[0], relation, entities[-1], evidence)] if relation else []
    return replace(labelled(text, whole(text), entities, relations, id=id), where=where)


def kinds(*documents, dev=(), **options):
    report = check_corpora({"train": documents, "dev": dev}, **options)
    return [(finding.kind, finding.split) for finding in report.findings]


@pytest.mark.parametrize(
    ("spans", "kind"),
    [
        ([(0, 5, "A"), (1, 3, "A")], "nested mentions"),
        ([(0, 5, "A"), (2, 7, "A")], "crossing mentions"),
        ([(0, 5, "A"), (0, 5, "B")], "two types"),
        ([(3, 9, "A")], "space at the edge"),
    ],
)
def test_mentions_are_compared_with_each_other(spans, kind):
    assert kinds(document(SENTENCE, *spans)) == [(kind, "train")]


def test_mentions_side_by_side_are_fine():
    assert kinds(document(SENTENCE, (0, 3, "A"), (4, 9, "A"))) == []


def test_types_outside_the_list_are_errors():
    labels = document(SENTENCE, (0, 3, "A"), (4, 9, "B"), relation="R")

    found = kinds(labels, entity_types=["A"], relation_types=["S"], arguments={"R": [("B", "A")]})

    assert found == [
        ("type not allowed", "train"),
        ("type not allowed", "train"),
        ("arguments not allowed", "train"),
    ]


# Columns and spaCy have no relations, and KnowledgeNet none of this type.
@pytest.mark.parametrize("format", sorted(set(FORMATS) - {"conll", "knowledgenet", "spacy"}))
def test_a_relation_to_itself_is_named_in_every_format(format):  # noqa: A002
    labels = document("Ada works here", (0, 3, "A"), relation="R")
    read = round_trip([labels], format, "file")

    assert ("relation to itself", "train") in kinds(*read)


def test_half_a_character_is_an_error():
    report = check_corpora({"train": [document("half \ud83d of one")]})

    [finding] = report.errors
    assert (finding.kind, finding.where) == ("lone surrogate", "record 0")
    assert "character 5" in finding.message


def test_a_dev_text_that_is_also_in_train_is_an_error():
    shouted = SENTENCE.upper().replace(" ", "  ")

    found = kinds(document(SENTENCE, id="a"), dev=[document(shouted, id="b")])

    assert found == [("text in two splits", "dev")]


def test_a_dev_text_nearly_in_train_is_an_error():
    altered = SENTENCE.replace("today", "tonight")

    found = kinds(document(SENTENCE, id="a"), dev=[document(altered, id="b")])

    assert found == [("nearly the same text in two splits", "dev")]


def test_a_repetition_inside_a_split_is_a_warning():
    report = check_corpora({"train": [document(SENTENCE, id="a"), document(SENTENCE, id="b")]})

    assert [(f.kind, f.weight) for f in report.findings] == [("text twice", "warning")]
    assert report.errors == ()


def test_an_empty_document_and_a_repeated_id_are_named():
    assert kinds(document(" "), document("Other words")) == [
        ("empty document", "train"),
        ("id twice", "train"),
    ]


def test_the_report_counts_and_says_where():
    first = document(SENTENCE, (0, 3, "A"), (4, 9, "B"), relation="R")
    second = document("Something else", (10, 14, "A"), id="e", where="record 7 (line 9)")

    report = check_corpora({"train": [first], "dev": [second]}, entity_types=["B"])

    assert report.splits["train"].entity_types == {"A": 1, "B": 1}
    assert report.splits["train"].relation_types == {"R": 1}
    assert "error: type not allowed, train: 1\n    record 0: 'The' at 0:3" in report.text()
    assert "train: 1 documents, 2 mentions, 2 entities, 1 relations" in report.text()
    assert "record 7 (line 9): 'else'" in report.text()
    assert json.loads(json.dumps(report.to_dict())) == report.to_dict()


def test_different_texts_are_not_alike():
    index = TextIndex()
    index.add(SENTENCE, "here", "train")

    assert index.add("Nothing of the sort is said in this one", "there", "dev") is None


def test_long_texts_are_compared_by_a_sample_of_their_words():
    """Of 3,000 words the last 150 are missing: the estimate is near the true share of 0.95."""
    words = [f"w{number}" for number in range(3000)]
    index = TextIndex()
    index.add(" ".join(words), "here", "train")

    likeness = index.add(" ".join(words[:2850]), "there", "dev")

    assert likeness is not None
    assert likeness.share == pytest.approx(0.95, abs=0.06)
