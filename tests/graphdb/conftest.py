"""A small world of one entity type, and a rule over it."""

import pytest

from graphdb.graph import Graph, GraphConfig
from graphdb.ontology import EntityType, Ontology, RelationType
from graphdb.rules import RuleSet, parse

WORKS_IN = """// Who works for an organization works in the place of its seat.
//
// confidence: 0.8
MATCH (person:Entity)-[job:WORKS_FOR]->(org:Entity)-[seat:BASED_IN]->(place:Entity)
RETURN person.key AS subject, 'WORKS_IN' AS type, place.key AS object,
  [job.key, seat.key] AS premises
"""


@pytest.fixture
def world(graph):
    """A graph whose ontology has one entity type and a few relation types."""
    relations = {
        "WORKS_FOR": RelationType(functional=True),
        "BASED_IN": RelationType(),
        "WORKS_IN": RelationType(disjoint_with=("BASED_IN",)),
        "PART_OF": RelationType(transitive=True),
        "SPOUSE": RelationType(symmetric=True),
    }
    ontology = Ontology(entities={"Thing": EntityType()}, relations=relations)
    return Graph(graph.connection, ontology, GraphConfig())


@pytest.fixture
def rules(world):
    return RuleSet.of([parse(WORKS_IN, name="works-in", where="works-in.cypher")], world.ontology)
