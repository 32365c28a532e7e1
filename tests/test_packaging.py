"""An installed wheel has what a checkout has, and nothing else; each role works alone."""

import json
import os
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.extractors.tiny import tiny_encoder
from tests.extractors.training.conftest import gold_file  # noqa: F401 - a fixture
from tests.flows.test_roles import ASK_ALL, commands

ROOT = Path(__file__).parents[1]
SAMPLE = "samples/people/ada-lovelace.md"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def wheel_names(wheel):
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_wheel_carries_every_query(wheel_names):
    queries = {str(path.relative_to(ROOT)) for path in (ROOT / "graphdb/cypher").rglob("*.cypher")}

    assert queries
    assert queries <= wheel_names


def test_wheel_carries_the_model(wheel_names):
    assert any(
        name.startswith("extractors/models/general/") and name.endswith(".safetensors")
        for name in wheel_names
    )


def test_wheel_carries_how_prefect_logs_as_json(wheel_names):
    """Prefect takes its own configuration, without a word, where the file is not there."""
    assert "flows/services/logging.yml" in wheel_names


def test_wheel_carries_packages_only(wheel_names):
    top = {name.split("/")[0] for name in wheel_names}

    assert {name for name in top if not name.endswith(".dist-info")} == {
        "extractors",
        "flows",
        "graphdb",
    }


def test_wheel_carries_the_samples_with_their_ontology_and_rules(wheel_names):
    samples = [path for path in (ROOT / "samples").rglob("*") if path.is_file()]

    assert samples
    assert {f"flows/defaults/{path.relative_to(ROOT)}" for path in samples} <= wheel_names


@dataclass(frozen=True, slots=True)
class Installed:
    """A fresh virtual environment with the wheel and one of its extras; "": the base."""

    role: str
    bin: Path
    folder: Path

    def run(self, *words: object, **environment: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [self.bin / "nightloom", *map(str, words)],
            cwd=self.folder,
            env={"PATH": os.environ["PATH"], "HOME": os.environ["HOME"]} | environment,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture(scope="module", params=["", "graph", "read", "extract", "train", "flows"])
def installed(request, wheel, tmp_path_factory) -> Installed:
    folder = tmp_path_factory.mktemp(f"role-{request.param or 'base'}")
    uv = Path(sys.executable).with_name("uv")
    if not uv.exists():
        pytest.skip("no uv beside this Python: `make install` puts it there")
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, folder / "venv"], check=True)
    extras = f"[{request.param}]" if request.param else ""
    install = [uv, "pip", "install", "--quiet", "--python", folder / "venv" / "bin" / "python"]
    wanted = ["--constraint", ROOT / "requirements.lock", f"nightloom{extras} @ {wheel.as_uri()}"]
    # What `make install` has fetched is in uv's cache; where that was cleared, ask the index.
    offline = subprocess.run([*install, "--offline", *wanted], capture_output=True, check=False)
    if offline.returncode:
        subprocess.run([*install, *wanted], check=True)
    (folder / "work").mkdir()
    return Installed(request.param, folder / "venv" / "bin", folder / "work")


def test_every_role_answers_questions_about_every_command(installed: Installed):
    version = installed.run("--version")
    help_ = installed.run("--help")
    script = f"import sys\n{ASK_ALL}"
    asked = subprocess.run(
        [installed.bin / "python", "-P", "-c", script, json.dumps(commands())],
        cwd=installed.folder,
        capture_output=True,
        text=True,
        check=False,
    )

    assert version.stdout.strip() == "0.1.0", version.stderr
    assert "ingest" in help_.stdout, help_.stderr
    assert asked.returncode == 0, asked.stderr


OF_A_ROLE = {
    "explain x": "graph",
    "find x": "graph",
    "embed": "read",
    "forget x": "graph",
    "rules try x": "graph",
    "ingest .": "read",
    "demo": "read",
    f"predict general {SAMPLE}": "read",
    "evaluate general x": "read",
    "train x.toml": "train",
    "up": "flows",
}
WITHIN = {
    "": set(),
    "graph": {"graph"},
    "read": {"read"},
    "extract": {"extract", "read"},
    "train": {"extract", "read", "train"},
    "flows": {"flows", "graph", "read"},
}


