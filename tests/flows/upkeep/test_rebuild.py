"""A graph built again from the extraction store is the graph that was there."""

from dataclasses import replace

import pytest

from flows.night.order import run_night
from flows.night.progress import Progress
from flows.night.request import Request
from flows.sources import Folder
from flows.upkeep.rebuild import rebuild
from graphdb import Graph, GraphConfig, GroupConfig
from graphdb.rules import RuleSet
from tests.stranger import Stranger

SYMMETRIC = """\
// Whom somebody knows, that one knows them.
//
// confidence: 0.9
MATCH (one:Person)-[fact:KNOWS]->(other:Person)
RETURN other.key AS subject, 'KNOWS' AS type, one.key AS object, [fact.key] AS premises
"""


def test_rebuilding_changes_nothing_even_where_facts_are_stated_and_derived(
    night, folder, tools, tmp_path
):
    """Both directions are stated, and each follows from the other too."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "knows.cypher").write_text(SYMMETRIC)
    rules = RuleSet.load(tmp_path / "rules", tools.graph.ontology)
    (folder / "a.txt").write_text("Ada knows Bob.")
    (folder / "b.txt").write_text("Bob knows Ada. Bob knows Cid.")
    night(rules=rules)
    before = list(tools.graph.dump())

    rebuilt = rebuild(replace(tools, rules=rules))

    assert (rebuilt.change.upserted, rebuilt.missing) == (2, ())
    assert list(tools.graph.dump()) == before
    assert tools.graph.audit() == []


def test_rebuilding_beside_a_stranger_harms_neither(night, folder, tools, tmp_path, reader):
    """Everything of ours goes and comes again, with whatever somebody has hung on it."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "knows.cypher").write_text(SYMMETRIC)
    rules = RuleSet.load(tmp_path / "rules", tools.graph.ontology)
    (folder / "a.txt").write_text("Ada knows Bob.")
    (folder / "b.txt").write_text("Bob works for Acme. Cid knows Ada.")
    night(rules=rules)
    before = list(tools.graph.dump())
    stranger = Stranger(reader)
    stranger.do_everything()

    for _ in range(2):
        rebuilt = rebuild(replace(tools, rules=rules))

        assert (rebuilt.change.upserted, rebuilt.missing, rebuilt.set_aside) == (2, (), ())
        assert list(tools.graph.dump()) == before
        assert tools.graph.audit() == []
        stranger.assert_unharmed()


DAMAGES = {
    "ledger": "MATCH (chunk:Chunk) DETACH DELETE chunk",
    "entity_without_mention": "MATCH (:Chunk)-[mention:MENTIONS]->() DELETE mention",
    "entity_texts": "MATCH (entity:Entity {name: 'Ada'}) SET entity.name = 'Eve'",
    "entity_label": "MATCH (entity:Entity {name: 'Ada'}) REMOVE entity:Person",
    "fact_without_support": "MATCH ()-[evidence:STATES]->() DELETE evidence",
    "fact_confidence": "MATCH ()-[fact:KNOWS]->() SET fact.confidence = 0.1",
    "fact_twice": "MATCH (a)-[f:KNOWS]->(b) CREATE (a)-[:KNOWS {key: f.key, derived: false}]->(b)",
    "fact_type": "MATCH (a)-[:KNOWS]->(b) CREATE (a)-[:NONSENSE {key: '?', derived: false}]->(b)",
    "derivation_premises": "MATCH (derivation:Derivation) SET derivation.premises = ['?']",
    "derived_confidence": "MATCH ()-[fact:KNOWS {derived: true}]->() SET fact.confidence = 0.1",
    "derivation_without_fact": "MATCH ()-[fact:KNOWS {derived: true}]->() DELETE fact",
}


