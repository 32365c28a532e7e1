"""Who may drive Prefect: its own pages and programs with the password, and nobody else."""

import http.client
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from tests.browsing import Visitor
from tests.flows.services.running import DEPLOYMENTS, log_in
from tests.processes import shown_by_processes

FOREIGN = "rebound.example"


def ask(up, method: str, path: str, body: object = None, **headers: str) -> tuple[int, str]:
    """Return status and answer of one request, with the headers as they are given."""
    port = up.ports[2]
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    sent = {"Host": f"127.0.0.1:{port}", "Content-Type": "application/json"}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, None if body is None else json.dumps(body), sent)
    response = connection.getresponse()
    answer = response.read().decode(errors="replace")
    connection.close()
    return response.status, answer


def attack(up, **headers: str) -> dict[str, int]:
    """Do what a page did that had made its name point here; return how each step was answered."""
    statuses = {}
    statuses["page"], _ = ask(up, "GET", "/", **headers)
    statuses["token"], answer = ask(up, "GET", "/api/csrf-token?client=evil", **headers)
    if statuses["token"] == 200:
        headers |= {
            "Prefect_Csrf_Client": "evil",
            "Prefect_Csrf_Token": json.loads(answer)["token"],
        }
    nightly = up.prefect.deployment()
    run = {"parameters": {"path": "/etc", "source": "stolen"}}
    statuses["run"], _ = ask(
        up, "POST", f"/api/deployments/{nightly['id']}/create_flow_run", run, **headers
    )
    shell = {"prefect.deployments.steps.run_shell_script": {"script": "touch /tmp/owned"}}
    deployment = {
        "name": "evil",
        "flow_id": nightly["flow_id"],
        "entrypoint": "flows.nightly.nightly",
        "pull_steps": [shell],
        "work_pool_name": "nightloom",
    }
    statuses["deployment"], _ = ask(up, "POST", "/api/deployments/", deployment, **headers)
    return statuses


OURS = set(DEPLOYMENTS)


def names_of_deployments(up) -> set[str]:
    return {deployment["name"] for deployment in up.prefect.call("POST", "/deployments/filter", {})}


@pytest.mark.parametrize(
    "host",
    [FOREIGN, f"{FOREIGN}:4200", "localhost.rebound.example", "0.0.0.0:4200", "[::1]:4200", "",
     "localhost:4200@rebound.example", "127.0.0.1:x", "127.1"],
)  # fmt: skip
def test_page_under_a_foreign_name_is_refused_even_with_the_password(up, host):
    """DNS rebinding: for the browser such a page is of the same origin."""
    statuses = attack(up, Host=host, Authorization=up.prefect.authorization)

    assert set(statuses.values()) <= {400, 403}
    assert names_of_deployments(up) == OURS


def test_two_host_headers_are_refused(up):
    with socket.create_connection(("127.0.0.1", up.ports[2]), timeout=60) as plain:
        hosts = f"Host: 127.0.0.1:{up.ports[2]}\r\nHost: {FOREIGN}\r\n"
        plain.sendall(f"GET /api/health HTTP/1.1\r\n{hosts}\r\n".encode())
        status_line = plain.recv(100).split(b"\r\n")[0]

    assert b" 400 " in status_line or b" 403 " in status_line


@pytest.mark.parametrize(
    "authorization", [None, "Basic bmlnaHRsb29tOmd1ZXNz", "Bearer a-key", "Basic", "Basic ///"]
)
def test_nobody_is_answered_without_the_password(up, authorization):
    headers = {"Authorization": authorization} if authorization else {}
    statuses = attack(up, **headers)

    assert statuses.pop("page") == 200  # the login page
    assert set(statuses.values()) <= {401, 403}
    assert names_of_deployments(up) == OURS


@pytest.mark.parametrize("origin", [f"http://{FOREIGN}", "http://localhost:1", "null", "file://"])
def test_pages_of_other_origins_are_refused_even_with_the_password(up, origin):
    """A form, a request or a socket of another page, and of another program on this machine."""
    statuses = attack(up, Origin=origin, Authorization=up.prefect.authorization)

    assert set(statuses.values()) == {403}
    assert names_of_deployments(up) == OURS


