"""A night joins names that mean one thing if asked to, and follows what people answered."""

import pytest

from graphdb import Graph, Ontology, Verdict


@pytest.fixture
def resolved_graph(graph, ontology) -> Graph:
    """The tests' graph with an ontology whose organizations are resolved."""
    data = ontology.model_dump(by_alias=True)
    data["entities"]["Organization"]["identity"] = "resolved"
    return Graph(graph.connection, Ontology.model_validate(data), graph.config)


def test_night_joins_names_and_says_why_and_the_next_one_finds_nothing(
    night, folder, resolved_graph, triples
):
    for old in folder.iterdir():
        old.unlink()
    (folder / "a.txt").write_text("Ada works for Widgets. Widgets is based in Ghent.")
    (folder / "b.txt").write_text("Bob works for Widget. Widget is based in Ghent.")

    def resolve(graph, lease):
        return graph.resolve(lease)

    first = night(graph=resolved_graph, resolve=resolve)
    second = night(graph=resolved_graph, resolve=resolve)

    (decision,) = first.decisions
    assert "the same but for the ending of a plural" in decision
    assert decision in first.to_markdown().replace("\\", "")
    assert second.decisions == ()
    assert len({object_ for _, type_, object_ in triples() if type_ == "WORKS_FOR"}) == 1


def test_night_follows_an_answer_that_a_killed_review_left(night, folder, graph, triples):
    (folder / "a.txt").write_text("Ada works for Acme.")
    night()
    wrong = Verdict(
        kind="wrong",
        type="WORKS_FOR",
        subject="Ada",
        subject_type="Person",
        object="Acme",
        object_type="Organization",
        by="eve",
        at="2026",
    )
    graph.judge(wrong, settle=False)
    assert ("Ada", "WORKS_FOR", "Acme") in triples()

    night()

    assert ("Ada", "WORKS_FOR", "Acme") not in triples()
    assert [each.kind for each in graph.verdicts()] == ["wrong"]
