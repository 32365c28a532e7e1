"""The embedded server: whole program files, one server a home, data that outlives its crashes."""

import gc
import hashlib
import http.client
import http.server
import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import neo4j
import pytest
from jgo.maven import MavenContext

from graphdb.embedded import EmbeddedConfig, EmbeddedServer, Endpoint, locks
from graphdb.embedded.artifacts import Artifact, Library
from graphdb.errors import EmbeddedServerError
from tests.conftest import free_ports
from tests.processes import shown_by_processes

JAR = b"not much of a jar"


def ignore(what: str, done: int, total: int) -> None:
    """Take progress and tell nobody."""


def publish(folder: Path, name: str, content: bytes = JAR) -> Artifact:
    """Put a jar where Maven would look for it, and lock what it should be."""
    path = folder / "org" / "example" / name / "1.0" / f"{name}-1.0.jar"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    sha256 = hashlib.sha256(JAR).hexdigest()
    return Artifact.parse(f"org.example:{name}:jar:1.0 {sha256} {len(JAR)}")


def test_lock_names_every_file_once():
    library = Library.locked(Path("/cache"))

    assert len({artifact.filename for artifact in library.artifacts}) == 213
    assert all(len(artifact.sha256) == 64 for artifact in library.artifacts)
    assert 130e6 < library.n_bytes < 150e6


def test_lock_reads_classifiers():
    artifact = Artifact.parse("io.netty:epoll:jar:linux-aarch_64:4.1.136.Final abc 42853")

    assert artifact.filename == "epoll-4.1.136.Final-linux-aarch_64.jar"
    assert str(artifact) == "io.netty:epoll:linux-aarch_64:4.1.136.Final"


def test_install_fetches_only_what_is_missing(tmp_path, central):
    folder, context = central
    artifacts = tuple(publish(folder, name) for name in ("one", "two", "three"))
    library = Library(tmp_path / "library", artifacts)
    library.folder.mkdir()
    (library.folder / "one-1.0.jar").write_bytes(JAR)
    (library.folder / "two-1.0.jar").write_bytes(JAR[:5])
    reports = []

    library.install(lambda *report: reports.append(report[1:]), context)

    n = len(JAR)
    assert not library.missing()
    assert reports == [(0, 0), (n, 3 * n), (2 * n, 3 * n), (3 * n, 3 * n)]
    assert sorted(path.name for path in library.folder.iterdir()) == [
        "one-1.0.jar",
        "three-1.0.jar",
        "two-1.0.jar",
    ]


def test_install_needs_no_network_once_complete(tmp_path, central):
    folder, context = central
    library = Library(tmp_path / "library", (publish(folder, "one"),))
    library.install(ignore, context)

    library.install(ignore, MavenContext(remote_repos={"nowhere": "http://127.0.0.1:1"}))

    assert (library.folder / "one-1.0.jar").read_bytes() == JAR


def test_install_refuses_a_jar_with_other_content(tmp_path, central):
    folder, context = central
    library = Library(tmp_path / "library", (publish(folder, "one", b"another quite jar"),))

    with pytest.raises(EmbeddedServerError, match=r"org.example:one:1.0.*its sha256 is"):
        library.install(ignore, context)

    assert library.missing()


def test_install_says_which_jar_could_not_be_fetched(tmp_path, central):
    folder, context = central
    there, gone = publish(folder, "there"), Artifact.parse("org.example:gone:jar:2.0 00 1")
    library = Library(tmp_path / "library", (there, gone))

    with pytest.raises(EmbeddedServerError, match=r"org.example:gone:2.0, needed for .* run again"):
        library.install(ignore, context)

    assert library.missing() == [gone]


def test_failed_install_leaves_no_connection_open(tmp_path, central):
    _, context = central
    gone = Artifact.parse("org.example:gone:jar:2.0 00 1")
    gc.collect()

    with pytest.raises(EmbeddedServerError) as refusal:
        Library(tmp_path / "library", (gone,)).install(ignore, context)

    # Not isinstance, which asks every object there is for its class, and some warn.
    answers = [each for each in gc.get_objects() if type(each) is http.client.HTTPResponse]
    assert refusal.value.__cause__
    assert all(answer.isclosed() for answer in answers)