def test_command_of_another_role_says_what_to_install_from_where(installed: Installed, wheel):
    for words, role in OF_A_ROLE.items():
        if role in WITHIN[installed.role]:
            continue
        done = installed.run(*words.split())

        assert done.returncode == 1, (words, done.stdout, done.stderr)
        assert "not installed" in done.stderr
        assert role in done.stderr.split("[")[1].split("]")[0]
        assert wheel.as_uri() in done.stderr
        assert len(done.stderr.splitlines()) == 1


def test_base_checks_rules_ontology_and_labelled_documents(installed: Installed, gold_file):  # noqa: F811
    for words in (["rules", "check"], ["ontology", "check"], ["check-data", gold_file]):
        done = installed.run(*words)

        assert done.returncode == 0, done.stderr
    assert installed.run("doctor", "--json").stdout.startswith("{")
    assert installed.run("status", "--json").returncode == 0


def test_role_graph_looks_into_a_graph(installed: Installed, server, graph):
    if "graph" not in WITHIN[installed.role]:
        pytest.skip("another role")
    settings = {
        "NIGHTLOOM_GRAPH__URI": server.uri,
        "NIGHTLOOM_GRAPH__USER": server.user,
        "NIGHTLOOM_GRAPH__PASSWORD": server.password,
    }

    assert installed.run("audit", **settings).returncode == 0
    assert installed.run("dump", **settings).returncode == 0
    assert installed.run("forget", "nobody", **settings).returncode in {0, 1}  # and no traceback


def test_role_read_reads_a_text(installed: Installed):
    if "read" not in WITHIN[installed.role]:
        pytest.skip("another role")
    done = installed.run("predict", "general", ROOT / SAMPLE)

    assert done.returncode == 0, done.stderr
    assert "Lovelace" in done.stdout


def test_role_read_is_small_and_names_the_extra_that_brings_torch(installed: Installed):
    if installed.role != "read":
        pytest.skip("another role")
    files = [path for path in (installed.bin.parent / "lib").rglob("*") if path.is_file()]
    doctor = json.loads(installed.run("doctor", "--json").stdout)["checks"]
    done = installed.run("predict", "general", ROOT / SAMPLE, NIGHTLOOM_EXTRACTOR__ENGINE="torch")

    assert sum(path.stat().st_size for path in files) < 280e6
    assert not any(path.match("site-packages/torch/*") for path in files)
    assert [c["finding"][:12] for c in doctor if c["name"] == "device"] == ["ONNX Runtime"]
    assert done.returncode == 1
    *progress, said = done.stderr.splitlines()
    assert said.startswith("error: ")
    assert "install the extra `extract`" in said
    assert all(line.startswith("── ") for line in progress)


def test_role_train_trains(installed: Installed, gold_file, tmp_path):  # noqa: F811
    if "train" not in WITHIN[installed.role]:
        pytest.skip("another role")
    configuration = tmp_path / "small.toml"
    configuration.write_text(
        f'name = "small"\n[[train]]\npath = "{gold_file}"\n[[dev]]\npath = "{gold_file}"\n'
        f'[model]\nencoder = "{tiny_encoder(tmp_path / "encoder")}"\nmax_width = 4\n'
        "window_tokens = 120\noverlap_tokens = 24\n[schedule]\nepochs = 1\n"
    )
    done = installed.run("train", configuration)

    assert done.returncode == 0, done.stderr
    assert (installed.folder / "runs/small/run/curves.png").is_file()


def test_samples_are_read_in_an_empty_folder(installed: Installed, server, graph):
    """`nightloom demo` outside a checkout."""
    if {"read", "graph"} - WITHIN[installed.role]:
        pytest.skip("another role")
    done = installed.run(
        "demo",
        NIGHTLOOM_GRAPH__URI=server.uri,
        NIGHTLOOM_GRAPH__USER=server.user,
        NIGHTLOOM_GRAPH__PASSWORD=server.password,
    )

    assert done.returncode == 0, done.stderr
    assert "The same graph as after the first" in done.stdout


def test_scripts_of_version_0_1_still_find_the_extractor():
    from extractors import TransformerExtractor
    from extractors.extractor import TransformerExtractor as Named

    assert Named is TransformerExtractor
