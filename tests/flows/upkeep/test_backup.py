"""What is restored from a backup is what was there, in another home, too."""

import io
import stat
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.store import ExtractionStore
from flows.errors import FlowError
from flows.upkeep.backup import GRAPH, back_up, look_into, restore
from graphdb import (
    BackupError,
    Decision,
    Graph,
    HalfRestoredError,
    LeaseHeldError,
    Ontology,
    Verdict,
)
from graphdb.history import changes_since, last_runs, recorded_since
from graphdb.rules import RuleSet
from tests.stranger import Stranger

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class KilledError(Exception):
    """Somebody pulled the plug."""


RULE = """\
// Whom somebody knows, that one knows them.
//
// confidence: 0.9
MATCH (one:Person)-[fact:KNOWS]->(other:Person)
RETURN other.key AS subject, 'KNOWS' AS type, one.key AS object, [fact.key] AS premises
"""


def watch(what: str, done: int, total: int) -> None:
    """Be told, and say nothing."""


@pytest.fixture
def ruled(tools, tmp_path):
    """The tools of a night with a rule."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "knows.cypher").write_text(RULE)
    return replace(tools, rules=RuleSet.load(tmp_path / "rules", tools.graph.ontology))


@pytest.fixture
def file(tmp_path) -> Path:
    return tmp_path / "sunday.zip"


WRONG = Verdict(
    kind="wrong", type="WORKS_FOR", subject="Bob", subject_type="Person",
    object="Acme", object_type="Organization", by="me",
)  # fmt: skip


def everything(graph: Graph) -> dict[str, object]:
    """What a graph says, with the record and the decisions, which no dump holds."""
    return {
        "dump": list(graph.dump()),
        "audit": graph.audit(),
        "decisions": graph.decisions(),
        "verdicts": graph.verdicts(),
        "changes": changes_since(graph.connection, LONG_AGO),
        "recorded since": recorded_since(graph.connection),
        "runs": last_runs(graph.connection, 10),
    }


@pytest.fixture
def two_nights(night, folder, ruled) -> Callable[[], None]:
    def run() -> None:
        (folder / "a.txt").write_text("Ada knows Bob. Ada works for Acme.")
        (folder / "b.txt").write_text("Bob knows Ada. Acme is based in Ghent.")
        night(rules=ruled.rules, run="first")
        (folder / "b.txt").write_text("Bob works for Acme. Acme is based in Genua.")
        night(rules=ruled.rules, run="second")
        ruled.graph.decide(Decision(kind="same", type="Person", one="Ada", other="Bob", by="me"))
        ruled.graph.judge(WRONG)
        ruled.graph.infer(ruled.rules)

    return run


def test_graph_record_decisions_and_store_come_back(two_nights, night, ruled, tmp_path, file):
    two_nights()
    before = everything(ruled.graph)
    assert before["decisions"]
    assert before["verdicts"] == [WRONG]
    assert any("WITHHELD" in line for line in before["dump"])
    kept = back_up(ruled.graph, tmp_path, file, watch)
    ruled.graph.clear()
    elsewhere = tmp_path / "elsewhere"

    assert restore(ruled.graph, elsewhere, file, watch) == kept

    assert everything(ruled.graph) == before
    store = ExtractionStore(elsewhere / "extractions")
    assert len(store) == len(ruled.store) == 3
    report = night(rules=ruled.rules, store=store)
    assert (report.n_unchanged, report.n_extracted, report.violations) == (2, 0, ())
    assert report.changed.facts == ()
    assert everything(ruled.graph)["dump"] == before["dump"]


def test_what_comes_after_a_restore_follows_from_it(
    two_nights, night, folder, ruled, tmp_path, file
):
    """Evidence, support and what rules have heard of are there, not only what one sees."""
    two_nights()
    back_up(ruled.graph, tmp_path, file, watch)
    ruled.graph.clear()
    restore(ruled.graph, tmp_path, file, watch)

    (folder / "a.txt").unlink()
    (folder / "b.txt").write_text("Bob knows Cid.")
    night(rules=ruled.rules)
    after = list(ruled.graph.dump())
    decided = ruled.graph.decisions()
    ruled.graph.clear()
    ruled.graph.prepare()
    ruled.graph.decide(decided)
    ruled.graph.judge(WRONG)
    night(rules=ruled.rules)

    assert ruled.graph.audit() == []
    assert list(ruled.graph.dump()) == after


def test_only_what_is_ours_is_in_a_backup(two_nights, ruled, tmp_path, file, reader):
    two_nights()
    before = everything(ruled.graph)
    stranger = Stranger(reader)
    stranger.do_everything()

    back_up(ruled.graph, tmp_path, file, watch)

    lines = zipfile.ZipFile(file).read(GRAPH).decode()
    assert "theirs" not in lines
    assert "mine" not in lines
    assert '"note"' not in lines
    ruled.graph.clear()
    restore(ruled.graph, tmp_path, file, watch)
    assert everything(ruled.graph) == before


def test_nobody_else_may_read_it_and_it_holds_no_password(two_nights, ruled, tmp_path, file):
    two_nights()
    (tmp_path / "neo4j").mkdir()
    (tmp_path / "neo4j" / "password").write_text("secret")

    back_up(ruled.graph, tmp_path, file, watch)

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    names = set(zipfile.ZipFile(file).namelist())
    assert {name.split("/")[0] for name in names} == {GRAPH, "extractions"}


def test_a_night_never_meets_half_a_graph(two_nights, night, ruled, tmp_path, file):
    two_nights()
    before = everything(ruled.graph)
    back_up(ruled.graph, tmp_path, file, watch)
    ruled.graph.clear()

    def die(what: str, done: int, total: int) -> None:
        if what == "restoring the graph":
            raise KilledError

    with pytest.raises(KilledError):
        restore(ruled.graph, tmp_path, file, die)

    with pytest.raises(HalfRestoredError):
        night(rules=ruled.rules)
    with pytest.raises(HalfRestoredError):
        back_up(ruled.graph, tmp_path, tmp_path / "another.zip", watch)
    restore(ruled.graph, tmp_path, file, watch)
    assert everything(ruled.graph) == before


def test_a_graph_that_is_not_empty_stays_as_it_is(two_nights, ruled, tmp_path, file):
    two_nights()
    back_up(ruled.graph, tmp_path, file, watch)
    before = everything(ruled.graph)

    with pytest.raises(BackupError, match="not empty: `nightloom clear`"):
        restore(ruled.graph, tmp_path, file, watch)

    assert everything(ruled.graph) == before


def test_no_backup_beside_a_run_nor_over_a_file_nor_of_nothing(two_nights, ruled, tmp_path, file):
    two_nights()
    with ruled.graph.lease("somebody", "other"), pytest.raises(LeaseHeldError):
        back_up(ruled.graph, tmp_path, file, watch)
    assert list(tmp_path.glob("*sunday*")) == list(tmp_path.glob(".*sunday*")) == []
    ruled.graph.clear()
    with pytest.raises(BackupError, match="no run has written here yet"):
        back_up(ruled.graph, tmp_path, file, watch)
    file.write_text("mine")
    with pytest.raises(FlowError, match="is there already"):
        back_up(ruled.graph, tmp_path, file, watch)
    assert file.read_text() == "mine"


def test_a_backup_of_another_ontology_names_what_is_unknown(
    two_nights, ruled, tmp_path, file, server
):
    two_nights()
    back_up(ruled.graph, tmp_path, file, watch)
    ruled.graph.clear()
    smaller = Ontology.model_validate(
        {"entity_types": {"Person": {}, "Location": {}}, "relation_types": {}}
    )

    with (
        Graph.connect(server.uri, auth=server.auth, ontology=smaller) as graph,
        pytest.raises(BackupError, match="does not know: BASED_IN, KNOWS, Organization;"),
    ):
        restore(graph, tmp_path, file, watch)

    assert list(ruled.graph.dump()) == []


@pytest.fixture
def damaged(two_nights, ruled, tmp_path, file) -> Callable[[Callable[[bytes], bytes]], Path]:
    two_nights()
    back_up(ruled.graph, tmp_path, file, watch)
    ruled.graph.clear()

    def damage(how: Callable[[bytes], bytes]) -> Path:
        file.write_bytes(how(file.read_bytes()))
        return file

    return damage


@pytest.mark.parametrize("share", [0.0, 0.3, 0.6, 0.9, 0.99])
def test_a_cut_file_is_refused_before_anything_is_written(damaged, ruled, tmp_path, share):
    file = damaged(lambda content: content[: int(len(content) * share)])

    with pytest.raises(BackupError, match="no backup, or is damaged"):
        restore(ruled.graph, tmp_path, file, watch)

    assert list(ruled.graph.dump()) == []


def test_any_changed_byte_is_refused_or_does_no_harm(damaged, ruled, tmp_path):
    whole = damaged(lambda content: content).read_bytes()

    @settings(max_examples=40)
    @given(at=st.integers(0, len(whole) - 1), by=st.integers(1, 255))
    def changed(at: int, by: int) -> None:
        file = tmp_path / "changed.zip"
        file.write_bytes(whole[:at] + bytes([whole[at] ^ by]) + whole[at + 1 :])
        try:
            look_into(file, ruled.graph, watch)
        except BackupError:
            return
        with zipfile.ZipFile(file) as one, zipfile.ZipFile(io.BytesIO(whole)) as other:
            assert {n: one.read(n) for n in one.namelist()} == {
                n: other.read(n) for n in other.namelist()
            }

    changed()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("../outside.txt", "x", "it holds"),
        ("neo4j/password", "x", "it holds"),
        ("extractions/../../outside", "x", "it holds"),
        ("extractions/.hidden", "x", "it holds"),
        ("extractions/bytes/a.json.zst", "../../../../etc/passwd", "leads out"),
    ],
)
def test_an_archive_of_somebody_else_reaches_nothing(
    damaged, ruled, tmp_path, file, name, content, said
):
    damaged(lambda content: content)
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr(name, content)
    home = tmp_path / "deep" / "home"

    with pytest.raises(BackupError, match=said):
        restore(ruled.graph, home, file, watch)

    assert not list((tmp_path / "deep").rglob("outside*"))
    assert not [path for path in home.rglob("*") if path.is_symlink() and not path.exists()]
