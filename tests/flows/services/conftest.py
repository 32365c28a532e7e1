"""One `nightloom up` for all tests of this folder."""

import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator

import pytest

from tests.conftest import free_ports
from tests.flows.services.running import NIGHTLOOM, ROOT, Up, put_namesakes


@pytest.fixture(scope="package")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """Everything, started once, on ports and in a folder of its own."""
    folder = tmp_path_factory.mktemp("up")
    documents = folder / "documents"
    documents.mkdir()
    for path in sorted((ROOT / "samples" / "people").glob("*.md"))[:2]:
        shutil.copy(path, documents)
    put_namesakes(folder)
    bolt_port, http_port, prefect_port, page_port = ports = tuple(free_ports(4))
    environment = {
        **{name: value for name, value in os.environ.items() if "NIGHTLOOM" not in name},
        "PREFECT_API_KEY": "a key for another Prefect of this person",
        "NIGHTLOOM_GRAPH__BOLT_PORT": str(bolt_port),
        "NIGHTLOOM_GRAPH__HTTP_PORT": str(http_port),
        "NIGHTLOOM_GRAPH__HEAP_MB": "512",
        "NIGHTLOOM_PREFECT__PORT": str(prefect_port),
        "NIGHTLOOM_PAGE__PORT": str(page_port),
        "NIGHTLOOM_SOURCES": '[{"path": "documents", "name": "people", "max_age_h": 48}]',
        "PYTHONUNBUFFERED": "1",
    }
    process = subprocess.Popen(
        [NIGHTLOOM, "up"],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout
    output: list[str] = []
    reader = threading.Thread(target=lambda: output.extend(process.stdout), daemon=True)
    reader.start()
    up = Up(process, folder, ports, environment, output)  # type: ignore[arg-type]
    try:
        assert up.wait_for("nightloom is up"), "".join(output)
        yield up
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=120)
        reader.join(timeout=10)
        process.stdout.close()
