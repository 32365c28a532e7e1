"""The labelled texts that come along with the training configurations."""

import tomllib
from pathlib import Path

import pytest

from extractors.corpora import check_corpora, read_labelled
from tests.extractors.corpora.places import corpus

ROOT = Path(__file__).parents[3]
TEXTS = sorted((ROOT / "configs/texts").rglob("*.jsonl*"))
LABELS = "_labels"
"""Ends the name of a file that holds labels alone, and follows the corpus of its texts."""
RELATIONS = tomllib.loads((ROOT / "samples/ontology.toml").read_text("utf-8"))["relations"]


@pytest.fixture(
    scope="module", params=TEXTS, ids=lambda path: str(path.relative_to(ROOT / "configs/texts"))
)
def golds(request):
    return [document.extraction for document in labelled(request.param)]


def labelled(path):
    if not path.stem.endswith(LABELS):
        return list(read_labelled(path))
    texts = corpus(f"partial/{path.stem.removesuffix(LABELS)}/train.jsonl")
    return list(read_labelled(path, texts=texts))


def test_each_text_is_there_once(golds):
    assert len({gold.document.id for gold in golds}) == len(golds)
    assert len({gold.document.text for gold in golds}) == len(golds)


def test_each_relation_joins_types_that_the_ontology_lets_it_join(golds):
    wrong = [
        (gold.document.id, str(relation.type), relation.subject.name, relation.object.name)
        for gold in golds
        for relation in gold.relations
        if relation.subject.type not in RELATIONS[relation.type]["subject"]
        or relation.object.type not in RELATIONS[relation.type]["object"]
    ]
    assert wrong == []


def test_what_has_an_inverse_or_no_direction_is_labelled_both_ways(golds):
    for gold in golds:
        said = {(r.subject, r.type, r.object) for r in gold.relations}
        for subject, type_, object_ in said:
            row = RELATIONS[type_]
            back = row.get("inverse_of") or (type_ if row.get("symmetric") else None)
            fits = back and (
                object_.type in RELATIONS[back]["subject"]
                and subject.type in RELATIONS[back]["object"]
            )
            assert not fits or (object_, back, subject) in said, (gold.document.id, type_)


def test_the_checker_finds_no_error_in_them():
    whole = [path for path in TEXTS if not path.stem.endswith(LABELS)]
    report = check_corpora({str(path): read_labelled(path) for path in whole})
    assert [finding for finding in report.findings if finding.weight == "error"] == []
