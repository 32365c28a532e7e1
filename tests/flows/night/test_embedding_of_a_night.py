"""A night lets its passages be found by their meaning where it is asked to, and says what waits."""

import pytest

from extractors.errors import CheckpointError
from flows.embedding import Encoders, TextSearch
from flows.settings import load_settings
from flows.tools import open_tools


@pytest.fixture
def search(graph):
    encoders = Encoders(threads=1)

    def search(words):
        return TextSearch(encoders).passages(graph.connection, words, 5)[0]

    return search


def embedding(limit=0):
    """Embed as a night does."""
    encoders = Encoders(threads=1)
    return lambda graph, lease: graph.embed(encoders, lease, limit=limit)


def test_night_lets_passages_be_found_by_meaning_and_the_next_one_encodes_nothing(
    night, folder, search
):
    (folder / "river.txt").write_text("The water rose over its banks and filled many cellars.")
    (folder / "soup.txt").write_text("Stir the onions in butter until they are golden.")

    first = night(embed=embedding())
    second = night(embed=embedding())

    assert first.embedded["passages"] == 2
    assert first.to_dict()["embedded"]["waiting"] == 0
    assert second.embedded["passages"] == 0
    assert "embed" in first.seconds
    assert search("flood damage")[0].document_id == "notes/river.txt"


def test_what_a_night_leaves_for_later_is_said(night, folder):
    for name in "abc":
        (folder / f"{name}.txt").write_text(f"The river {name} rose over its banks.")

    first = night(embed=embedding(limit=2))
    second = night(embed=embedding(limit=2))

    assert any("1 document found by their words alone" in note for note in first.notes)
    assert not any("words alone" in note for note in second.notes)


def test_passages_follow_what_documents_say(night, folder, search):
    file = folder / "a.txt"
    file.write_text("The water rose over its banks and filled many cellars.")
    night(embed=embedding())
    file.write_text("Stir the onions in butter until they are golden.")
    night(embed=embedding())

    assert search("How is soup cooked?")[0].text.startswith("Stir")
    file.unlink()
    night(embed=embedding(), allow_vanished=True)
    assert search("How is soup cooked?") == []


def test_encoder_that_cannot_be_had_harms_nothing_else(night, folder, triples):
    (folder / "a.txt").write_text("Ada works for Widgets.")

    def embed(graph, lease):
        raise CheckpointError("the encoder bge-small-en-v1.5 could not be fetched")

    report = night(embed=embed)

    assert triples()
    assert report.failure == ""
    assert "could not be fetched" in " ".join(report.notes)


@pytest.mark.parametrize("wanted", [True, False])
def test_setting_decides_whether_nights_embed(wanted, graph, server, monkeypatch, tmp_path):
    monkeypatch.setenv("NIGHTLOOM_GRAPH__URI", server.uri)
    monkeypatch.setenv("NIGHTLOOM_GRAPH__USER", server.user)
    monkeypatch.setenv("NIGHTLOOM_GRAPH__PASSWORD", server.password)
    settings = load_settings(home=tmp_path, embedding={"every_night": wanted})

    with open_tools(settings, lambda *_: None, reads=False) as tools:
        assert (tools.embed is not None) == wanted
