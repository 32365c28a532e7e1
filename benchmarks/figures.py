"""What a benchmark prints: one object, a figure by name, with what is asked of it."""

import json
from typing import Any

Figure = dict[str, Any]


def figure(
    value: float,
    unit: str,
    *,
    floor: float | None = None,
    aim: float | None = None,
    direction: str = ">=",
) -> Figure:
    """Return a figure; `direction` says on which side of the floor and the aim it should be."""
    rounded = float(f"{value:.4g}") if abs(value) < 1000 else round(value)
    return {"value": rounded, "unit": unit, "floor": floor, "aim": aim, "direction": direction}


def show(figures: dict[str, Figure], *, as_json: bool) -> None:
    """Print figures for a program or for a person."""
    if as_json:
        print(json.dumps(figures, indent=2))
        return
    for name, each in figures.items():
        asked = [f"{word} {each['direction']} {each[word]}" for word in ("floor", "aim")]
        wanted = ", ".join(asked) if each["floor"] is not None else ""
        print(f"{name:52} {each['value']:>10} {each['unit']:12} {wanted}")
