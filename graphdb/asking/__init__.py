"""What a person asks of the graph: what is known, why it is there, and why something is not."""

from graphdb.asking.browsing import derived_facts, entities_called, facts_about
from graphdb.asking.proof import Proof, explain
from graphdb.asking.provenance import StatedFact, Witness, stated_facts
from graphdb.asking.why_not import NearMiss, why_not

__all__ = [
    "NearMiss",
    "Proof",
    "StatedFact",
    "Witness",
    "derived_facts",
    "entities_called",
    "explain",
    "facts_about",
    "stated_facts",
    "why_not",
]
