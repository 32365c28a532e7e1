"""`compose.yaml` and the Dockerfile, as somebody with Docker types them: built, up, one night.

Instead of a registry there is what this machine has: an image of its Python to build upon, one of
Neo4j made of the embedded server's files, and an index of packages on loopback.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import neo4j
import pytest
from platformdirs import user_cache_path

from tests.containers.python_image import brought_to
from tests.containers.wheels import BROUGHT, EXTRAS, served
from tests.flows.services.running import Prefect

ROOT = Path(__file__).parents[2]
PATIENCE_S = 300
PROJECT = "nightloom-test"

pytestmark = pytest.mark.docker


@dataclass(frozen=True, slots=True)
class Compose:
    """A project of Compose, of our file and one that says what stands in for the registry."""

    override: Path

    def run(self, *words: str, check: bool = True) -> "subprocess.CompletedProcess[str]":
        files = ("--file", ROOT / "compose.yaml", "--file", self.override)
        command = (*compose_command(), "--project-name", PROJECT, *files, *words)
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert not check or done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        return done

    def inside(self, *words: str, check: bool = True) -> str:
        """Run a program in the container of nightloom and return what it says."""
        return self.run("exec", "-T", "nightloom", *words, check=check).stdout

    def inspected(self, service: str) -> dict:
        (container,) = json.loads(docker("inspect", self.run("ps", "-q", service).stdout.strip()))
        return container


def compose_command() -> tuple[str, ...]:
    """Return how Compose is called here: the plug-in of Docker, or the program before it."""
    plugin = subprocess.run(["docker", "compose", "version"], capture_output=True, check=False)
    return ("docker", "compose") if plugin.returncode == 0 else ("docker-compose",)


def docker(*words: str) -> str:
    done = subprocess.run(["docker", *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def base() -> str:
    image = os.environ.get("NIGHTLOOM_TEST_PYTHON_IMAGE")
    if not image:
        pytest.skip("only beside a daemon of its own: make test-containers")
    if compose_command() == ("docker-compose",) and not shutil.which("docker-compose"):
        pytest.skip("no Docker Compose here")
    return image


@pytest.fixture(scope="module")
def index(base) -> Iterator[str]:
    with served(Path(os.environ["NIGHTLOOM_TEST_WHEELS"])) as address:
        yield address


def brought() -> list[str]:
    """Return mounts of what the image does not have, as a base image that brings it would."""
    site = Path(metadata.distribution(BROUGHT).locate_file(""))
    names = {path.parts[0] for name in of_torch() for path in metadata.files(name) or ()}
    kept = sorted(name for name in names if name[0] not in "._" and name != "bin")
    return [f"{site / name}:{brought_to() / name}:ro" for name in kept if (site / name).exists()]


def of_torch() -> set[str]:
    """Return torch and what only torch needs."""
    own = ("torch", "nvidia", "triton", "cuda", "sympy", "mpmath", "networkx", "setuptools")
    names = {distribution.name.lower() for distribution in metadata.distributions()}
    return {name for name in names if name.startswith(own)}


def encoders(folder: Path) -> str:
    """Return the mount of the models' encoders, which a night would fetch, for any user to read."""
    kept = user_cache_path("nightloom") / "encoders"
    shutil.copytree(kept, folder, copy_function=shutil.copyfile)
    return f"{folder}:/var/lib/nightloom/.cache/nightloom/encoders:ro"


@pytest.fixture(scope="module")
def compose(base, index, tmp_path_factory, request) -> Iterator[Compose]:
    override = tmp_path_factory.mktemp("compose") / "override.yaml"
    neo4j_image = request.config.getoption("--graph-image")
    arguments = {
        "BASE": base,
        "EXTRAS": " ".join(EXTRAS),
        "BROUGHT": BROUGHT,
        "UV_DEFAULT_INDEX": index,
    }
    services = {
        "neo4j": {"image": neo4j_image},
        "password": {"image": neo4j_image},
        "nightloom": {
            "build": {"context": str(ROOT), "network": "host", "args": arguments},
            "volumes": [*brought(), encoders(override.parent / "encoders")],
        },
    }
    override.write_text(json.dumps({"services": services}))  # YAML that is JSON, too
    project = Compose(override)
    try:
        project.run("up", "--detach", "--build")
        yield project
    finally:
        sys.stdout.write(project.run("logs", "--no-color", check=False).stdout[-6000:])
        project.run("down", "--volumes", check=False)


@pytest.fixture(scope="module")
def healthy(compose) -> Compose:
    """The project, once Docker finds it healthy by the checks of its own."""
    deadline = time.monotonic() + PATIENCE_S
    while (state := compose.inspected("nightloom")["State"])["Health"]["Status"] != "healthy":
        assert state["Running"], state
        assert time.monotonic() < deadline, state
        time.sleep(2)
    return compose


def test_night_reads_the_mounted_documents_into_the_graph_beside_it(healthy):
    word = healthy.inside("cat", ".nightloom/prefect/password").strip()
    auth = healthy.inside("cat", "/run/nightloom/neo4j").strip().partition("/")

    run = Prefect("http://127.0.0.1:4200", word).run()

    assert run["state_type"] == "COMPLETED", run["state"]["message"]
    with neo4j.GraphDatabase.driver("bolt://127.0.0.1:7687", auth=(auth[0], auth[2])) as driver:
        asked = "MATCH (n:Document) RETURN count(n)"
        (n_documents,) = driver.execute_query(asked).records[0]
    assert n_documents > 10
    healthy.inside("nightloom", "audit")


def test_nobody_is_root_and_documents_cannot_be_written(healthy):
    assert healthy.inside("id", "-u").strip() == "1000"
    for path in ("/documents/x", "/x", "/nightloom/x"):
        written = healthy.run("exec", "-T", "nightloom", "sh", "-c", f"echo > {path}", check=False)
        assert written.returncode


def test_ports_are_open_on_this_machine_alone(healthy):
    published = [
        port
        for service in ("neo4j", "nightloom")
        for ports in healthy.inspected(service)["NetworkSettings"]["Ports"].values()
        for port in ports or ()
    ]

    assert {port["HostPort"] for port in published} == {"4200", "4280", "7474", "7687"}
    assert {port["HostIp"] for port in published} == {"127.0.0.1"}


def test_no_password_is_in_image_environment_or_process_list(healthy):
    files = (".nightloom/prefect/password", "/run/nightloom/neo4j")
    words = [healthy.inside("cat", path).strip().replace("/", ":").split(":")[1] for path in files]
    shown = [docker("history", "--no-trunc", "nightloom"), docker("inspect", "nightloom")]
    for service in ("neo4j", "nightloom"):
        container = healthy.inspected(service)
        shown += [json.dumps(container), docker("top", container["Id"], "-eo", "pid,args")]

    assert all(words)
    assert not [word for word in words if word in "".join(shown)]
    assert os.environ["NIGHTLOOM_TEST_WHEELS"] not in shown[0]
