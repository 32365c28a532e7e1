"""What `compose.yaml` and the Dockerfile promise, read without Docker.

`make test-containers` builds and runs them.
"""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from flows.settings import load_settings
from graphdb.embedded import EmbeddedConfig, Library

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def services() -> dict[str, dict]:
    return yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]


def test_neo4j_is_the_version_that_is_started_without_containers(services):
    library = Library.locked(EmbeddedConfig(home=Path()).cache)
    (version,) = {
        a.version for a in library.artifacts if (a.group, a.name) == ("org.neo4j", "neo4j")
    }

    assert services["neo4j"]["image"] == f"neo4j:{version}-community"


def test_every_port_is_of_this_machine_alone(services):
    ports = [port for service in services.values() for port in service.get("ports", ())]

    assert len(ports) == 4
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_settings_of_the_container_are_settings(services, monkeypatch):
    for name, value in services["nightloom"]["environment"].items():
        monkeypatch.setenv(name, value)

    settings = load_settings()

    assert not re.search(
        "password", json.dumps(services["nightloom"]["environment"]), re.IGNORECASE
    )
    assert [str(source.place) for source in settings.sources] == ["/documents"]


def test_documents_and_passwords_are_mounted_read_only(services):
    mounts = services["nightloom"]["volumes"]

    assert [mount for mount in mounts if not mount.endswith(":ro")] == ["home:/var/lib/nightloom"]


@pytest.mark.parametrize("command", ["docker compose", "docker-compose"])
def test_compose_finds_nothing_wrong_with_its_file(command):
    if not does(f"{command} version"):
        pytest.skip(f"no {command} here")

    assert does(f"{command} --file {ROOT / 'compose.yaml'} config --quiet")


def does(line: str) -> bool:
    words = line.split()
    return bool(shutil.which(words[0])) and not subprocess.run(words, check=False).returncode
