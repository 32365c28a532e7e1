"""`docs/graph.md` says what is so."""

import re
from pathlib import Path

from graphdb import queries

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/graph.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def test_example_runs_and_prints_what_it_says(graph, server, capsys):
    (example,) = blocks("python")
    names = {
        "uri": server.uri,
        "user": server.user,
        "password": server.password,
        "ontology": ROOT / "tests/ontology.toml",
    }

    exec(compile(example, "docs/graph.md", "exec"), names)

    said = [comment.strip() for comment in re.findall(r"#(.*)", example)]
    assert capsys.readouterr().out.splitlines() == said


def test_query_runs(reader):
    for query in blocks("cypher"):
        assert reader.rows(query) == []


def test_every_invariant_has_a_remedy():
    operations = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    invariants = {name.removeprefix("audit/") for name in queries.names("audit")} | {"ledger"}

    assert {name for name in invariants if f"`{name}`" not in operations} == set()