def test_two_installs_at_once_share_the_work(tmp_path, central):
    folder, context = central
    library = Library(tmp_path / "library", tuple(publish(folder, f"jar{n}") for n in range(20)))
    contexts = [MavenContext(remote_repos=context.remote_repos) for _ in range(2)]
    threads = [threading.Thread(target=library.install, args=(ignore, each)) for each in contexts]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not library.missing()


def test_lock_file_is_free_again_when_its_holder_was_killed(tmp_path):
    """A stale lock file never keeps anybody out, whatever pid it names."""
    path = tmp_path / "server.lock"
    holding = "import sys, time; from pathlib import Path; from graphdb.embedded import locks"
    code = (
        f"{holding}\nwith locks.exclusive(Path({str(path)!r})): print(flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        holder.stdout.readline()
        assert locks.is_held(path)

        holder.kill()

    assert path.exists()
    assert not locks.is_held(path)


def test_config_refuses_what_cannot_start():
    with pytest.raises(ValueError, match="both 7687"):
        EmbeddedConfig(http_port=7687)
    with pytest.raises(ValueError, match="heap_mb is 64"):
        EmbeddedConfig(heap_mb=64)
    with pytest.raises(ValueError, match="bolt_port is 70000, not a port"):
        EmbeddedConfig(bolt_port=70000)


def test_endpoint_does_not_show_its_password():
    endpoint = Endpoint(
        bolt_uri="bolt://127.0.0.1:1",
        http_url="http://localhost:2",
        user="neo4j",
        password="hush",
        password_file=Path("password"),
    )

    assert "hush" not in repr(endpoint)


@pytest.fixture
def another_config(embedded_config: EmbeddedConfig, tmp_path: Path) -> EmbeddedConfig:
    """A home and ports beside those of the server that the session may have running."""
    bolt_port, http_port = free_ports(2)
    return replace(embedded_config, home=tmp_path, bolt_port=bolt_port, http_port=http_port)


def test_start_names_the_setting_of_a_port_in_use(another_config):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        config = replace(another_config, http_port=taken.getsockname()[1])

        with pytest.raises(EmbeddedServerError, match="NIGHTLOOM_GRAPH__HTTP_PORT") as caught:
            EmbeddedServer(config).start()

    assert str(config.http_port) in str(caught.value)


def test_start_quotes_the_server_when_it_does_not_come_up(another_config):
    """The reason stands in the message, not only in a log somewhere."""
    config = replace(another_config, java_options=("-Xmx256m", "-XX:NoSuchOption=1"))

    with pytest.raises(EmbeddedServerError, match=r"exit code 1: .*NoSuchOption"):
        EmbeddedServer(config).start()


@pytest.mark.parametrize(
    ("asked", "runs"),
    [((), "UseParallelGC"), (("-XX:+UseSerialGC",), "UseSerialGC")],
    ids=["default", "asked-for"],
)
def test_one_collector_runs(another_config, asked, runs):
    """Java refuses to start with two, so one that is asked for takes the default's place."""
    tell = ("-XX:+PrintCommandLineFlags", "-XX:+UnlockDiagnosticVMOptions")
    config = replace(another_config, java_options=(*asked, *tell, "-XX:TieredStopAtLevel=1"))

    with EmbeddedServer(config).running():
        flags = (config.home / "logs" / "console.log").read_text(encoding="utf-8")

    assert re.findall(r"-XX:\+(Use\w+GC)", flags) == [runs]


def test_start_refuses_a_graph_whose_password_is_gone(another_config, tmp_path):
    (tmp_path / "data" / "databases" / "system").mkdir(parents=True)

    with pytest.raises(EmbeddedServerError, match="password is missing; put that file back"):
        EmbeddedServer(another_config).start()


def test_second_start_finds_the_first(embedded_config, embedded):
    other_ports = replace(embedded_config, bolt_port=1, http_port=2)

    assert EmbeddedServer(other_ports).start() == embedded


def test_password_is_for_the_owner_alone(embedded):
    mode = embedded.password_file.stat().st_mode

    assert stat.S_IMODE(mode) == 0o600
    assert len(embedded.password) == 20


Started = list[tuple[object, dict[str, str]]]
LISTENING: list[Started] = []


def listen(event: str, arguments: tuple) -> None:
    """Note a program that this process starts: its arguments and its environment."""
    if event == "subprocess.Popen":
        _, words, _, environment = arguments
        for programs in LISTENING:
            programs.append((words, dict(os.environ if environment is None else environment)))


sys.addaudithook(listen)  # for good: Python lets go of no hook


@pytest.fixture
def started():
    """The programs that this process starts during a test, however soon they end."""
    programs: Started = []
    LISTENING.append(programs)
    yield programs
    LISTENING.remove(programs)


def test_password_is_in_no_process_list(another_config, started):
    """Nobody but the server knows the password of a new home, so nobody may show it."""
    with EmbeddedServer(another_config).running() as endpoint:
        shown = shown_by_processes("cmdline", "environ")

    home = str(another_config.home)
    assert [home in str(words) for words, _ in started] == [True, True]  # the tool, the server
    assert home in shown
    assert endpoint.password not in shown + str(started)


def test_strangers_are_not_let_in(embedded):
    strange = neo4j.GraphDatabase.driver(embedded.bolt_uri, auth=("neo4j", "neo4j"))

    with strange as driver, pytest.raises(neo4j.exceptions.AuthError):
        driver.verify_connectivity()


def test_listens_on_loopback_alone(embedded_config, embedded):
    ports = {embedded_config.bolt_port, embedded_config.http_port}
    listening = listeners()

    assert {port for address, port in listening if port in ports} == ports
    assert {address for address, port in listening if port in ports} <= {"127.0.0.1"}


def test_one_of_two_users_leaving_does_not_stop_it(embedded_config, embedded):
    with EmbeddedServer(embedded_config).running():
        pass

    assert EmbeddedServer(embedded_config).endpoint() == embedded


def test_telemetry_is_off(embedded):
    query = "SHOW SETTINGS 'dbms.usage_report.enabled', 'client.allow_telemetry' YIELD value"
    with driver_of(embedded) as driver:
        values = {record["value"] for record in driver.execute_query(query).records}

    assert values == {"false"}


def driver_of(endpoint: Endpoint) -> neo4j.Driver:
    return neo4j.GraphDatabase.driver(endpoint.bolt_uri, auth=(endpoint.user, endpoint.password))


def listeners() -> set[tuple[str, int]]:
    """Return the addresses on which somebody on this machine listens."""
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            _, local, _, state, *_ = line.split()
            address, port = local.split(":")
            if state == "0A":
                found.add(("127.0.0.1" if address in LOOPBACK else address, int(port, 16)))
    return found


LOOPBACK = {"0100007F", "0000000000000000FFFF00000100007F"}

STARTER = """
import json, sys
from pathlib import Path
from graphdb.embedded import EmbeddedConfig, EmbeddedServer
options = json.loads(sys.argv[1])
options["home"], options["cache"] = Path(options["home"]), Path(options["cache"])
print(EmbeddedServer(EmbeddedConfig(**options)).start().bolt_uri)
"""


def starter(config: EmbeddedConfig) -> "subprocess.Popen[str]":
    """Start the server from another process, which then ends and leaves it running."""
    fields = ("home", "cache", "bolt_port", "http_port", "heap_mb", "page_cache_mb", "java_options")
    options = json.dumps({name: getattr(config, name) for name in fields}, default=str)
    return subprocess.Popen(
        [sys.executable, "-c", STARTER, options], stdout=subprocess.PIPE, text=True
    )


def test_home_survives_two_starters_and_a_kill(another_config):
    """Two who start at once get one server; after `kill -9` the same home has its data again."""
    config = another_config
    server = EmbeddedServer(config)
    starters = [starter(config) for _ in range(2)]
    answers = [process.communicate(timeout=120)[0].strip() for process in starters]

    try:
        endpoint = server.endpoint()
        assert endpoint is not None
        assert answers == [endpoint.bolt_uri] * 2
        with driver_of(endpoint) as driver:
            driver.execute_query("CREATE (:Kept {name: 'Ada'})")
        running = server.home.running()
        assert running is not None

        os.kill(running.pid, signal.SIGKILL)
        wait_until_free(server.home.server_lock)
        assert server.endpoint() is None

        with driver_of(server.start()) as driver:
            (record,) = driver.execute_query("MATCH (kept:Kept) RETURN kept.name").records
        assert record.value() == "Ada"
    finally:
        server.stop()


def wait_until_free(path: Path) -> None:
    for _ in range(100):
        if not locks.is_held(path):
            return
        threading.Event().wait(0.05)
    raise TimeoutError(path)
