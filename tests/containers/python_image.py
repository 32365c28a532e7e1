"""An image to build ours upon, in place of `python:3.12-slim`: this machine's Python, a shell."""

import subprocess
import sys
import sysconfig
from pathlib import Path

from tests.containers.image import imported, program

PROGRAMS = ("sh", "cat", "env", "id", "sed", "useradd")
"""What the Dockerfile calls, and the tests in the container."""

EXPECTED = (
    *("libstdc++.so.6", "libgcc_s.so.1", "libpthread.so.0", "libdl.so.2", "librt.so.1"),
    *("libutil.so.1", "libresolv.so.2"),
)
"""What packages from the index expect of any system."""

LEFT_OUT = ("test", "idlelib", "turtledemo", "site-packages", "tkinter")
"""Of Python's own library."""


def build_python(tag: str) -> None:
    """Make the image and hand it to the Docker daemon of the environment."""
    prefix, library = Path(sys.base_prefix), Path(sysconfig.get_path("stdlib"))
    python = prefix / "bin" / f"python3.{sys.version_info.minor}"
    loaded = [path for path in (library / "lib-dynload").glob("*.so") if "tkinter" not in path.name]
    with imported(tag, ["ENV PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin"]) as image:
        image.folders("tmp", mode=0o1777)
        image.folders("etc/skel", "var/lib", str(brought_to()).lstrip("/"))
        image.text("etc/passwd", "root:x:0:0:root:/tmp:/bin/sh\n")
        image.text("etc/group", "root:x:0:\n")
        image.text("etc/shadow", "root:*:20000::::::\n", mode=0o600)
        image.text("etc/gshadow", "root:*::\n", mode=0o600)
        image.text("etc/login.defs", "UID_MIN 1000\nGID_MIN 1000\nUSERGROUPS_ENAB yes\n")
        image.text("etc/nsswitch.conf", "hosts: files dns\n")
        image.tree(Path("/usr/share/zoneinfo"), "usr/share/zoneinfo")
        image.tree(python, str(python).lstrip("/"))
        image.tree(library, str(library).lstrip("/"), LEFT_OUT)
        image.link("usr/local/bin/python3", str(python))
        image.programs(*PROGRAMS)
        programs = [python, *loaded, *map(program, PROGRAMS)]
        image.libraries(_expected_libraries(), of=programs)


def brought_to() -> Path:
    """Return where this Python looks for packages that come with it."""
    return Path(sysconfig.get_path("stdlib")) / "site-packages"


def _expected_libraries() -> list[Path]:
    said = subprocess.run([program("ldconfig"), "-p"], capture_output=True, text=True, check=True)
    found: dict[str, Path] = {}
    for name, *_, path in filter(None, map(str.split, said.stdout.splitlines())):
        found.setdefault(name, Path(path))  # the first is of this machine's own processor type
    return [found[name] for name in EXPECTED]
