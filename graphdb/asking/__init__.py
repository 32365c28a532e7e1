"""What a person asks of the graph: what is known, why it is there, and why something is not."""

from graphdb.asking.browsing import (
    DerivedFact,
    KnownFact,
    NamedEntity,
    derived_facts,
    entities_called,
    facts_about,
    proofs_of,
)
from graphdb.asking.proof import Proof, ProvedFact, RuleUse, explain, facts_between
from graphdb.asking.provenance import StatedFact, Witness, by_document, stated_facts
from graphdb.asking.why_not import NearMiss, why_not

__all__ = [
    "DerivedFact",
    "KnownFact",
    "NamedEntity",
    "NearMiss",
    "Proof",
    "ProvedFact",
    "RuleUse",
    "StatedFact",
    "Witness",
    "by_document",
    "derived_facts",
    "entities_called",
    "explain",
    "facts_about",
    "facts_between",
    "proofs_of",
    "stated_facts",
    "why_not",
]
