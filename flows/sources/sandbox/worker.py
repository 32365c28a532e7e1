"""The process that converts: it loads one module, puts up its walls, and answers requests.

It is started with `python -I -m` and a socket as its standard input; whatever it reads has been
handed to it as a descriptor, and whatever it says goes back through the socket.
"""

import hashlib
import json
import os
import pkgutil
import socket
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from typing import Any

from flows.sources.sandbox.frames import receive_request, send_frame
from flows.sources.sandbox.limits import Limits
from flows.sources.sandbox.walls import (
    EARLY,
    LATE,
    die_with_parent,
    limit_process,
    limit_time,
    put_up,
)
from flows.sources.values import UnreadableError


def main() -> None:
    """Convert until nobody asks any more; what can be wrong with a document is an answer."""
    order = json.loads(sys.argv[1])
    connection = socket.socket(fileno=os.dup(0))
    # Early walls stand before any library of others is loaded. Late ones would keep libraries from
    # loading at all, so everything that may be needed is loaded between the two.
    die_with_parent()
    limits = Limits(**order["limits"])
    put_up(EARLY, frozenset(order["walls"]))
    conversion = import_module(order["conversion"])
    _load_encodings()
    for package in conversion.PACKAGES:
        _load_all(package)
    conversion.warm_up()
    limit_process(limits)
    put_up(LATE, frozenset(order["walls"]))
    send_frame(connection, "end")  # ready
    worker = _Worker(connection, conversion, limits)
    while (received := receive_request(connection)) is not None:
        request, descriptor = received
        worker.answer(request, descriptor)


class _Worker:
    """Answers one request after another; what an archive holds is read on where it was left."""

    def __init__(self, connection: socket.socket, conversion: Any, limits: Limits) -> None:
        self._connection = connection
        self._conversion = conversion
        self._limits = limits
        self._key = ""
        self._members: Iterator[Any] = iter(())

    def answer(self, request: dict[str, Any], descriptor: int) -> None:
        limit_time(self._limits.cpu_s)  # of each document anew
        with os.fdopen(descriptor, "rb") as file:
            try:
                if request["do"] == "convert":
                    self._convert(file.read(), request)
                elif request["do"] == "picture":
                    self._picture(file.read(), request)
                elif request["do"] == "list":
                    self._list(file, request)
                else:
                    self._send_member(file, request)
            except UnreadableError as error:
                self._refuse(str(error))
            except MemoryError:
                self._refuse(_too_much_memory(self._limits))
            except RecursionError:
                self._refuse("is nested too deeply: save it anew")
            except Exception as error:  # noqa: BLE001 - libraries of others fail in any way
                if _is_for_memory(error):
                    self._refuse(_too_much_memory(self._limits))
                else:
                    self._refuse(
                        f"cannot be converted ({type(error).__name__}: {error}): save it anew"
                    )

    def _convert(self, content: bytes, request: dict[str, Any]) -> None:
        made = self._conversion.convert(content, request["encoding"])
        places = [place.to_list() for place in made.places]
        said = {
            name: getattr(made, name) for name in ("text", "title", "author", "date", "language")
        }
        self._send("content", json.dumps(said | {"places": places}).encode())

    def _picture(self, content: bytes, request: dict[str, Any]) -> None:
        png = self._conversion.picture(content, request["page"], request["sentence"])
        self._send("bytes", png)
        self._send("end")

    def _list(self, file: Any, request: dict[str, Any]) -> None:
        with_bytes = tuple(request["with_bytes"])
        for member in self._conversion.unpack(file, request["max_bytes"]):
            self._send_head(member)
            if not member.reason and member.name.lower().endswith(with_bytes):
                self._send("bytes", member.content)
        self._send("end")

    def _send_member(self, file: Any, request: dict[str, Any]) -> None:
        """Send one member: documents are asked for in order, so it is mostly the next one."""
        if request["key"] != self._key:
            self._begin(file, request)
        member = next((m for m in self._members if m.name == request["name"]), None)
        # It may lie before the place that was reached: looked for once more, from the beginning.
        if member is None:
            self._begin(file, request)
            member = next((m for m in self._members if m.name == request["name"]), None)
        if member is None or member.reason:
            raise UnreadableError(
                member.reason if member else "is not in its file any more: run again"
            )
        self._send_head(member)
        self._send("bytes", member.content)
        self._send("end")

    def _begin(self, file: Any, request: dict[str, Any]) -> None:
        # A descriptor of its own: `file` is closed with the answer, and members are read on later.
        kept = os.fdopen(os.dup(file.fileno()), "rb")
        kept.seek(0)
        self._key = request["key"]
        self._members = iter(self._conversion.unpack(kept, request["max_bytes"]))

    def _send_head(self, member: Any) -> None:
        head = {
            "name": member.name,
            "sha256": hashlib.sha256(member.content).hexdigest(),
            "n_bytes": len(member.content),
            "reason": member.reason,
        }
        self._send("member", json.dumps(head).encode())

    def _refuse(self, reason: str) -> None:
        self._key = ""  # an archive that failed half-way is begun anew, and not read on
        self._send("refused", " ".join(reason.split())[:1000].encode("utf-8", "replace"))

    def _send(self, kind: Any, data: bytes = b"") -> None:
        send_frame(self._connection, kind, data)


def _too_much_memory(limits: Limits) -> str:
    return (
        f"needs more than NIGHTLOOM_SANDBOX__MEMORY_MB={limits.memory_mb} to be converted: split "
        "it or raise the setting"
    )


def _is_for_memory(error: Exception) -> bool:
    """Say whether a library means that there is no memory, whatever it calls that."""
    words = str(error).lower()
    return "out of memory" in words or "memory allocation" in words or "cannot allocate" in words


def _load_all(package: str) -> None:
    """Load all modules of a package: some are looked for when a document needs them first."""
    module = import_module(package)
    for submodule in pkgutil.walk_packages(module.__path__, f"{package}."):
        if "__main__" not in submodule.name and ".test" not in submodule.name:
            # A module for another system, or for a library that is not installed.
            with suppress(Exception):
                import_module(submodule.name)


def _load_encodings() -> None:
    """Load all encodings of texts: each is a module, which is looked for when it is first named."""
    import encodings.aliases

    for name in sorted(set(encodings.aliases.aliases.values())):
        try:
            import_module(f"encodings.{name}")
        except ImportError:
            continue  # those of another system


if __name__ == "__main__":
    main()
