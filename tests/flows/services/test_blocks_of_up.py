"""A command asks the Prefect server of `nightloom up` for the block that a source names."""

import json
from dataclasses import replace

import pytest
from prefect.blocks.system import Secret
from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL, temporary_settings

from tests.flows.sources.remote import servers
from tests.flows.sources.remote.servers import PASSWORD, USER


@pytest.fixture
def at(up, tmp_path):
    """Run commands where a source on a WebDAV server names a block."""
    (tmp_path / "served").mkdir()
    (tmp_path / "served" / "a.txt").write_text("Ada works for Acme.")
    with servers.webdav(tmp_path / "served") as port:
        url = f"webdav://127.0.0.1:{port}"

        def with_block(block: str):
            sources = json.dumps([{"path": url, "name": "team", "credentials": block}])
            return replace(up, environment=up.environment | {"NIGHTLOOM_SOURCES": sources}), url

        yield with_block


def test_command_logs_in_with_a_block_of_the_server_that_is_up(up, at):
    there = {
        PREFECT_API_URL: f"{up.prefect.url}/api",
        PREFECT_API_AUTH_STRING: up.password,
    }
    with temporary_settings(updates=there):
        Secret(value={"user": USER, "password": PASSWORD}).save("team", overwrite=True)
    here, url = at("secret/team")

    done = here.nightloom("ingest", url, "--dry-run", "--json")

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["documents"]["new"] == 1
    assert PASSWORD not in done.stdout + done.stderr


def test_block_that_is_not_there_is_one_sentence(at):
    here, url = at("secret/nobody-made-it")

    done = here.nightloom("ingest", url, "--dry-run")

    assert done.returncode == 1
    assert "the Prefect block secret/nobody-made-it, and there is none" in " ".join(
        done.stderr.split()
    )
    assert "Traceback" not in done.stderr
