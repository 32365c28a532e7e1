"""Where the embedded server lives and listens, and what one needs to talk to it."""

from dataclasses import dataclass, field
from pathlib import Path

from platformdirs import user_cache_path


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedConfig:
    """How to run the embedded server. One server per home."""

    home: Path = Path(".nightloom/neo4j")
    """Folder of its data, logs, configuration and password."""

    bolt_port: int = 7687
    """Loopback port of the driver protocol."""

    http_port: int = 7474
    """Loopback port of Neo4j Browser."""

    heap_mb: int = 1024
    """Java heap in MB. Below 256 it does not start; the process takes about 400 MB more."""

    page_cache_mb: int = 256
    """Memory for the store's pages in MB: a graph that fits in it is never read from disk twice."""

    cache: Path = field(default_factory=lambda: user_cache_path("nightloom"))
    """Folder of the server's program files (138 MB, and 108 MB that Java keeps of them), shared by
    all homes."""

    start_timeout_s: float = 300.0
    """How long to wait for a start. Recovery after a crash counts too."""

    stop_timeout_s: float = 60.0
    """How long to wait for a clean stop before the server is killed; it loses nothing by that."""

    java_options: tuple[str, ...] = ()
    """Further options of the Java virtual machine; they come last, so they win."""

    def __post_init__(self) -> None:
        for name in ("bolt_port", "http_port"):
            if not 0 < getattr(self, name) < 65536:
                raise ValueError(f"{name} is {getattr(self, name)}, not a port: take 1 to 65535")
        if self.bolt_port == self.http_port:
            raise ValueError(f"bolt_port and http_port are both {self.bolt_port}")
        if self.heap_mb < 256:
            raise ValueError(f"heap_mb is {self.heap_mb}; the server needs 256 or more")
        for name in ("page_cache_mb", "start_timeout_s", "stop_timeout_s"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} is {getattr(self, name)}; it takes more than 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A running server: its addresses and the credentials it takes."""

    bolt_uri: str
    http_url: str
    user: str
    password: str = field(repr=False)
    password_file: Path
