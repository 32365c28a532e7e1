"""How Browser draws the graph: names as captions, a colour a type, the rest out of the way."""

import json

from graphdb import Ontology

COLOURS = (
    *("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442"),
    *("#332288", "#88CCEE", "#44AA99", "#999933", "#882255", "#DDCC77", "#AA4499"),
)
"""Palettes of Okabe and Ito, then of Paul Tol: told apart whatever colours somebody sees."""

DARK = {"#0072B2", "#009E73", "#D55E00", "#332288", "#882255", "#AA4499"}
"""Of these: the ones on which white letters are read more easily than black ones."""

Style = dict[str, dict[str, str]]
"""What Browser calls GraSS, by selector."""

UNOBTRUSIVE = {"color": "#D9D9D9", "border-color": "#BFBFBF", "text-color-internal": "#444444"}
BOOKKEEPING = ("FactChange", "ChangeLog", "Lease", "SchemaVersion", "RuleState", "InferenceState")


def style(ontology: Ontology) -> Style:
    """Return how Browser draws this graph.

    A relationship's caption ends in the rule that concluded it. A style tells types apart and no
    more, while a type may be stated of some and concluded of others: `seed.js` draws these dashed.
    """
    drawn: Style = {
        "node": {"diameter": "50px", "caption": "{name}", "font-size": "10px"} | UNOBTRUSIVE,
        "relationship": {
            "color": "#4D4D4D",
            "shaft-width": "2px",
            "font-size": "8px",
            "padding": "3px",
            "text-color-external": "#000000",
            "text-color-internal": "#FFFFFF",
            "caption": "<type>",
        },
    }
    for number, type_ in enumerate(sorted(ontology.entity_types)):
        colour = COLOURS[number % len(COLOURS)]
        drawn[f"node.{type_}"] = {
            "color": colour,
            "border-color": colour,
            "text-color-internal": "#FFFFFF" if colour in DARK else "#000000",
            "caption": "{name}",
            "diameter": "65px",
        }
    drawn["node.Document"] = UNOBTRUSIVE | {"caption": "{title}", "diameter": "35px"}
    drawn["node.Chunk"] = UNOBTRUSIVE | {"caption": "{text}", "diameter": "25px"}
    drawn["node.Derivation"] = UNOBTRUSIVE | {"caption": "{rule}", "diameter": "25px"}
    drawn["node.Decision"] = UNOBTRUSIVE | {"caption": "{one}", "diameter": "25px"}
    drawn["node.Verdict"] = UNOBTRUSIVE | {"caption": "{kind}", "diameter": "25px"}
    # Queries show records of what went: there is nothing else to show of it.
    drawn["node.RecordedChange"] = UNOBTRUSIVE | {
        "caption": "{kind}: {subject_name} {type} {object_name}",
        "border-color": "#D55E00",
        "diameter": "80px",
    }
    drawn["node.RecordedDocument"] = UNOBTRUSIVE | {"caption": "{document}", "diameter": "25px"}
    drawn["node.RecordedConclusions"] = UNOBTRUSIVE | {"caption": "{at}", "diameter": "25px"}
    drawn["node.RecordedRun"] = UNOBTRUSIVE | {"caption": "{source}", "diameter": "25px"}
    for label in BOOKKEEPING:
        drawn[f"node.{label}"] = UNOBTRUSIVE | {"caption": label, "diameter": "10px"}
    for type_ in sorted(ontology.relation_types):
        drawn[f"relationship.{type_}"] = {"caption": f"{type_} {{rule}}"}
    for type_ in ("HAS_CHUNK", "MENTIONS", "STATES"):
        drawn[f"relationship.{type_}"] = {
            "caption": "<type>",
            "color": "#D9D9D9",
            "shaft-width": "1px",
        }
    return drawn


def grass(drawn: Style) -> str:
    """Return a style as the text that `:style` takes, for a Browser of one's own."""
    rules = []
    for selector, properties in drawn.items():
        lines = [f"  {name}: {_grass_value(name, value)};" for name, value in properties.items()]
        rules.append("\n".join([f"{selector} {{", *lines, "}"]))
    return "\n\n".join(rules) + "\n"


def _grass_value(name: str, value: str) -> str:
    return json.dumps(value) if name == "caption" else value
