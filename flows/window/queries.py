"""The saved queries: files of Cypher, each with a title and with parameters to change."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from flows.errors import FlowError
from flows.settings import shipped_samples

TITLE = re.compile(r"^// (?P<title>[^\n]+)$", re.MULTILINE)
VALUES = re.compile(r"^WITH (?P<values>(?:'|\d).+)$", re.MULTILINE)
MOST_DIGITS = 18
"""Of a number that a person gives; Cypher's end a little above."""
VALUE = re.compile(r"(?P<value>'[^']*'|\d+) AS (?P<name>\w+)")


@dataclass(frozen=True, slots=True)
class SavedQuery:
    """A query to be saved in Browser, which begins with the values that a person may change.

    `WITH 'Marie Curie' AS name` and no `:param`: Browser draws no picture of what it runs as
    several statements.
    """

    name: str
    """Of its file."""
    title: str
    cypher: str
    """All of it, as the editor shows it."""

    @property
    def values(self) -> dict[str, str]:
        """What a person is to change, by name, as literals of Cypher."""
        line = VALUES.search(self.cypher)
        found = VALUE.finditer(line["values"]) if line else ()
        return {match["name"]: match["value"] for match in found}

    @property
    def asked(self) -> str:
        """The query with parameters in place of its values, so that these are never its text."""
        query = self.cypher
        for name in self.values:
            query = re.sub(rf"('[^']*'|\d+) AS {name}\b", f"${name} AS {name}", query, count=1)
        return query

    def parameters(self, given: Mapping[str, str]) -> dict[str, str | int]:
        """Return what a person gave as parameters, and the saved value of what nobody gave.

        Raises:
            FlowError: A number was wanted.
        """
        parameters: dict[str, str | int] = {}
        for name, value in self.values.items():
            text = given.get(name, "").strip() or value.strip("'")
            if value.startswith("'"):
                parameters[name] = text
            elif text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS:
                parameters[name] = int(text)
            else:
                raise FlowError(f"{name} is a whole number, not {text!r}")
        return parameters

    def with_value(self, name: str, value: str) -> str:
        """Return the query with another value under one name."""
        given = f"{json.dumps(value)} AS {name}"
        return re.sub(rf"('[^']*'|\d+) AS {name}\b", lambda _: given, self.cypher, count=1)


def saved_queries(folder: Path | None = None) -> list[SavedQuery]:
    """Return the queries that come with nightloom, or those of a folder, in order of name."""
    folder = folder or shipped_samples() / "queries"
    queries = []
    for path in sorted(folder.glob("*.cypher")):
        content = path.read_text("utf-8").strip()
        title = TITLE.match(content)
        queries.append(SavedQuery(path.stem, title["title"] if title else path.stem, content))
    return queries
