"""What a person asks of the graph: what is known, why it is there, and why something is not."""

from graphdb.asking.answers import MOST_ROWS, Link, SavedAnswer, Thing, answer_saved
from graphdb.asking.browsing import (
    DerivedFact,
    KnownFact,
    derived_facts,
    facts_about,
    proofs_of,
)
from graphdb.asking.judging import DoubtfulFact, doubtful_facts, stated_fact
from graphdb.asking.looking import (
    NamedEntity,
    catalogue_entries,
    entities_called,
    entities_like,
    entity_of,
    keys_called,
    possible_keys,
)
from graphdb.asking.passages import (
    BY_MEANING,
    BY_WORDS,
    Meaning,
    Passage,
    has_vectors,
    passages_found,
    passages_of,
    passages_saying,
)
from graphdb.asking.proof import (
    Proof,
    ProvedFact,
    RuleUse,
    explain,
    explain_fact,
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
    "BY_MEANING",
    "BY_WORDS",
    "MOST_ROWS",
    "DerivedFact",
    "DoubtfulFact",
    "KnownFact",
    "Link",
    "Meaning",
    "NamedEntity",
    "NearMiss",
    "Passage",
    "Proof",
    "ProvedFact",
    "RuleUse",
    "SavedAnswer",
    "StatedFact",
    "Thing",
    "Witness",
    "answer_saved",
    "by_document",
    "catalogue_entries",
    "derived_facts",
    "doubtful_facts",
    "entities_called",
    "entities_like",
    "entity_of",
    "explain",
    "explain_fact",
    "facts_about",
    "facts_between",
    "has_vectors",
    "keys_called",
    "passages_found",
    "passages_of",
    "passages_saying",
    "possible_keys",
    "proofs_of",
    "proofs_to_dict",
    "stated_fact",
    "stated_facts",
    "why_not",
    "witnesses",
]