@pytest.mark.parametrize("invariant", DAMAGES)
def test_rebuilding_mends_what_the_audit_found(night, folder, tools, tmp_path, driver, invariant):
    """What operations promise of it: all that hangs on documents of the ledger is made again."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "knows.cypher").write_text(SYMMETRIC)
    rules = RuleSet.load(tmp_path / "rules", tools.graph.ontology)
    (folder / "a.txt").write_text("Ada knows Bob.")
    night(rules=rules)
    before = list(tools.graph.dump())
    with driver.session() as session:
        session.run(DAMAGES[invariant]).consume()
    assert invariant in {violation.invariant for violation in tools.graph.audit()}

    rebuild(replace(tools, rules=rules))

    assert tools.graph.audit() == []
    assert list(tools.graph.dump()) == before


class KilledError(Exception):
    """What a test's rebuild dies of."""


@pytest.fixture
def killed_rebuild(tools, tmp_path):
    """Let a rebuild die when one document of several is back in the graph."""
    config = GraphConfig(group=GroupConfig(documents=1))
    slowly = Graph(tools.graph.connection, tools.graph.ontology, config)

    def die(what, done, total):
        if (what, done) == ("upsert", 3):  # the second one's group is written when it comes
            raise KilledError

    def run() -> None:
        with pytest.raises(KilledError):
            rebuild(replace(tools, graph=slowly, watch=Progress(die)))

    return run


def write(folder, **texts: str) -> None:
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text)


@pytest.fixture
def employed(night, folder):
    """A night over three documents, about three people at one place."""
    write(folder, a="Ada works for Acme.", b="Bob works for Acme.", c="Cid works for Acme.")
    night()


def move_to_bolt(folder) -> None:
    """Let two of them work elsewhere, and the third document vanish."""
    write(folder, a="Ada works for Bolt.", b="Bob works for Bolt.")
    (folder / "c.txt").unlink()


def test_rebuild_that_died_half_way_is_finished_by_the_next(
    night, folder, tools, killed_rebuild, employed, triples, tmp_path
):
    """Whatever dies is what is missing in the graph: the ledger alone no longer knows of it."""
    before = list(tools.graph.dump())
    killed_rebuild()
    half = triples()

    rebuilt = rebuild(tools)

    assert 0 < len(half) < 3
    assert (rebuilt.change.upserted, rebuilt.missing) == (3, ())
    assert list(tools.graph.dump()) == before
    assert tools.extractor.n_read == 3
    assert not tools.notes.path.exists()


def test_nights_after_a_killed_rebuild_are_not_undone_by_the_next(
    night, folder, tools, killed_rebuild, employed, triples, tmp_path
):
    """What was edited stays edited, what was deleted stays away."""
    killed_rebuild()
    move_to_bolt(folder)
    night()

    rebuild(tools)

    assert triples() == {("Ada", "WORKS_FOR", "Bolt"), ("Bob", "WORKS_FOR", "Bolt")}
    assert not tools.notes.path.exists()


def test_ledger_wins_over_the_notes_of_a_killed_rebuild(
    night, folder, tools, killed_rebuild, employed, triples, tmp_path
):
    """Also where the night after it could not see everything, and left the notes as they were."""
    killed_rebuild()
    move_to_bolt(folder)
    (folder / "c.txt").symlink_to("nowhere")
    night()

    rebuild(tools)

    assert triples() == {
        ("Ada", "WORKS_FOR", "Bolt"),
        ("Bob", "WORKS_FOR", "Bolt"),
        ("Cid", "WORKS_FOR", "Acme"),  # nobody has seen that it is gone
    }


def test_night_of_one_source_leaves_the_others_to_the_next_rebuild(
    night, folder, tools, killed_rebuild, employed, triples, tmp_path
):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    write(elsewhere, z="Zoe works for Acme.")
    killed_rebuild()
    run_night(Request(documents=Folder(name="elsewhere", path=elsewhere)), tools)

    rebuild(tools)

    assert {who for who, _, _ in triples()} == {"Ada", "Bob", "Cid", "Zoe"}
