"""Who is who: names normalised, and the keys that follow from them."""

from graphdb.identity.components import components
from graphdb.identity.decisions import (
    ALONE,
    RESOLUTION,
    Clusters,
    Decision,
    contradicted,
    decisions_about,
    ends,
)
from graphdb.identity.entities import (
    BY_NAME,
    Context,
    Identity,
    NamePolicy,
    Policy,
    Properties,
    canonical_name,
    identity,
)
from graphdb.identity.keys import (
    IDENTITY_VERSION,
    chunk_key,
    entity_key,
    fact_key,
    hashed,
    names_of_version,
    untidiness,
)
from graphdb.identity.normalisation import normalised_name
from graphdb.identity.verdicts import NOTHING_DENIED, Denials, Verdict, VerdictKind, meant

__all__ = [
    "ALONE",
    "BY_NAME",
    "IDENTITY_VERSION",
    "NOTHING_DENIED",
    "RESOLUTION",
    "Clusters",
    "Context",
    "Decision",
    "Denials",
    "Identity",
    "NamePolicy",
    "Policy",
    "Properties",
    "Verdict",
    "VerdictKind",
    "canonical_name",
    "chunk_key",
    "components",
    "contradicted",
    "decisions_about",
    "ends",
    "entity_key",
    "fact_key",
    "hashed",
    "identity",
    "meant",
    "names_of_version",
    "normalised_name",
    "untidiness",
]
