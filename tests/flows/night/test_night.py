"""A night end to end, on a real graph: what stands in the folder stands in the graph."""

import socket
import subprocess
import sys
from dataclasses import replace

import pytest

from flows.errors import IncompleteListingError, SourceError
from flows.night.holding import is_dead, this_process
from flows.night.steps import perform
from graphdb import Graph, GraphConfig, LeaseHeldError, LeaseLostError
from graphdb.errors import GraphUnavailableError
from tests.flows.rule_of_thumb import RuleOfThumbExtractor
from tests.graphdb.proxy import Proxy


def test_night_makes_the_graph_say_what_the_folder_says(night, folder, triples):
    (folder / "a.txt").write_text("Ada works for Acme.")
    (folder / "b.jsonl").write_text('{"id": "b", "text": "Acme is based in Ghent."}\n')

    report = night()

    assert triples() == {("Ada", "WORKS_FOR", "Acme"), ("Acme", "BASED_IN", "Ghent")}
    assert (report.n_listed, report.n_upserted, report.n_relations) == (2, 2, 2)
    assert report.set_aside == ()


def test_second_night_finds_everything_unchanged_and_reads_nothing(night, folder, tools):
    for name in "abc":
        (folder / f"{name}.txt").write_text(f"Ada{name} works for Acme.")
    first = night()

    second = night()

    assert (second.n_unchanged, second.n_upserted, second.n_extracted) == (3, 0, 0)
    assert second.counts == first.counts
    assert tools.extractor.n_read == 3


def test_edit_and_deletion_take_effect(night, folder, triples):
    (folder / "a.txt").write_text("Ada works for Acme.")
    (folder / "b.txt").write_text("Bob works for Acme.")
    night()
    (folder / "a.txt").write_text("Ada works for Bolt.")
    (folder / "b.txt").unlink()

    report = night()

    assert triples() == {("Ada", "WORKS_FOR", "Bolt")}
    assert (report.n_changed, report.n_retracted) == (1, 1)


def test_renamed_document_is_not_read_again(night, folder, tools, triples):
    (folder / "a.txt").write_text("# Ada\n\nAda works for Acme.")
    night()
    (folder / "a.txt").rename(folder / "z.txt")

    report = night(max_vanished=0.0)

    assert (report.n_new, report.n_retracted, report.n_extracted) == (1, 1, 0)
    assert triples() == {("Ada", "WORKS_FOR", "Acme")}


def test_new_extractor_reads_everything_again(night, folder):
    (folder / "a.txt").write_text("Ada works for Acme.")
    night()

    report = night(extractor=RuleOfThumbExtractor("2"))

    assert (report.n_changed, report.n_extracted) == (1, 1)


def test_bad_documents_are_set_aside_and_the_others_upserted(night, folder, triples):
    """One of each kind: unreadable bytes, one the model refuses, one that makes it fail."""
    (folder / "a.txt").write_bytes(bytes(range(128, 256)))
    (folder / "b.txt").write_text("UNREADABLE")
    (folder / "c.txt").write_text("BUG")
    (folder / "d.txt").write_text("Ada works for Acme.")
    (folder / "e\n'\".txt").write_text("Bob works for Acme.")

    report = night(shard_documents=10)

    reasons = {aside.document: aside.reason for aside in report.set_aside}
    assert triples() == {("Ada", "WORKS_FOR", "Acme"), ("Bob", "WORKS_FOR", "Acme")}
    assert reasons.keys() == {"notes/a.txt", "notes/b.txt", "notes/c.txt"}
    assert reasons["notes/b.txt"] == "holds a word that is not to be read"
    assert "ZeroDivisionError: a bug in the model" in reasons["notes/c.txt"]
    assert "Traceback" in next(each.traceback for each in report.set_aside if each.traceback)


def test_document_the_graph_refuses_is_set_aside_with_its_reason(night, folder, triples):
    """Ids are indexed and an index key has a limit: only the graph can know."""
    long = "x" * 5000
    (folder / "a.jsonl").write_text(f'{{"id": "{long}", "text": "Ada works for Acme."}}\n')
    (folder / "b.txt").write_text("Bob works for Acme.")

    report = night()

    assert [aside.document for aside in report.set_aside] == [f"notes/a.jsonl/{long}"]
    assert triples() == {("Bob", "WORKS_FOR", "Acme")}


