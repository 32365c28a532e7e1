"""Random histories of documents and rules over a real graph, and what must hold after each step."""

import random

from graphdb.connection import Connection
from graphdb.errors import RuleError
from graphdb.graph import Graph, GraphConfig
from graphdb.inference import InferenceConfig, infer
from graphdb.rules import RuleSet
from tests.graphdb.rules.programs import (
    Program,
    Triple,
    by_brute_force,
    by_clingo,
    edited,
    random_document,
    random_program,
    states_less_than_rules_say,
)

DERIVED_AWAY = (
    "MATCH (d:Derivation) DETACH DELETE d",
    "MATCH (:Entity)-[fact]->(:Entity) WHERE fact.derived DELETE fact",
    "MATCH (n) WHERE n:RuleState OR n:InferenceState DELETE n",
)


class History:
    """A graph that documents and rules come to and leave."""

    def __init__(self, connection: Connection, rng: random.Random) -> None:
        self.connection = connection
        self.rng = rng
        self.program = self.stratified(random_program(rng))
        self.blend = rng.choice(("product", "product", "minimum"))
        self.ids: set[str] = set()

    def stratified(self, program: Program) -> Program:
        """Return the program, or the one before if the rules contradict each other."""
        try:
            RuleSet.of([spec.rule() for spec in program.specs], program.ontology())
        except RuleError:
            return getattr(self, "program", Program(()))
        return program

    def config(self) -> InferenceConfig:
        return InferenceConfig(
            blend=self.blend,
            transaction_rows=self.rng.choice((20_000, 20_000, 0, 5)),
            batch_rows=self.rng.choice((1, 3, 10_000)),
            held_rows=self.rng.choice((0, 1, 2, 5, 20, 40_000)),
        )

    @property
    def graph(self) -> Graph:
        return Graph(self.connection, self.program.ontology(), GraphConfig())

    def rules(self) -> RuleSet:
        specs = [spec.rule() for spec in self.program.specs]
        return RuleSet.of(specs, self.program.ontology())

    def change_documents(self) -> None:
        for _ in range(self.rng.choice((1, 1, 2, 3))):
            id_ = self.rng.choice("12345678")
            if id_ in self.ids and self.rng.random() < 0.5:
                self.graph.retract(id_)
                self.ids.discard(id_)
            else:
                self.graph.upsert(random_document(self.rng, id_))
                self.ids.add(id_)

    def step(self) -> None:
        if self.rng.random() < 0.25:
            self.program = self.stratified(edited(self.program, self.rng))
        else:
            self.change_documents()
        if self.rng.random() < 0.8:
            infer(self.connection, self.rules(), self.config())

    def settle(self) -> None:
        infer(self.connection, self.rules(), self.config())

    # What must hold.

    def check(self) -> None:
        stated, lonely = self.stated(), self.lonely()
        found = self.facts()
        expected = by_brute_force(self.program, stated, lonely, self.blend)
        less = states_less_than_rules_say(self.program, stated, expected, lonely, self.blend)
        if not (less and self.program.has_conditions_on_confidence):
            assert found.keys() == expected.keys(), self.said(found.keys(), expected.keys())
        if not self.program.has_conditions_on_confidence:
            assert set(found) == by_clingo(self.program, set(stated), lonely)
        for triple in found.keys() & expected.keys():
            value = expected[triple]
            is_right = found[triple] < value + 1e-9 if less else abs(found[triple] - value) < 1e-9
            assert is_right, (triple, found[triple], value)
        incremental = list(self.graph.dump())
        for query in DERIVED_AWAY:
            self.connection.write(lambda tx, query=query: tx.run(query))
        self.connection.write(lambda tx: tx.run("MATCH (n:FactChange) DELETE n"))
        self.settle()
        scratch = list(self.graph.dump())
        assert scratch == incremental, self.said(set(incremental), set(scratch))

    def said(self, found, expected) -> str:
        rules = "\n".join(spec.text() for spec in self.program.specs)
        return (
            f"missing {sorted(expected - found)}, too many {sorted(found - expected)}\n{rules}\n"
            f"{self.program.relations}"
        )

    def facts(self) -> dict[Triple, float]:
        rows = self.connection.read(
            "MATCH (s:Entity)-[f]->(o:Entity) RETURN toLower(s.name) AS s, type(f) AS t,"
            " toLower(o.name) AS o, f.confidence AS c"
        )
        return {(row["s"], row["t"], row["o"]): row["c"] for row in rows}

    def stated(self) -> dict[Triple, float]:
        rows = self.connection.read(
            "MATCH (:Chunk)-[f:STATES]->(s:Entity) MATCH (o:Entity {key: f.object}) RETURN"
            " toLower(s.name) AS s, f.type AS t, toLower(o.name) AS o, max(f.confidence) AS c"
        )
        return {(row["s"], row["t"], row["o"]): row["c"] for row in rows}

    def lonely(self) -> set[str]:
        rows = self.connection.read(
            "MATCH (e:Entity) WHERE size(e.aliases) = 0 RETURN toLower(e.name) AS name"
        )
        return {row["name"] for row in rows}
