"""The public corpora, where they are there, hold what their origins say they hold."""

from collections import Counter

import pytest

from extractors.corpora import detect_format, read_labelled
from tests.extractors.corpora.places import corpus
from tests.extractors.corpora.strategies import round_trip, said

CHINESE = "chinese_literature/relation_extraction/Validation"

# Documents, mentions, entities and relations. SciERC's ORIGIN says 3,219 and BioRED's 4,178 and
# 1,162 relations: those count labels said twice, of which a set keeps one.
COUNTS = {
    "conll04/train.json": ("spert", 922, 3377, 3377, 1283),
    "conll04/dev.json": ("spert", 231, 893, 893, 343),
    "scierc/train.json": ("dygie", 350, 5598, 5598, 3215),
    "scierc/dev.json": ("dygie", 50, 811, 811, 455),
    "biored/Train.PubTator": ("pubtator", 400, 13748, 4420, 4016),
    "biored/Dev.PubTator": ("pubtator", 100, 3621, 1236, 1142),
    "redocred/dev_revised.json": ("docred", 500, 13153, 9683, 17276),
    "docred_extra/train.json": ("docred", 236, 5970, 4500, 2875),
    "ade/ade_split_0_train.json": ("spert", 3845, 9769, 9769, 6155),
    "dgre/train.jsonl": ("spo", 1193, 9471, 9471, 5216),
    "knowledgenet/train.jsonl": ("knowledgenet", 4580, 7276, 7184, 4303),
    CHINESE: ("brat", 58, 11921, 11921, 1346),
}


@pytest.mark.parametrize("name", COUNTS)
def test_counts_are_those_of_the_origin(name):
    path = corpus(name)
    documents = [document.extraction for document in read_labelled(path)]

    counts = (
        detect_format(path),
        len(documents),
        sum(len(entity.mentions) for e in documents for entity in e.entities),
        sum(len(e.entities) for e in documents),
        sum(len(e.relations) for e in documents),
    )

    assert counts == COUNTS[name]


@pytest.mark.parametrize("name", ["scierc/dev.json", "biored/Dev.PubTator", CHINESE])
def test_written_and_read_again_it_is_the_same(name):
    path = corpus(name)
    documents = list(read_labelled(path))

    again = round_trip(documents, detect_format(path), path.name)

    assert list(map(said, (d.extraction for d in again))) == [
        said(document.extraction) for document in documents
    ]


def test_labels_said_twice_make_up_the_difference_to_scierc_s_own_count():
    notes = Counter(
        {
            note.where: int(note.message.split()[0])
            for document in read_labelled(corpus("scierc/train.json"))
            for note in document.notes
        }
    )

    assert notes.total() + 3215 == 3219


def test_wrapped_chinese_lines_leave_hardly_a_mention_broken():
    """Of the mentions that a line end breaks, at least nine in ten become whole."""
    path = corpus(CHINESE)

    broken, joined = (
        sum(
            "\n" in entity.name
            for document in read_labelled(path, join_lines=join)
            for entity in document.extraction.entities
        )
        for join in (False, True)
    )

    assert broken == 285
    assert joined < broken / 10
