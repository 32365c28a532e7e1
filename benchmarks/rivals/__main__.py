"""Print the table: what nightloom and other writers leave in the same Neo4j.

    python -m benchmarks.rivals [--rival NAME]… [--json] [--write]

Starts an embedded Neo4j with APOC and installs each rival, with pinned versions, in an environment
of its own in uv's cache.
"""

import argparse
import json
import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import neo4j

from benchmarks.comparing import this_commit
from benchmarks.rivals.behaviours import BEHAVIOURS, LOADED, Bench, first_load
from benchmarks.rivals.server import neo4j_with_apoc
from benchmarks.rivals.sessions import RIVALS

README = Path(__file__).parents[1] / "README.md"
START, END = "<!-- rivals: written by the command -->\n", "<!-- rivals: end -->\n"
SPEED = f"first load, {LOADED} documents, relative"


def column(bench: Bench) -> dict[str, Any]:
    """Return every cell of one tool."""
    bench.drop_schema()
    try:
        with bench.session() as session:
            version = session.version
    except RuntimeError as error:
        return {"version": "not run", "cells": {}, "why": str(error)}
    cells = {}
    for title, behaviour in BEHAVIOURS.items():
        try:
            cells[title] = behaviour(bench)
        except RuntimeError as error:
            cells[title] = f"error: {error}"
        print(f"{bench.rival.name}: {title}: {cells[title]}", file=sys.stderr)
    return {"version": version, "cells": cells, "documents_per_s": first_load(bench)}


def run(names: list[str], bolt_port: int, http_port: int) -> dict[str, Any]:
    """Return the columns of these tools, and on what they were measured."""
    columns = {}
    with neo4j_with_apoc(bolt_port, http_port) as endpoint:
        uri, auth = endpoint.bolt_uri, (endpoint.user, endpoint.password)
        with neo4j.GraphDatabase.driver(uri, auth=auth) as driver:
            (component,) = driver.execute_query("CALL dbms.components() YIELD versions").records
            for rival in RIVALS:
                if rival.name in names:
                    columns[rival.name] = column(Bench(rival, uri, auth, driver))
    return {
        "columns": columns,
        "neo4j": component["versions"][0],
        "machine": f"{os.cpu_count()} cores, load {os.getloadavg()[1]:.0f}",
        "python": platform.python_version(),
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "commit": this_commit(),
    }


def markdown(results: dict[str, Any]) -> str:
    """Return the table, and under it on what it was measured."""
    columns = results["columns"]
    heads = [f"{name} {each['version']}" for name, each in columns.items()]
    rows = [
        [title, *(each["cells"].get(title, "–") for each in columns.values())]
        for title in BEHAVIOURS
    ]
    table = [
        ["behaviour", *heads],
        ["---"] * (len(heads) + 1),
        *rows,
        [SPEED, *_speeds(columns)],
    ]
    notes = [f"{name}: {each['why']}" for name, each in columns.items() if "why" in each]
    where = (
        f"Neo4j {results['neo4j']}, Python {results['python']}, {results['machine']}, "
        f"commit {results['commit']}, {results['date']}."
    )
    return "\n".join([*map(_row, table), "", *notes, where]) + "\n"


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _speeds(columns: dict[str, Any]) -> list[str]:
    rates = [each.get("documents_per_s") for each in columns.values()]
    unit = rates[0] or 1
    return [f"{rate / unit:.2f} ({rate:.0f}/s)" if rate else "–" for rate in rates]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    names = [rival.name for rival in RIVALS]
    parser.add_argument("--rival", action="append", choices=names, help="only this; repeatable")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--write", action="store_true", help=f"put it into {README.name}")
    parser.add_argument("--bolt-port", type=int, default=27688)
    parser.add_argument("--http-port", type=int, default=27475)
    arguments = parser.parse_args()
    results = run(arguments.rival or names, arguments.bolt_port, arguments.http_port)
    if arguments.write:
        before, rest = README.read_text("utf-8").split(START)
        _, after = rest.split(END)
        README.write_text(before + START + markdown(results) + END + after, "utf-8")
    print(
        json.dumps(results, indent=2, ensure_ascii=False) if arguments.json else markdown(results)
    )


if __name__ == "__main__":
    main()