def test_document_set_aside_keeps_what_the_graph_had_of_it(night, folder, triples):
    (folder / "a.txt").write_text("Ada works for Acme.")
    night()
    (folder / "a.txt").write_bytes(bytes(range(128, 256)))

    report = night()

    assert len(report.set_aside) == 1
    assert triples() == {("Ada", "WORKS_FOR", "Acme")}


def test_too_much_vanished_stops_before_anything_is_written(night, folder, triples):
    for name in "abc":
        (folder / f"{name}.txt").write_text(f"Ada{name} works for Acme.")
    night()
    (folder / "a.txt").unlink()
    (folder / "b.txt").write_text("Bob works for Bolt.")
    before = triples()

    with pytest.raises(IncompleteListingError, match="1 of 3 documents of notes have vanished"):
        night(max_vanished=0.1)

    assert triples() == before


def test_allow_vanished_takes_even_an_empty_folder(night, folder, triples):
    (folder / "a.txt").write_text("Ada works for Acme.")
    night()
    (folder / "a.txt").unlink()

    report = night(max_vanished=0.1, allow_vanished=True)

    assert (report.n_retracted, triples()) == (1, set())


def test_empty_folder_is_an_error_that_says_what_is_missing(night):
    with pytest.raises(SourceError, match="notes holds no documents: put some there"):
        night()


def test_folder_that_has_become_empty_names_the_way_out(night, folder, triples):
    """A disk that is not mounted: nothing is retracted, and nobody is told to put files there."""
    (folder / "a.txt").write_text("Ada works for Acme.")
    night()
    (folder / "a.txt").unlink()

    with pytest.raises(IncompleteListingError, match="run again with --allow-vanished"):
        night(max_vanished=0.1)

    assert triples() == {("Ada", "WORKS_FOR", "Acme")}


def test_bad_line_keeps_the_documents_of_its_file_and_no_others(night, folder, triples):
    (folder / "a.txt").write_text("Ada works for Acme.")
    (folder / "b.jsonl").write_text('{"id": 1, "text": "Acme is based in Ghent."}\n')
    night()
    (folder / "a.txt").unlink()
    (folder / "b.jsonl").write_text("{broken\n")

    report = night()

    assert triples() == {("Acme", "BASED_IN", "Ghent")}
    assert report.n_retracted == 1
    assert report.gaps[0].startswith("notes/b.jsonl, line 1, is not JSON")
    assert report.gaps[0].endswith("(1 document that may be there stays in the graph)")
    assert night().n_retracted == 0


def test_folder_replaced_by_a_link_to_a_folder_keeps_its_documents(
    night, folder, tmp_path, triples
):
    (folder / "letters").mkdir()
    (folder / "letters" / "a.txt").write_text("Ada works for Acme.")
    night()
    (folder / "letters").rename(tmp_path / "moved")
    (folder / "letters").symlink_to(tmp_path / "moved")

    report = night(allow_vanished=True)

    assert triples() == {("Ada", "WORKS_FOR", "Acme")}
    assert "notes/letters is a link to a folder" in report.gaps[0]


def test_damaged_entry_of_the_store_is_read_again(night, folder, tools, triples):
    (folder / "a.txt").write_text("Ada works for Acme.")
    night()
    for path in tools.store.folder.rglob("*.zst"):
        path.write_bytes(b"damaged")
    (folder / "a.txt").rename(folder / "b.txt")

    report = night()

    assert report.n_extracted == 1
    assert triples() == {("Ada", "WORKS_FOR", "Acme")}


def test_emptied_database_is_filled_again_from_the_store(night, folder, tools, driver):
    """The way out that operations and the schema's message name: the model reads nothing again."""
    (folder / "a.txt").write_text("Ada works for Acme.")
    night()
    before = list(tools.graph.dump())
    with driver.session() as session:
        session.run(
            "MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS"
        ).consume()

    report = night()

    assert (report.n_new, report.n_extracted) == (1, 0)
    assert list(tools.graph.dump()) == before


def test_second_run_steps_aside_and_says_for_whom(night, folder, graph):
    (folder / "a.txt").write_text("Ada works for Acme.")

    with graph.lease(holder=this_process(), run="first"), pytest.raises(LeaseHeldError) as caught:
        night()

    assert caught.value.holder == this_process()


