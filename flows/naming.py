"""What is refused because nobody knows it, with what is called nearly so."""

import difflib

from flows.errors import FlowError
from flows.text import shown
from graphdb import Graph, Ontology
from graphdb.asking import entities_like


def checked_type(ontology: Ontology, type_: str) -> None:
    """Refuse a relation type that the ontology does not have.

    Raises:
        FlowError: Names the nearest one.
    """
    if type_ in ontology.relation_types:
        return
    near = difflib.get_close_matches(type_.upper(), ontology.relation_types, 1)
    meant = f": did you mean {near[0]}?" if near else ""
    raise FlowError(f"the ontology has no relation type {shown(type_)}{meant}")


def nobody_called(graph: Graph, name: str) -> str:
    """Say that a name is not known, and which ones nearly like it are."""
    near = entities_like(graph.connection, name)
    if not near:
        return f"no entity is called {shown(name)}, nor anything like it"
    names = ", ".join(f"{shown(entity.name)} ({shown(entity.type)})" for entity in near)
    return f"no entity is called {shown(name)}: did you mean {names}?"
