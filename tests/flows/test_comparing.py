"""Two models are compared by what the graph would have of each."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import pytest

from extractors import ExtractionStore
from extractors.errors import DocumentRejectedError
from extractors.facts import Document, Extraction
from flows.comparing import compare, sampled
from tests.flows.rule_of_thumb import RuleOfThumbExtractor


class Model(RuleOfThumbExtractor):
    """Reads by rule of thumb, but for one verb, and as surely as it is told."""

    def __init__(self, name: str, *, without: str = "", confidence: float = 1.0) -> None:
        super().__init__(name)
        self.name = name
        self._without = without
        self._confidence = confidence

    def extract(self, documents: Iterable[Document]) -> Iterator[Extraction]:
        for said in super().extract(documents):
            kept = [r for r in said.relations if r.type != self._without]
            evidence = [
                tuple(replace(e, confidence=self._confidence) for e in r.evidence) for r in kept
            ]
            relations = tuple(replace(r, evidence=e) for r, e in zip(kept, evidence, strict=True))
            yield replace(said, relations=relations)


DOCUMENTS = [
    Document(id="a", text="Ada works for Acme. Acme lies in Ghent."),
    Document(id="b", text="Bob knows Ada. Ada works for Acme."),
]


@pytest.fixture
def compared(ontology, tmp_path):
    """Compare two models on the documents, or on others."""

    def run(before: Model, after: Model, documents=DOCUMENTS):
        store = ExtractionStore(tmp_path / "extractions")
        return compare(documents, before, after, ontology, store, lambda *_: None)

    return run


def said(changes):
    return {(c.statement.subject, c.statement.type, c.statement.object) for c in changes}


def test_facts_that_would_come_and_go_are_named_with_their_sentences(compared):
    comparison = compared(Model("old", without="KNOWS"), Model("new", without="WORKS_FOR"))

    assert said(comparison.of_kind("added")) == {("Bob", "KNOWS", "Ada")}
    assert said(comparison.of_kind("removed")) == {("Ada", "WORKS_FOR", "Acme")}
    (added,) = comparison.of_kind("added")
    assert added.statement.cited == ("Bob knows Ada.",)
    assert added.statement.document == "b"


def test_fact_of_two_documents_is_one_fact(compared):
    comparison = compared(Model("old"), Model("new", without="WORKS_FOR"))

    assert len(comparison.of_kind("removed")) == 1
    assert comparison.removed_share == 1 / comparison_size(comparison)


def comparison_size(comparison) -> int:
    return sum(change.before is not None for change in comparison.changes)


@pytest.mark.parametrize(("confidence", "kind"), [(0.85, "reweighed"), (0.95, "kept")])
def test_confidence_that_differs_much_is_a_change(compared, confidence, kind):
    comparison = compared(Model("old"), Model("new", confidence=confidence))

    assert {change.kind for change in comparison.changes} == {kind}


def test_what_one_of_them_cannot_read_is_compared_for_neither_and_named(compared):
    class Refusing(Model):
        def extract(self, documents):
            for document in documents:
                if document.id == "b":
                    yield DocumentRejectedError("b", "holds a word that is not to be read")
                else:
                    yield from super().extract([document])

    comparison = compared(Model("old"), Refusing("new"))

    assert comparison.n_documents == 1
    assert all(change.kind == "kept" for change in comparison.changes)
    (sentence,) = comparison.unread
    assert "holds a word" in sentence
    assert "new" in sentence


def test_what_was_read_is_not_read_again(compared):
    old, new = Model("old"), Model("new")

    compared(old, new)
    compared(old, new)

    assert old.n_read == new.n_read == len(DOCUMENTS)


def test_sample_is_the_same_whatever_the_order():
    documents = [Document(id=f"d{n}", text="") for n in range(50)]

    assert sampled(documents, 7) == sampled(documents[::-1], 7)
    assert len(sampled(documents, 7)) == 7
    assert sampled(documents, 60) == sampled(documents, 50)