def test_run_waits_for_a_killed_one_of_this_machine(night, folder, graph, triples):
    """Whoever died gives nothing back: its lease has to run out, and soon."""
    (folder / "a.txt").write_text("Ada works for Acme.")
    dead = f"somebody on {socket.gethostname()} (process {_dead_process()})"
    leases_acquire(graph, dead)

    report = night()

    assert report.n_upserted == 1


def test_run_that_lost_its_lease_writes_nothing_more(night, folder, tools, triples):
    (folder / "a.txt").write_text("Ada works for Acme.")

    def steal(title, step, order):
        if step == "upsert":
            with tools.graph.connection._driver.session() as session:
                session.run("MATCH (lease:Lease) SET lease.epoch = lease.epoch + 1").consume()
        return perform(step, order, tools)

    with pytest.raises(LeaseLostError):
        night(call=steal)

    assert triples() == set()


def test_process_that_lives_is_not_dead():
    assert not is_dead(this_process())
    assert not is_dead("somebody on another machine (process 1)")
    assert not is_dead("somebody")
    assert is_dead(f"x on {socket.gethostname()} (process {_dead_process()})")


def test_steps_are_reported_in_their_order(night, folder):
    (folder / "a.txt").write_text("Ada works for Acme.")

    report = night()

    order = ["discover", "plan", "extract", "upsert", "retract", "infer", "audit", "check"]
    assert list(report.seconds) == order


def leases_acquire(graph, holder: str) -> None:
    from graphdb import leases

    leases.acquire(graph.connection, holder, "dead", 2.0)


def _dead_process() -> int:
    done = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"],
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout)


def test_server_that_goes_away_in_mid_run_is_an_error_and_the_next_run_completes(
    night, folder, tools, server, ontology, triples
):
    for name in "abcdef":
        (folder / f"{name}.txt").write_text(f"Ada{name} works for Acme.")

    with Proxy(server.uri) as proxy:
        config = GraphConfig(patience_s=0.5)
        with Graph.connect(proxy.uri, auth=server.auth, ontology=ontology, config=config) as graph:

            def unplug(title, step, order):
                if title.startswith("upsert shard 2"):
                    proxy.lose_commits = 1_000
                return perform(step, order, replace(tools, graph=graph))

            with pytest.raises(GraphUnavailableError):
                night(graph=graph, call=unplug, run="tonight")
    report = night(run="tonight")

    assert report.set_aside == ()
    assert len(triples()) == 6


def test_contradictions_are_reported_and_everything_is_upserted(night, folder):
    (folder / "a.txt").write_text("Ada was born in Ghent. Ada was born in Rome.")

    report = night()
    again = night()

    (found,) = report.contradictions
    assert (found.invariant, found.examples) == ("functional BORN_IN", ("Ada: Ghent, Rome",))
    assert again.contradictions == report.contradictions
    assert "Not so 1 time: Ada: Ghent, Rome" in report.to_markdown()
    assert report.to_dict()["contradictions"][0]["count"] == 1


def test_another_model_reads_so_many_documents_a_night_until_all_are_its(night, folder, tools):
    for name in "abcde":
        (folder / f"{name}.txt").write_text(f"{name.upper()}da works for Acme.")
    night()
    newer = RuleOfThumbExtractor("2")
    (folder / "a.txt").write_text("Ada knows Bob.")

    first = night(extractor=newer, backfill=2)

    assert (first.n_changed, first.n_unchanged, first.n_outdated) == (3, 2, 2)
    assert first.account.adds_up
    assert first.violations == ()
    assert dict(first.extractors) == {"rule-of-thumb@2": 3, "rule-of-thumb@1": 2}
    assert any("2 documents that another model read" in note for note in first.notes)
    second = night(extractor=newer, backfill=2)
    assert (second.n_changed, second.n_outdated) == (2, 0)
    assert dict(second.extractors) == {"rule-of-thumb@2": 5}
    fresh = list(tools.graph.dump())
    tools.graph.clear()
    night(extractor=newer)
    assert list(tools.graph.dump()) == fresh

    # What the first model read is kept, so going back is done at once and reads nothing.
    back = night(backfill=2)
    assert (back.n_changed, back.n_outdated, back.n_extracted) == (5, 0, 1)
