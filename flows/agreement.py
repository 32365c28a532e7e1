"""Do model and ontology agree: what a model finds and the ontology does not know is lost.

Asked before anything is read or started: a model's types stand in its `config.json`, and a reader
of somebody else's announces its own.
"""

import difflib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from extractors.checkpoints import ModelTypes
from flows.errors import UnknownTypesError
from flows.text import shown
from graphdb import Ontology

EVERYTHING = "*"
"""In the setting `left_out`: whatever the ontology does not know."""

N_NAMED = 12
"""Types that a message names; the rest is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How the types of a model and of an ontology compare."""

    n_entities: int
    """Entity types that both know."""
    n_relations: int
    """Relation types that both know."""
    left_out: tuple[str, ...]
    """Types of the model that will never be in the graph, on purpose."""


def agreement(
    model: str,
    types: ModelTypes,
    ontology: Ontology,
    ontology_path: Path,
    left_out: Collection[str] = (),
) -> Agreement:
    """Compare the types that a model finds with an ontology.

    Raises:
        UnknownTypesError: It finds types that the ontology does not know, and nobody said that
            they are left out on purpose; or there is no entity type that both know.
    """
    entities = tuple(name for name in types.entities if name not in ontology.entity_types)
    relations = tuple(name for name in types.relations if name not in ontology.relation_types)
    nothing_fits = bool(entities) and entities == types.entities
    if nothing_fits or not _are_meant(entities + relations, left_out):
        what = [
            *_named("entity types", entities, types.entities, ontology.entity_types),
            *_named("relation types", relations, types.relations, ontology.relation_types),
        ]
        raise UnknownTypesError(
            f"the model {shown(model)} finds types that the ontology {shown(ontology_path)} does "
            f"not know, and nothing of them would be in the graph: {'; '.join(what)}. "
            f"{_remedy(entities, relations, may_leave_out=not nothing_fits)}",
            entities=entities,
            relations=relations,
        )
    return Agreement(
        n_entities=len(types.entities) - len(entities),
        n_relations=len(types.relations) - len(relations),
        left_out=entities + relations,
    )


def _are_meant(unknown: Iterable[str], left_out: Collection[str]) -> bool:
    return EVERYTHING in left_out or all(name in left_out for name in unknown)


def _named(
    kind: str, unknown: Collection[str], of_model: Collection[str], of_ontology: Collection[str]
) -> Iterator[str]:
    """Yield the types that are unknown, each with one that is known and was perhaps meant."""
    if unknown:
        names = []
        for name in list(unknown)[:N_NAMED]:
            near = difflib.get_close_matches(name, of_ontology, n=1, cutoff=0.8)
            names.append(shown(name) + (f" (there is {near[0]})" if near else ""))
        if len(unknown) > N_NAMED:
            names.append(f"and {len(unknown) - N_NAMED} more")
        yield f"{len(unknown)} of {len(of_model)} {kind}, {', '.join(names)}"


def _remedy(entities: Sequence[str], relations: Sequence[str], *, may_leave_out: bool) -> str:
    tables = [f"[entities.{shown(name)}]" for name in entities[:1]]
    tables += [f"[relations.{shown(name)}]" for name in relations[:1]]
    remedy = (
        f"Add them to the ontology ({', '.join(tables)}, …), or set NIGHTLOOM_ONTOLOGY to the "
        "ontology of this model"
    )
    if not may_leave_out:
        return remedy
    first = shown((*entities, *relations)[0])
    return (
        f"{remedy}; if they are to be left out, say so with left_out in the table [extractor] of "
        f'nightloom.toml: left_out = ["{first}", …], or ["{EVERYTHING}"] for all of them'
    )
