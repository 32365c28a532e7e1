"""The saved queries: files of Cypher, each with a title and with parameters to change."""

import difflib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from flows.errors import FlowError
from flows.settings import shipped_samples
from flows.text import shown_sentence
from graphdb import Connection
from graphdb.asking import MOST_ROWS, SavedAnswer, answer_saved
from graphdb.errors import StatementRefusedError

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

    def parameters_of_all(self, given: Mapping[str, object]) -> dict[str, str | int]:
        """Return what a program gave as parameters: all of them, and no others.

        Raises:
            FlowError: One is missing, unknown, or of another kind.
        """
        saved = self.parameters({})
        unknown = sorted(given.keys() - saved.keys())
        if unknown:
            has = f"it has {', '.join(saved)}" if saved else "it has none"
            raise FlowError(f"{self.name} has no parameter {unknown[0]!r}: {has}")
        for name, value in given.items():
            if isinstance(value, bool) or not isinstance(value, str | int):
                raise FlowError(f"{name} is a text or a whole number, not {value!r}")
        texts = {name: str(value).strip() for name, value in given.items()}
        missing = [name for name in saved if not texts.get(name)]
        if missing:
            such = json.dumps(saved, ensure_ascii=False)
            raise FlowError(
                f"{self.name} wants {' and '.join(missing)}: give parameters such as {such}"
            )
        return self.parameters(texts)

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


def saved_query(name: str) -> SavedQuery:
    """Return the query of a name that comes with nightloom.

    Raises:
        FlowError: There is none; says which are called most like it.
    """
    queries = {query.name: query for query in saved_queries()}
    if name in queries:
        return queries[name]
    *near, last = difflib.get_close_matches(name[:100].lower(), queries, 3, cutoff=0.0)
    raise FlowError(
        f"there is no saved query {name!r}: the nearest are {', '.join(near)} and {last}"
    )


def saved_query_answer(
    connection: Connection,
    query: SavedQuery,
    parameters: Mapping[str, str | int],
    most: int = MOST_ROWS,
) -> SavedAnswer:
    """Ask a saved query, in a transaction that cannot write, and return so many rows at most.

    Raises:
        FlowError: The server does not take these values.
    """
    try:
        return answer_saved(connection, query.asked, parameters, most)
    except StatementRefusedError as error:
        values = ", ".join(f"{name} {value!r}" for name, value in parameters.items())
        why = shown_sentence(str(error).split("\n", 1)[0])[:200]
        raise FlowError(
            f"{query.name} cannot be asked with {values}, give others: {why}"
        ) from error
