"""Somebody else who keeps data in the same database, under any labels, and hangs it on ours.

Everything of theirs carries `mine`: nodes, relationships. What they write on our nodes is `note`.
"""

ACTS = {
    "live beside us": """
        CREATE (:Cat {mine: true, name: randomUUID()})-[:LIKES {mine: true}]->
          (:Cat {mine: true})""",
    "use our labels": """
        CREATE (:Document {mine: true, title: 'Theirs'})-[:HAS_CHUNK {mine: true}]->
          (:Chunk {mine: true, text: 'Ada'})-[:MENTIONS {mine: true}]->
          (ada:Entity:Person {mine: true, name: 'Ada'})
        CREATE (:Chunk {mine: true})-[:STATES {mine: true}]->(ada)
        CREATE (ada)-[:WORKS_FOR {mine: true}]->(:Entity:Organization {mine: true, name: 'Acme'})
        CREATE (:Derivation {mine: true}), (:FactChange {mine: true}), (:RuleState {mine: true}),
          (:RecordedChange {mine: true}), (:RecordedRun {mine: true}),
          (:RecordedDocument {mine: true}), (:RecordedConclusions {mine: true}),
          (:Lease {mine: true}), (:ChangeLog {mine: true}), (:InferenceState {mine: true}),
          (:NameRecord {mine: true}), (:NameBlock {mine: true}), (:Decision {mine: true}),
          (:Verdict {mine: true}), (:RowKey {mine: true})""",
    "hang nodes on ours": """
        MATCH (n:Document|Chunk|Entity|Derivation) WHERE n.mine IS NULL
        CREATE (:Note {mine: true})-[:ABOUT {mine: true}]->(n)-[:HAS {mine: true}]->
          (:Tag {mine: true})""",
    "relate our entities by our types": """
        MATCH (a:Entity), (b:Entity) WHERE a.mine IS NULL AND b.mine IS NULL
        CREATE (a)-[:WORKS_FOR {mine: true}]->(b), (a)-[:BASED_IN {mine: true}]->(b),
          (a)-[:LOCATED_IN {mine: true, confidence: 0.9, witnesses: 2}]->(b),
          (a)-[:KNOWS {mine: true}]->(b), (a)-[:MARRIED_TO {mine: true}]->(b)""",
    "give a relationship a key": """
        MATCH (a:Entity), (b:Entity) WHERE a.mine IS NULL AND b.mine IS NULL
        CREATE (a)-[:WORKS_FOR {mine: true, key: 'theirs'}]->(b),
          (a)-[:WORKS_FOR {mine: true, key: ['theirs', 'too']}]->(b),
          (a)-[:BASED_IN {mine: true, key: 7}]->(b)""",
    "relate our entities by types of their own": """
        MATCH (a:Entity), (b:Entity) WHERE a.mine IS NULL AND b.mine IS NULL
        CREATE (a)-[:SAME_AS {mine: true, key: 'theirs'}]->(b)""",
    "relate our documents and chunks": """
        MATCH (a:Document), (b:Document) WHERE a.mine IS NULL AND b.mine IS NULL
        MATCH (a)-[:HAS_CHUNK]->(chunk:Chunk) WHERE chunk.mine IS NULL
        MERGE (a)-[:NEXT {mine: true}]->(b)
        MERGE (chunk)-[:NEXT {mine: true}]->(chunk)""",
    "use our types on our nodes": """
        MATCH (d:Document)-[:HAS_CHUNK]->(c:Chunk)-[:MENTIONS]->(e:Entity)
        WHERE d.mine IS NULL AND c.mine IS NULL AND e.mine IS NULL
        CREATE (d)-[:HAS_CHUNK {mine: true}]->(:Chunk {mine: true}),
          (:Document {mine: true})-[:HAS_CHUNK {mine: true}]->(c),
          (c)-[:MENTIONS {mine: true}]->(e), (c)-[:STATES {mine: true}]->(e),
          (:Chunk {mine: true})-[:MENTIONS {mine: true, start: 0}]->(e),
          (:Chunk {mine: true})-[:STATES {mine: true, confidence: 1.0}]->(e),
          (c)-[:MENTIONS {mine: true}]->(:Entity {mine: true}),
          (c)-[:STATES {mine: true}]->(:Entity {mine: true})""",
    "write on our nodes": """
        MATCH (n:Document|Chunk|Entity|Derivation|Lease) WHERE n.mine IS NULL
        SET n.note = 'x', n.entity = 'y', n:Seen""",
    "write on our relationships": """
        MATCH (a)-[r:MENTIONS|STATES|WORKS_FOR|BASED_IN|WORKS_IN|LOCATED_IN|MARRIED_TO]->(b)
        WHERE r.mine IS NULL SET r.note = 'x', r.entity = 'y', r.object_key = 'z'""",
}
"""What they may do, and nightloom goes on as if they had not."""

