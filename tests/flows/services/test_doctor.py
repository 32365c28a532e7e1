"""`nightloom doctor` where something is wrong: it names the thing under its own name."""

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from extractors.pretrained.onnx_jars import JARS
from flows.services.doctor import check_encoder, room
from flows.setting_groups import ExtractorSettings
from flows.settings import Settings
from tests.conftest import free_ports
from tests.flows.services.running import NIGHTLOOM

UNPRIVILEGED = ("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--")
"""For root, whom no mode of a file stops."""


def checks(folder: Path, *prefix: str, **environment: str) -> dict[str, dict[str, str]]:
    """Return what the doctor says in a folder, by the name of the check."""
    inherited = {n: value for n, value in os.environ.items() if not n.startswith("NIGHTLOOM_")}
    done = subprocess.run(
        [*prefix, NIGHTLOOM, "doctor", "--json"],
        cwd=folder,
        env=inherited | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout, done.stderr
    return {check["name"]: check for check in json.loads(done.stdout)["checks"]}


def test_home_that_cannot_be_written_is_said_under_home_and_nowhere_else(tmp_path):
    prefix = () if os.getuid() else UNPRIVILEGED
    if prefix and not shutil.which(prefix[0]):
        pytest.skip("root may write everywhere, and there is no setpriv")
    home = tmp_path / ".nightloom"
    (home / "neo4j").mkdir(parents=True, mode=0o500)
    home.chmod(0o500)
    bolt, http, prefect, page = map(str, free_ports(4))
    found_checks = checks(
        tmp_path,
        *prefix,
        NIGHTLOOM_GRAPH__BOLT_PORT=bolt,
        NIGHTLOOM_GRAPH__HTTP_PORT=http,
        NIGHTLOOM_PREFECT__PORT=prefect,
        NIGHTLOOM_PAGE__PORT=page,
    )
    home.chmod(0o700)

    assert found_checks["home"]["state"] == "fail"
    assert f"{home} cannot be written" in found_checks["home"]["finding"]
    assert found_checks["ports"]["state"] == found_checks["disk"]["state"] == "ok"


def test_home_that_others_may_look_into_is_said(tmp_path):
    (tmp_path / ".nightloom").mkdir()
    (tmp_path / ".nightloom").chmod(0o755)
    home = checks(tmp_path)["home"]

    assert home["state"] == "warn"
    assert "chmod 700" in home["remedy"]


def test_port_of_another_program_is_named_with_its_setting(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ports = checks(tmp_path, NIGHTLOOM_PREFECT__PORT=str(port))["ports"]

    assert ports["state"] == "warn"
    assert f"{port} (NIGHTLOOM_PREFECT__PORT)" in ports["finding"]


def test_encoder_that_is_still_to_be_fetched_is_said_with_its_size(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    settings = Settings(extractor=ExtractorSettings(model="general"))
    said = check_encoder(settings)
    jar = JARS["bge-small-en-v1.5"]
    (tmp_path / "nightloom/encoders" / f"bge-small-en-v1.5-{jar.sha256[:16]}").mkdir(parents=True)

    assert (said.state, said.finding) == ("warn", "not fetched yet: bge-small-en-v1.5")
    assert "78 MB" in said.remedy
    assert check_encoder(settings).state == "ok"


@pytest.mark.parametrize(
    ("n_bytes", "state"), [(0, "fail"), (100_000_000, "fail"), (10**9, "warn"), (10**11, "ok")]
)
def test_full_disk_is_a_check_of_its_own(tmp_path, n_bytes, state):
    check = room(tmp_path, n_bytes)

    assert (check.name, check.state) == ("disk", state)
    assert bool(check.remedy) == (state != "ok")


def test_modules_of_the_working_directory_are_not_taken_for_pythons(tmp_path):
    """`python -m flows` would look there first."""
    for name in ("queue", "random", "secrets", "typer", "rich"):
        (tmp_path / f"{name}.py").write_text("raise RuntimeError('of a person')\n")
    done = subprocess.run(
        [sys.executable, "-m", "flows", "--version"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
