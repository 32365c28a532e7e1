"""What a person asks of the graph: what is known, why it is there, and why something is not."""

from graphdb.asking.browsing import (
    DerivedFact,
    KnownFact,
    derived_facts,
    facts_about,
    proofs_of,
)
from graphdb.asking.looking import NamedEntity, entities_called, entities_like, possible_keys
from graphdb.asking.passages import Passage, passages_of
from graphdb.asking.proof import (
    Proof,
    ProvedFact,
    RuleUse,
    explain,
    facts_between,
    proofs_to_dict,
)
from graphdb.asking.provenance import (
    StatedFact,
    Witness,
    by_document,
    stated_facts,
    witnesses,
)
from graphdb.asking.why_not import NearMiss, why_not

__all__ = [
    "DerivedFact",
    "KnownFact",
    "NamedEntity",
    "NearMiss",
    "Passage",
    "Proof",
    "ProvedFact",
    "RuleUse",
    "StatedFact",
    "Witness",
    "by_document",
    "derived_facts",
    "entities_called",
    "entities_like",
    "explain",
    "facts_about",
    "facts_between",
    "passages_of",
    "possible_keys",
    "proofs_of",
    "proofs_to_dict",
    "stated_facts",
    "why_not",
    "witnesses",
]
