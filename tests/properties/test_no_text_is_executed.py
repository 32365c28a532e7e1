"""What documents contain is data, however it looks."""

import pytest
from hypothesis import HealthCheck, given, settings

from extractors.facts import Chunk, Document, Extraction, Span
from graphdb import errors
from graphdb.writing import swap
from tests.strategies import any_text, extraction

HOSTILE = [
    "Person) DETACH DELETE n //",
    "x`) DETACH DELETE n //",
    "\\u0060) DETACH DELETE n //",
    "'; MATCH (n) DETACH DELETE n; //",
    '"quoted" \\"twice\\"',
    "back\\slash\\",
    "line\nbreak\r\ttab",
    "nul\x00byte",
    "$rows {row.key} __TYPE__",
    "‮right to left‬",
    "🏴󠁧󠁢󠁥󠁮󠁧󠁿 e\u0301 \U0010ffff",
    "long " * 2_000,
]


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_names_are_stored_as_they_are(graph, reader, name):
    graph.upsert(extraction("Witness", id="other"))

    change = graph.upsert(
        extraction((name, "WORKS_FOR", name), id=f"doc {name[:50]}", title=name, source=name[:500])
    )

    assert (change.upserted, change.rejected, change.set_aside) == (1, (), ())
    assert {("Person", name), ("Organization", name), ("Person", "Witness")} == reader.entities()
    assert graph.audit() == []


def test_hostile_types_never_become_labels(graph, reader):
    change = graph.upsert(extraction(("Ada", "KNOWS`]->() DETACH DELETE n //", "Bob")))

    assert len(change.rejected) == 1
    labels = {label for (label,) in reader.rows("CALL db.labels()")}
    assert all(label.isascii() and label.isalpha() for label in labels)
    assert reader.triples() == set()


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"text": "half \ud83d of a pair"}, "character 5 of its text is half of a surrogate pair"),
        ({"title": "\udc00"}, "character 0 of its title"),
        ({"id": "\udc00"}, "character 0 of its id"),
        ({"id": "x" * 10_000}, "its id is too long"),
        ({"source": "x" * 10_000}, "its source is too long"),
    ],
)
def test_document_that_cannot_be_stored_is_set_aside_alone(graph, fields, reason):
    document = Document(**{"id": "bad", "text": "x"} | fields)
    bad = Extraction(document=document, chunks=(Chunk(0, Span(0, len(document.text))),))
    good = [extraction(("Ada", "WORKS_FOR", "Acme"), id=str(n)) for n in range(19)]

    change = graph.upsert([*good[:10], bad, *good[10:]])

    (error,) = change.set_aside
    assert (error.document_id, change.upserted) == (document.id, 19)
    assert reason in error.reasons[0]


def test_group_is_halved_until_the_document_at_fault_stands_alone(graph, monkeypatch):
    """The server refuses a document for something that nobody foresaw."""
    documents = [extraction(("Ada", "WORKS_FOR", "Acme"), id=f"{n:02}") for n in range(20)]
    check = swap._differs
    transactions = []

    def refuse(document, known):
        transactions.append(document.id)
        if document.id == "13":
            code = "Neo.ClientError.Statement.ArgumentError"
            raise errors.StatementRefusedError("Property value is too large", code)
        return check(document, known)

    monkeypatch.setattr(swap, "_differs", refuse)

    change = graph.upsert(documents)

    (error,) = change.set_aside
    assert (error.document_id, error.reasons) == ("13", ("Property value is too large",))
    assert change.upserted == 19
    assert set(graph.ledger("default")) == {document.document.id for document in documents} - {"13"}


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=any_text, name=any_text.filter(str.strip))
def test_any_text_comes_back_as_it_went_in(graph, reader, text, name):
    """Documents of any Unicode text can be stored, audited and withdrawn again."""
    document = extraction(name, text or "x", id="any", title=text)
    graph.upsert(document)

    stored = reader.rows(
        "MATCH (d:Document {id: 'any'})-->(c:Chunk) RETURN c.text ORDER BY c.index"
    )
    assert "".join(part for (part,) in stored) == document.document.text
    assert graph.audit() == []
    graph.retract("any")
    assert list(graph.dump()) == []
