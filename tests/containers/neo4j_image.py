"""An image of Neo4j made of what this machine has: no registry is asked.

In it are the jars and the Java runtime of the embedded server, and of the machine's own system a
shell, what the check of its health calls, and the libraries that all of these are linked to.
"""

from collections.abc import Iterable
from pathlib import Path

from tests.containers.image import imported, program

ENTRYPOINT = """\
#!/bin/sh
# Takes the password as the official image does: NEO4J_AUTH=neo4j/PASSWORD, or a file of that.
set -eu
[ -z "${NEO4J_AUTH_FILE:-}" ] || read -r NEO4J_AUTH < "$NEO4J_AUTH_FILE"
run() { exec /java/bin/java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp '/neo4j/lib/*' "$@"; }
password=${NEO4J_AUTH#neo4j/}
[ -e /data/dbms/auth.ini ] ||
    (run org.neo4j.cli.AdminTool dbms set-initial-password "$password")
run -Xmx512m --add-opens=java.base/java.nio=ALL-UNNAMED --add-opens=java.base/java.io=ALL-UNNAMED \\
    --add-opens=java.base/sun.nio.ch=ALL-UNNAMED org.neo4j.server.CommunityEntryPoint \\
    --home-dir=/neo4j --config-dir=/neo4j/conf --console-mode
"""

CONFIGURATION = """\
server.default_listen_address=0.0.0.0
server.directories.data=/data
server.memory.pagecache.size=64m
dbms.usage_report.enabled=false
client.allow_telemetry=false
db.tx_log.preallocate=false
"""

DESKTOP = ("awt", "font", "jsound", "splash", "mlib", "lcms", "javajpeg")
"""Parts of a Java runtime that a server does not load, and whose libraries are often missing."""

UNREACHED_NAMES = "hosts: files\n"
"""Without it the server asks a resolver that is not there for its own name, ten seconds a time."""


PROGRAMS = ("sh", "wget")


def build_neo4j(java: Path, jars: Iterable[Path], tag: str) -> None:
    """Make the image and hand it to the Docker daemon of the environment."""
    changes = (
        'ENTRYPOINT ["/entrypoint"]',
        "EXPOSE 7474 7687",
        "ENV NEO4J_HOME=/neo4j NEO4J_CONF=/neo4j/conf",
    )
    with imported(tag, changes) as image:
        image.folders("tmp", "data", "neo4j/logs", "neo4j/plugins", "neo4j/import")
        image.text("entrypoint", ENTRYPOINT, mode=0o755)
        image.text("neo4j/conf/neo4j.conf", CONFIGURATION)
        image.text("etc/nsswitch.conf", UNREACHED_NAMES)
        image.text("etc/passwd", "root:x:0:0:root:/tmp:/bin/sh\n")
        image.text("etc/group", "root:x:0:\n")
        image.tree(java, "java")
        for jar in jars:
            image.tree(jar, f"neo4j/lib/{jar.name}")
        image.programs(*PROGRAMS)
        native = [path for path in (java / "lib").rglob("*.so") if not _is_of_desktop(path)]
        image.libraries((), of=[*map(program, PROGRAMS), java / "bin" / "java", *native])


def _is_of_desktop(path: Path) -> bool:
    return any(word in path.name for word in DESKTOP)
