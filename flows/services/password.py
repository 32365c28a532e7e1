"""The word without which the Prefect server answers nobody, kept in a file of the home.

`nightloom up` makes it once. Programs that we start get it in their environment, never on a command
line, which every user of the machine can read; people type it into the login page.
"""

import os
import secrets
from pathlib import Path

USER = "nightloom"

# No l, o, 0 and 1: people copy it by hand. 20 letters of 32 are 100 bits.
LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"


def password(file: Path) -> str:
    """Return what the login page asks for, `user:password`; make it where there is none yet.

    To have another one, delete the file and start `nightloom up` again.
    """
    if not file.exists():
        _invent(file)
    file.chmod(0o600)  # a copy out of a backup may be open to all
    return file.read_text("ascii").strip()


def _invent(file: Path) -> None:
    half_written = file.with_suffix(".new")
    half_written.unlink(missing_ok=True)
    descriptor = os.open(half_written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as out:
        out.write(f"{USER}:{''.join(secrets.choice(LETTERS) for _ in range(20))}\n")
    half_written.replace(file)
