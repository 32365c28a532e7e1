"""Rows that other files name by key: the same entity, whichever file is read or changed first."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.facts import Chunk, Document, Extraction, Span
from graphdb import Decision, Graph, Ontology, OntologyError

ONTOLOGY = """
[entities.Person]
[entities.Organization]
[relations.WORKS_FOR]
subject = ["Person"]
object = ["Organization"]
[relations.KNOWS]
subject = ["Person"]
object = ["Person"]

[[tables]]
file = "firms*.csv"
label = "Organization"
name = "firm"
key = "id"

[[tables]]
file = "staff*.csv"
label = "Person"
name = "name"
key = "id"
[tables.relations]
WORKS_FOR = { column = "firm id", type = "Organization", by = "key" }
KNOWS = { column = "boss", type = "Person", by = "key", separator = ";" }

[[tables]]
file = "strangers.csv"          # other people under the same ids
label = "Person"
name = "who"
key = "id"
[tables.relations]
KNOWS = { column = "friend", type = "Person", by = "key" }
"""
ACME = "id,firm\n1,Acme\n2,Bolt\n"
STAFF = "id,name,firm id,boss\n7,Ada,1,\n8,Bob,2,7\n"


def read(id_, csv):
    """Return the extraction of a table without any model, as all formats write tables."""
    source, _, _ = id_.partition("/")
    text = "".join(f"| {' | '.join(line.split(','))} |\n" for line in csv.splitlines())
    chunks = (Chunk(0, Span(0, len(text))),) if text else ()
    document = Document(id=id_, text=text, source=source)
    return Extraction(document=document, chunks=chunks, extractor="none")


@pytest.fixture
def make_graph(graph, tmp_path):
    def make_graph(text=ONTOLOGY, **changes):
        path = tmp_path / "ontology.toml"
        path.write_text("".join(f'{key} = "{value}"\n' for key, value in changes.items()) + text)
        made = Graph(graph.connection, Ontology.load(path), graph.config)
        made.prepare()
        return made

    return make_graph


@pytest.fixture
def triples(reader):
    return reader.triples


@pytest.fixture
def linked(make_graph):
    return make_graph()


BOTH = {("Ada", "WORKS_FOR", "Acme"), ("Bob", "WORKS_FOR", "Bolt"), ("Bob", "KNOWS", "Ada")}


@pytest.mark.parametrize("order", [1, -1])
def test_a_key_leads_to_the_row_of_another_file_whichever_is_read_first(linked, triples, order):
    for id_, table in [("s/firms.csv", ACME), ("s/staff.csv", STAFF)][::order]:
        change = linked.upsert(read(id_, table))

    assert triples() == BOTH
    assert (change.upserted, change.rejected) == (1, ())
    assert linked.audit() == []


def test_what_a_row_stands_for_follows_its_file(linked, triples):
    linked.upsert([read("s/staff.csv", STAFF), read("s/firms.csv", ACME)])

    linked.upsert(read("s/firms.csv", ACME.replace("Acme", "Apex")))
    assert triples() == BOTH - {("Ada", "WORKS_FOR", "Acme")} | {("Ada", "WORKS_FOR", "Apex")}

    change = linked.retract("s/firms.csv")
    assert triples() == {("Bob", "KNOWS", "Ada")}
    assert "row 2 names the Organization '1' in 'firm id', and no row" in str(change.rejected[0])
    assert linked.audit() == []

    linked.upsert(read("s/firms.csv", ACME))
    assert triples() == BOTH


def test_a_restored_graph_still_knows_which_row_a_key_names(linked, triples):
    linked.upsert([read("s/staff.csv", STAFF), read("s/firms.csv", ACME)])
    with linked.lease("test", "kept") as lease:
        kept = list(linked.backup(lease))
    linked.clear()
    linked.prepare()
    with linked.lease("test", "restored") as lease:
        linked.restore(kept, lease)

    linked.upsert(read("s/staff.csv", STAFF.replace("7,Ada,1", "7,Ada,2")))

    assert triples() == BOTH - {("Ada", "WORKS_FOR", "Acme")} | {("Ada", "WORKS_FOR", "Bolt")}
    assert linked.audit() == []


def test_entities_are_called_by_name_and_evidence_names_both_ends(linked):
    linked.upsert([read("s/staff.csv", STAFF), read("s/firms.csv", ACME)])

    rows = linked.connection.read(
        "MATCH (document:Document)-[:HAS_CHUNK]->(chunk)-[m:MENTIONS]->(e {name: 'Acme'})"
        " RETURN document.id, m.text, e.aliases, substring(chunk.text, m.start, m.end - m.start)"
        " ORDER BY document.id"
    )
    assert [[*row.values()] for row in rows] == [
        ["s/firms.csv", "Acme", [], "Acme"],
        ["s/staff.csv", "Acme", [], "1"],
    ]
    [works] = [fact for fact in linked.facts(["s/staff.csv"]) if fact.object == "Acme"]
    assert works.cited[0].place == "s/staff.csv, row 2"


def test_the_same_ids_under_another_mapping_are_other_things(linked, triples):
    linked.upsert([read("s/staff.csv", STAFF), read("s/firms.csv", ACME)])
    linked.upsert(read("s/strangers.csv", "id,who,friend\n8,Eve,7\n9,Max,8\n"))

    assert triples() == BOTH | {("Max", "KNOWS", "Eve")}  # and not Bob, who is another 8


def test_rows_of_the_own_document_and_source_come_first(linked, triples):
    linked.upsert([read("s/firms.csv", ACME), read("t/firms.csv", "id,firm\n1,Core\n")])
    linked.upsert(read("t/staff.csv", STAFF))
    linked.upsert(read("s/staff-2.csv", "id,name,firm id,boss\n7,Cid,1,\n9,Dan,,7;8\n"))

    assert triples() == {
        ("Ada", "WORKS_FOR", "Core"),  # of its source
        ("Bob", "WORKS_FOR", "Bolt"),  # which only the other source has
        ("Bob", "KNOWS", "Ada"),  # of its document, like the next
        ("Dan", "KNOWS", "Cid"),
        ("Dan", "KNOWS", "Bob"),
        ("Cid", "WORKS_FOR", "Acme"),
    }


def test_a_key_of_two_things_leads_nowhere_and_is_reported(linked, triples):
    change = linked.upsert(
        [
            read("s/firms-1.csv", "id,firm\n1,Acme\n2,bolt\n"),
            read("s/firms-2.csv", "id,firm\n1,Apex\n2,Bolt\n"),
            read("s/staff.csv", STAFF),
        ]
    )

    assert triples() == BOTH - {("Ada", "WORKS_FOR", "Acme")}
    [rejected] = change.rejected
    assert str(rejected).endswith("that key is Acme in s/firms-1.csv and Apex in s/firms-2.csv")

    linked.retract("s/firms-2.csv")
    assert {name.casefold() for _, _, name in triples()} == {"acme", "bolt", "ada"}


def test_a_document_is_forgotten_where_its_rows_were_named(linked):
    linked.upsert([read("s/staff.csv", STAFF), read("s/firms.csv", ACME)])

    assert linked.forget("s/firms.csv").is_forgotten

    [said] = linked.connection.read("MATCH (e:Organization) RETURN count(e) AS n")
    assert said["n"] == 0


def test_an_entity_that_only_a_key_names_is_kept_under_its_name(make_graph, triples):
    graph = make_graph(keep="with_facts")
    graph.upsert([read("s/staff.csv", STAFF), read("s/firms.csv", ACME)])

    assert triples() == BOTH
    graph.retract("s/staff.csv")
    assert graph.counts().entities == 0


def test_a_run_that_was_killed_before_links_follow_leaves_that_to_the_next(linked, triples):
    linked.upsert([read("s/staff.csv", STAFF), read("s/firms.csv", ACME)])
    linked.upsert(read("s/firms.csv", ACME.replace("Acme", "Apex")), settle=False)
    assert linked.audit() == []

    linked.retract(())

    assert triples() == BOTH - {("Ada", "WORKS_FOR", "Acme")} | {("Ada", "WORKS_FOR", "Apex")}


def test_a_merge_of_what_a_key_leads_to_holds_for_both_files(linked, triples):
    linked.upsert([read("s/staff.csv", STAFF), read("s/firms.csv", ACME)])
    before = list(linked.dump())

    linked.decide(Decision(kind="same", type="Organization", one="Acme", other="Bolt"))
    assert len({name for _, type_, name in triples() if type_ == "WORKS_FOR"}) == 1

    [firm] = linked.connection.read("MATCH (e:Organization) RETURN e.key AS key")
    linked.split(firm["key"])
    assert list(linked.dump()) == before


def test_keys_that_several_tables_share_have_a_name(make_graph, triples):
    shared = ONTOLOGY.replace('key = "id"\n[', 'key = "id"\nkeys = "people"\n[')
    graph = make_graph(shared)
    graph.upsert(read("s/staff.csv", STAFF))
    graph.upsert(read("s/strangers.csv", "id,who,friend\n9,Max,8\n"))

    assert triples() == {("Bob", "KNOWS", "Ada"), ("Max", "KNOWS", "Bob")}


LINKS_ALONE = """
[[tables]]
label = "Organization"
name = "team"
[tables.relations]
WORKS_FOR = { column = "member", type = "Person", by = "key", reverse = true }
"""


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (ONTOLOGY + LINKS_ALONE, "several tables give a Person one: say which is meant"),
        (ONTOLOGY.replace('key = "id"', "", 1), "no table with label 'Organization' has a key"),
        (ONTOLOGY.replace('by = "key" }', 'by = "key", keys = "x" }', 1), "has a key called 'x'"),
        (ONTOLOGY.replace('key = "id"', 'keys = "x"', 1), "keys = 'x' names keys, and there is no"),
        (ONTOLOGY.replace('by = "key" }', 'keys = "x" }', 1), "has keys, and is not by key"),
    ],
)
def test_a_column_whose_keys_nobody_can_tell_is_refused(make_graph, text, complaint):
    with pytest.raises(OntologyError, match=complaint):
        make_graph(text)


FIRMS = st.lists(st.sampled_from(["1,Acme", "1,Apex", "2,Bolt", "2,bolt"]), max_size=2, unique=True)
PEOPLE = st.lists(
    st.sampled_from(["7,Ada,1,", "7,ADA,2,8", "8,Bob,2,7;9", "9,Cid,,7", "8,Dan,3,"]),
    max_size=3,
    unique=True,
)
STRANGERS = st.lists(st.sampled_from(["7,Eve,8", "8,Ada,7"]), max_size=2, unique=True)
FILES = {
    "s/firms.csv": ("id,firm", FIRMS),
    "s/firms-old.csv": ("id,firm", FIRMS),
    "t/firms.csv": ("id,firm", FIRMS),
    "s/staff.csv": ("id,name,firm id,boss", PEOPLE),
    "t/staff.csv": ("id,name,firm id,boss", PEOPLE),
    "s/strangers.csv": ("id,who,friend", STRANGERS),
}
EDIT = st.sampled_from(sorted(FILES)).flatmap(
    lambda id_: st.tuples(
        st.just(id_),
        st.none() | FILES[id_][1].map(lambda rows: "\n".join([FILES[id_][0], *rows, ""])),
    )
)


@settings(max_examples=25)
@given(st.lists(EDIT, max_size=8), st.randoms(use_true_random=False))
def test_any_edits_in_any_order_equal_a_fresh_build(linked, empty, edits, lots):
    """Whichever file is read first, changed or withdrawn: the same graph."""
    empty()
    linked.prepare()
    files = {}
    for id_, table in edits:
        if table is None:
            files.pop(id_, None)
            linked.retract(id_)
        else:
            files[id_] = table
            linked.upsert(read(id_, table))
    assert linked.audit() == []
    after_edits = list(linked.dump())
    empty()
    linked.prepare()
    order = sorted(files)
    lots.shuffle(order)
    linked.upsert(read(id_, files[id_]) for id_ in order)

    assert after_edits == list(linked.dump())
    assert linked.connection.read("MATCH (k:RowKey) WHERE k.unsettled > 0 RETURN k.key") == []
