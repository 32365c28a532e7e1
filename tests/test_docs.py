"""What the documents say is so: links lead somewhere, trees are the tree, examples run."""

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.conftest import free_ports
from tests.extractors.tiny import tiny_encoder
from tests.extractors.training.conftest import gold_file  # noqa: F401 - a fixture

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
        if command.startswith("source "):  # the test runs the command where it is installed
            continue
        printed, wanted = steady(printed_by(command)), steady(shown)

        kept = iter(printed)
        missing = [line for line in wanted if line.strip() != "…" and line not in kept]
        assert missing == [], f"{command} does not print these lines, in this order"


# How the test types the lines: what takes hours or waits for Ctrl-C is replaced, and
# words in capitals are names that a person fills in. Everything else is typed as it stands.
INSTEAD = {
    "git clone … && cd nightloom": "cd .",
    "make up": "up_in_another_shell",
    "make test": "make --dry-run test >/dev/null",
    "for run in general-first general-second general-third general-fourth general-fifth "
    "general-sixth general-seventh general-eighth general-eleventh general-twelfth general; "
    "do nightloom train configs/$run.toml; done": "nightloom train small.toml",
}
FILLED_IN = (
    ("SUBJECT TYPE OBJECT", "'Marie Curie' SPOUSE 'Linus Torvalds'"),
    ("--train FILE --dev FILE", "--train train.jsonl --dev dev.jsonl"),
    ("FILE --out FILE", "dev.jsonl --out predicted.jsonl"),
    ("--behaviours FILE", "--behaviours benchmarks/behaviours.jsonl"),
    ("MODEL", "runs/small"),
    ("CONFIG --trials 20", "small.toml --trials 1"),
    ("DOCUMENT", "notes/note.txt"),
    ("FOLDER", "notes"),
    ("TEXT", "notes/note.txt"),
    ("GOLD", "dev.jsonl"),
    ("TO-LABEL", "to-label"),
)
FETCHING = ("UV_", "PIP_", "SSL_", "HTTP_", "HTTPS_", "ALL_PROXY", "NO_PROXY", "REQUESTS_")
"""Settings of installers: where packages come from here is not the README's to say."""

TYPING_S = 2400.0
"""Seconds after which a line hangs; all of them took 8 minutes on two cores, alone."""

UP_IN_ANOTHER_SHELL = """
up_in_another_shell() {
    make up >up.log 2>&1 &
    UP=$!
    for _ in $(seq 600); do
        grep -q "nightloom is up" up.log && break
        kill -0 $UP || break
        sleep 1
    done
    cat up.log
    grep -q "nightloom is up" up.log
}
ctrl_c() {
    pkill -INT --parent $UP
    wait $UP
}
"""


def typed_lines() -> list[str]:
    """Return every line of the README that somebody types, in order, as the test types it."""
    lines = []
    for language, block in re.findall(
        r"^```(console|sh)?\n(.*?)^```", README, re.MULTILINE | re.DOTALL
    ):
        wanted = re.findall(r"^\$ (.*)$" if language else r"^(.+)$", block, re.MULTILINE)
        lines += [re.sub(r"\s+#.*", "", line) for line in wanted]
    lines = [INSTEAD.get(line, line) for line in lines]
    for words, meant in FILLED_IN:
        lines = [re.sub(rf"(?<!\S){re.escape(words)}(?!\S)", meant, line) for line in lines]
    return lines


def test_every_name_to_fill_in_is_filled_in():
    assert len(typed_lines()) > 15
    assert [line for line in typed_lines() if re.search(r"\s[A-Z-]{4,}(\s|$)|…", line)] == [
        line for line in typed_lines() if " SPOUSE " in line or " COUNTRY " in line
    ]


@pytest.fixture
def clean_checkout(tmp_path, gold_file) -> Path:  # noqa: F811
    """What a clone has, and the small files that the lines are about."""
    folder = tmp_path / "nightloom"
    listed = ("git", "ls-files", "--cached", "--others", "--exclude-standard", "-z")
    names = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    (folder / "notes").mkdir()
    shutil.copy(ROOT / "samples/people/marie-curie.md", folder / "notes")
    (folder / "notes" / "note.txt").write_text("Grace Hopper was born in New York City.\n")
    labelled = gold_file.read_text().splitlines(keepends=True)
    (folder / "train.jsonl").write_text("".join(labelled[:5]))
    (folder / "dev.jsonl").write_text("".join(labelled[5:]))
    (folder / "small.toml").write_text(
        'name = "small"\n[[train]]\npath = "train.jsonl"\n[[dev]]\npath = "dev.jsonl"\n'
        f'[model]\nencoder = "{tiny_encoder(tmp_path / "encoder")}"\nmax_width = 4\n'
        "window_tokens = 120\noverlap_tokens = 24\n[schedule]\nepochs = 1\n"
    )
    return folder


@pytest.mark.slow
def test_every_line_of_the_readme_works_as_typed_in_a_fresh_shell(clean_checkout, tmp_path):
    """In order, in one shell that knows nothing, beginning with the installation."""
    bolt_port, http_port, prefect_port, page_port = free_ports(4)
    home = tmp_path / "home"
    home.mkdir()
    for name in (".cache", ".config", ".m2"):  # what was fetched, and from where one fetches
        if (Path.home() / name).exists():
            (home / name).symlink_to(Path.home() / name)
    fetching = {n: value for n, value in os.environ.items() if n.upper().startswith(FETCHING)}
    with (tmp_path / "typed.log").open("w+", encoding="utf-8") as log:
        shell = subprocess.Popen(
            ["bash", "--noprofile", "--norc", "-e", "-x"],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=clean_checkout,
            env={
                **fetching,
                "HOME": str(home),
                "SHELL": "/bin/bash",
                "PATH": os.environ["PATH"].replace(str(Path(sys.executable).parent), ""),
                "LANG": "C.UTF-8",
                "NIGHTLOOM_GRAPH__BOLT_PORT": str(bolt_port),
                "NIGHTLOOM_GRAPH__HTTP_PORT": str(http_port),
                "NIGHTLOOM_GRAPH__HEAP_MB": "512",
                "NIGHTLOOM_PREFECT__PORT": str(prefect_port),
                "NIGHTLOOM_PAGE__PORT": str(page_port),
            },
            start_new_session=True,
        )
        with suppress(subprocess.TimeoutExpired):
            # Until all is typed, so that not every command starts a server of its own.
            lines = "\n".join((UP_IN_ANOTHER_SHELL, *typed_lines(), "ctrl_c", ""))
            shell.communicate(lines, TYPING_S)
        # A line that hangs goes with all that it started; it is the last one of the log.
        with suppress(ProcessLookupError):
            os.killpg(shell.pid, signal.SIGKILL)
        log.seek(0)
        typed = log.read()

    assert shell.wait() == 0, typed[-6000:]
