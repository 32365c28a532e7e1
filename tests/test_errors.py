"""The error trees are drawn in their modules as they are."""

import importlib
import re

import pytest

BRANCH = re.compile(r"^(?P<indent>[ │]*)(?:├── |└── )?(?P<name>[A-Z]\w*Error)\b", re.MULTILINE)


def drawn(docstring: str) -> dict[str, str | None]:
    """Return the parent of each class in a drawing; depth is the column where the name begins."""
    parents: dict[str, str | None] = {}
    path: list[tuple[int, str]] = []
    for match in BRANCH.finditer(docstring):
        column, name = match.start("name") - match.start(), match["name"]
        path = [(depth, parent) for depth, parent in path if depth < column]
        parents[name] = path[-1][1] if path else None
        path.append((column, name))
    return parents


@pytest.mark.parametrize(
    ("module", "root"),
    [
        ("extractors.errors", "ExtractionError"),
        ("graphdb.errors", "GraphError"),
        ("flows.errors", "FlowError"),
    ],
)
def test_error_tree_is_drawn_as_it_is(module, root):
    errors = importlib.import_module(module)
    classes = {
        name: value
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, getattr(errors, root))
    }

    actual = {
        name: None if name == root else value.__bases__[0].__name__
        for name, value in classes.items()
    }

    assert drawn(errors.__doc__) == actual
    assert all(name.endswith("Error") and value.__doc__ for name, value in classes.items())
