"""The saved queries: files of Cypher, each with a title and with parameters to change."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from flows.settings import shipped_samples

TITLE = re.compile(r"^// (?P<title>[^\n]+)$", re.MULTILINE)
VALUES = re.compile(r"^WITH (?P<values>(?:'|\d).+)$", re.MULTILINE)
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
