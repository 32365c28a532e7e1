"""What the documents say is so: links lead somewhere, trees are the tree, examples run."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    path for pattern in ("*.md", "docs/**/*.md", "benchmarks/*.md") for path in ROOT.glob(pattern)
)
README = (ROOT / "README.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_relative_links_lead_somewhere(page):
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    targets = re.findall(r"\]\((?![a-z]+:)([^)#\s]+)", text)

    missing = [target for target in targets if not (page.parent / target).exists()]

    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_test_that_a_page_names_exists(page):
    named = re.findall(r"\btests/[\w/]+\.py", page.read_text("utf-8"))

    assert [test for test in named if not (ROOT / test).exists()] == []


def test_every_file_of_the_readme_tree_exists():
    (tree,) = blocks("tree")
    folder, missing = ROOT, []
    for line in tree.splitlines():
        name = line.split("  ")[0 if line[0] != " " else 1].strip()
        if line[0] != " ":
            folder = ROOT / name.rstrip("/")
            missing += [] if folder.exists() else [name]
        elif not (folder / name).exists():
            missing.append(f"{folder.name}/{name}")

    assert missing == []


def test_readme_tree_names_every_module():
    (tree,) = blocks("tree")

    unnamed = [
        str(path.relative_to(ROOT))
        for package in ("extractors", "graphdb", "flows")
        for path in (ROOT / package).iterdir()
        if (path.suffix == ".py" or path.is_dir())
        and not path.name.startswith("__")
        and not re.search(rf"^  {re.escape(path.name)}/?\s", tree, re.MULTILINE)
    ]

    assert unnamed == []


def steady(output: str) -> list[str]:
    """Return the lines of an output without what differs from run to run: seconds."""
    lines = [re.sub(r"\d+\.\d+ (?=[a-z])", "N ", line).rstrip() for line in output.splitlines()]
    return [line for line in lines if line]


@pytest.fixture
def printed_by(graph, server, tmp_path):
    """Run commands of the README as a newcomer would, in an empty graph."""
    environment = os.environ | {
        "NIGHTLOOM_HOME": str(tmp_path),
        "NIGHTLOOM_GRAPH__URI": server.uri,
        "NIGHTLOOM_GRAPH__USER": server.user,
        "NIGHTLOOM_GRAPH__PASSWORD": server.password,
        "COLUMNS": "100",
    }

    def run(command: str) -> str:
        words = shlex.split(command.replace("make demo", "nightloom demo"))
        assert words[0] == "nightloom"
        done = subprocess.run(
            [sys.executable, "-m", "flows", *words[1:]],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def test_readme_transcript_is_what_the_commands_print(printed_by):
    (session,) = blocks("console")
    for command, _, shown in re.findall(
        r"^\$ ([^#\n]+?)( *#.*)?\n(.*?)(?=^\$ |\Z)", session, re.MULTILINE | re.DOTALL
    ):
        printed, wanted = steady(printed_by(command)), steady(shown)

        kept = iter(printed)
        missing = [line for line in wanted if line.strip() != "…" and line not in kept]
        assert missing == [], f"{command} does not print these lines, in this order"