SCHEMA = (
    "CREATE CONSTRAINT theirs_cat IF NOT EXISTS FOR (n:Cat) REQUIRE n.name IS UNIQUE",
    "CREATE CONSTRAINT theirs_person IF NOT EXISTS FOR (n:Person) REQUIRE n.email IS UNIQUE",
    "CREATE INDEX theirs_name IF NOT EXISTS FOR (n:Entity) ON (n.name)",
    "CREATE INDEX theirs_since IF NOT EXISTS FOR ()-[r:WORKS_FOR]-() ON (r.since)",
    "CREATE FULLTEXT INDEX theirs_text IF NOT EXISTS FOR (n:Chunk|Entity) ON EACH [n.text, n.name]",
)

NODES = "MATCH (n) WHERE n.mine RETURN elementId(n), labels(n), properties(n)"
AMONG_THEMSELVES = """
    MATCH (a)-[r]->(b) WHERE r.mine AND a.mine AND b.mine
    RETURN elementId(r), type(r), properties(r), elementId(a), elementId(b)"""
# A node's id may be given to another node once it has gone, and the other may be the same entity
# again. So the stranger puts a stamp on every node, which goes with it.
STAMP = "MATCH (n) WHERE n.stamp IS NULL SET n.stamp = randomUUID()"
STAMPS = "MATCH (n) RETURN n.stamp"
ON_OURS = """
    MATCH (a)-[r]->(b) WHERE r.mine AND (a.mine IS NULL OR b.mine IS NULL)
    RETURN elementId(r), type(r), properties(r), a.stamp, b.stamp"""
NOTES = "MATCH (n:Seen) RETURN elementId(n), n.note"
ALL_NODES = "MATCH (n) RETURN elementId(n)"


class Stranger:
    """Does what `ACTS` say, and looks whether all of it is still there."""

    def __init__(self, reader):
        self.rows = reader.rows
        self.remember()

    def act(self, name: str) -> None:
        self.rows("CALL { " + ACTS[name] + " } RETURN 1")
        self.remember()

    def do_everything(self) -> None:
        for name in ACTS:
            self.act(name)

    def remember(self) -> None:
        self.rows(STAMP)
        self.kept = [sorted(map(repr, self.rows(query))) for query in (NODES, AMONG_THEMSELVES)]
        self.on_ours = {row[0]: row for row in self.rows(ON_OURS)}

    def assert_unharmed(self) -> None:
        """All nodes and relationships of theirs are there, but those whose other end went."""
        kept = [sorted(map(repr, self.rows(query))) for query in (NODES, AMONG_THEMSELVES)]
        assert kept == self.kept
        stamps = {stamp for (stamp,) in self.rows(STAMPS)}
        still = {row[0]: row for row in self.rows(ON_OURS)}
        wanted = {id_: row for id_, row in self.on_ours.items() if {row[3], row[4]} <= stamps}
        assert {id_: still.get(id_) for id_ in wanted} == wanted