def socket_status(up, host: str = "127.0.0.1", origin: str | None = None) -> int:
    """Return how the request to open a socket of events is answered; 101: it is open."""
    port = up.ports[2]
    plain = socket.create_connection(("127.0.0.1", port), timeout=60)
    address = f"ws://{host}:{port}/api/events/out"
    try:
        with connect(address, sock=plain, origin=origin, subprotocols=["prefect"]):
            return 101
    except InvalidStatus as refused:
        return refused.response.status_code


def test_sockets_are_for_own_names_and_pages(up):
    own_page = f"http://127.0.0.1:{up.ports[2]}"

    assert socket_status(up) == socket_status(up, origin=own_page) == 101
    assert socket_status(up, host=FOREIGN) == 403
    assert socket_status(up, origin=f"http://{FOREIGN}") == 403


@pytest.mark.parametrize(
    "first", [{"type": "auth", "token": "guess"}, {"type": "auth"}, {"type": "filter"}]
)
def test_socket_says_nothing_without_the_password(up, first):
    address = f"ws://127.0.0.1:{up.ports[2]}/api/events/out"
    with connect(address, subprotocols=["prefect"]) as events:
        events.send(json.dumps(first))
        with pytest.raises(ConnectionClosed) as closed:
            events.recv()

    assert closed.value.rcvd.code == 1008


def test_no_page_may_frame_it_or_load_from_elsewhere(up):
    connection = http.client.HTTPConnection("127.0.0.1", up.ports[2], timeout=60)
    connection.request("GET", "/")
    headers = connection.getresponse().headers
    connection.close()

    assert headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "default-src 'self'" in headers["Content-Security-Policy"]


PLACES = ("runs", "flows", "artifacts", "automations", "blocks", "settings", "deployments")


@pytest.mark.parametrize("version", ["", "/v2"])
def test_pages_of_prefect_ask_for_the_password_and_ask_nobody_else(up, visitor: Visitor, version):
    """Both of its UIs; the newer one would ask a third party."""
    page, pages = visitor.page, f"http://localhost:{up.ports[2]}{version}"

    log_in(page, up, pages)
    for place in PLACES:
        page.goto(f"{pages}/{place}")
        page.wait_for_timeout(1_000)  # whom it asks, it asks soon
    expect(page.get_by_text("nightly").first).to_be_visible()
    visitor.picture(f"prefect{version.replace('/', '-')}-deployments")

    assert not visitor.outside()


def test_programs_of_the_person_get_in_with_the_password(up):
    """What docs/operations.md says about Prefect's own command line."""
    done = subprocess.run(
        [Path(sys.executable).with_name("prefect"), "deployment", "ls"],
        cwd=up.folder / "documents",
        env={
            **{name: value for name, value in os.environ.items() if "PREFECT" not in name},
            "PREFECT_API_URL": f"{up.prefect.url}/api",
            "PREFECT_API_AUTH_STRING": up.password,
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "nightly/nightly" in done.stdout


def test_password_stands_in_no_command_line_and_no_log(up):
    """Every user of the machine can read the arguments of every process."""
    home = up.folder / ".nightloom"
    (_, word) = up.password.split(":")
    neo4j_word = (home / "neo4j" / "password").read_text().strip()
    logs = [path.read_text("utf-8", errors="replace") for path in home.rglob("*.log")]
    shown = "".join([shown_by_processes("cmdline"), *logs, *up.output])

    assert logs
    assert str(home) in shown
    assert word not in shown
    assert neo4j_word not in shown + shown_by_processes("environ")


def test_what_is_kept_is_for_its_user_alone(up):
    home = up.folder / ".nightloom"
    pages = home / "prefect" / "pages"  # Prefect's own, the same for everybody
    kept = [path for path in home.rglob("*") if path.exists() and pages not in path.parents]

    open_to_others = [str(path) for path in (home, *kept) if path.stat().st_mode & 0o077]

    assert home / "prefect" / "prefect.db" in kept
    assert open_to_others == []
