"""The server's home: configuration, password, and who runs there.

home/
├── conf/neo4j.conf   written at every start; the settings are ours
├── data/ logs/       Neo4j's own; logs/console.log is what it said on its way up
├── pages/            Browser's pages, unpacked once
├── password          of the user neo4j, mode 0600
├── server.lock       held by the running server; says "pid bolt_port http_port"
└── users.lock        held, shared, by every process that uses the server
"""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from graphdb.embedded import processes
from graphdb.embedded.config import EmbeddedConfig, Endpoint
from graphdb.errors import EmbeddedServerError

# No l, o, 0 and 1: people copy it into the Browser by hand. 20 letters of 32 are 100 bits.
LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"

CONF = """\
# Written by nightloom at every start; changes made here are lost.
server.default_listen_address=127.0.0.1
server.bolt.listen_address=127.0.0.1:{config.bolt_port}
server.http.listen_address=127.0.0.1:{config.http_port}
server.bolt.advertised_address=localhost:{config.bolt_port}
server.http.advertised_address=localhost:{config.http_port}
server.https.enabled=false
server.memory.pagecache.size={config.page_cache_mb}m
dbms.security.auth_enabled=true
dbms.usage_report.enabled=false
client.allow_telemetry=false
# Browser asks three hosts on the internet for fonts, statistics and a feedback form; not here.
dbms.security.http_static_content_security_policy_header={policy}
dbms.security.http_access_control_allow_origin=http://localhost:{config.http_port}
# Without these two a transaction that somebody forgot in Browser blocks others for ever.
db.lock.acquisition.timeout=5m
db.transaction.timeout=1h
db.tx_log.preallocate=false
db.tx_log.rotation.size=32m
db.tx_log.rotation.retention_policy=2 files
internal.dbms.bolt.netty_server_shutdown_quiet_period=0
"""

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; "
    "img-src 'self' data:; connect-src 'self' "
    "http://localhost:* ws://localhost:* http://127.0.0.1:* ws://127.0.0.1:*; "
    "base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True)
class ServerProcess:
    """What a running server wrote about itself."""

    pid: int
    bolt_port: int
    http_port: int


@dataclass(frozen=True, slots=True)
class Home:
    """The folder of one embedded server."""

    folder: Path

    @property
    def password_file(self) -> Path:
        """Where the password of the user neo4j stands."""
        return self.folder / "password"

    @property
    def server_lock(self) -> Path:
        """Held by the server as long as it lives."""
        return self.folder / "server.lock"

    @property
    def users_lock(self) -> Path:
        """Held by each process that needs the server to stay."""
        return self.folder / "users.lock"

    @property
    def pages(self) -> Path:
        """What Neo4j Browser is served from; `browser/nightloom` in it is ours to fill."""
        return self.folder / "pages"

    @property
    def console_log(self) -> Path:
        """What the server said since its last start."""
        return self.folder / "logs" / "console.log"

    @property
    def is_new(self) -> bool:
        """Whether the server never came up here, so that it takes its first password."""
        return not (self.folder / "data" / "databases" / "system").exists()

    def prepare(self, config: EmbeddedConfig) -> None:
        """Create folders, configuration and password.

        Raises:
            EmbeddedServerError: There is a graph but its password is gone.
        """
        for name in ("conf", "data", "logs", "plugins"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        (self.folder / "conf" / "neo4j.conf").write_text(
            CONF.format(config=config, policy=POLICY), "utf-8"
        )
        if not self.password_file.exists():
            self._invent_password()

    def _invent_password(self) -> None:
        if not self.is_new:
            raise EmbeddedServerError(
                f"{self.folder} holds a graph but {self.password_file} is missing; put that file "
                "back, or delete the folder and ingest again",
                self.folder,
            )
        half_written = self.password_file.with_suffix(".new")
        half_written.unlink(missing_ok=True)
        descriptor = os.open(half_written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write("".join(secrets.choice(LETTERS) for _ in range(20)))
        half_written.replace(self.password_file)

    def running(self) -> ServerProcess | None:
        """Say which server runs here; None as well while one is just being launched."""
        holder = processes.holder(self.server_lock)
        if not holder:
            return None
        pid, (bolt_port, http_port) = holder
        return ServerProcess(pid, int(bolt_port), int(http_port))

    def endpoint(self, running: ServerProcess) -> Endpoint:
        """Return how to reach the server that runs here."""
        return Endpoint(
            bolt_uri=f"bolt://127.0.0.1:{running.bolt_port}",
            http_url=f"http://localhost:{running.http_port}",
            user="neo4j",
            password=self.password_file.read_text("ascii").strip(),
            password_file=self.password_file,
        )

    def last_words(self) -> str:
        """Return what the server gave as its reason for not coming up, shortened."""
        if not self.console_log.exists():
            return "it said nothing"
        lines = self.console_log.read_text("utf-8", errors="replace").splitlines()
        complaints = [line for line in lines if " ERROR " in line or "Caused by" in line]
        return " | ".join((complaints or lines)[-3:])[:600] or "it said nothing"
