"""What passes between a night and the process that converts: requests out, frames back.

A request is JSON behind its length, with the descriptor of the document. A frame is one letter, a
length and so many bytes. Whatever comes back is other people's: it is counted before it is held.
"""

import json
import os
import socket
import struct
import time
from typing import Any, Literal

Kind = Literal["content", "member", "bytes", "end", "refused"]

_LETTERS: dict[Kind, bytes] = {
    "content": b"C",  # a converted document, as JSON: the last frame
    "member": b"M",  # a file within a file, as JSON
    "bytes": b"B",  # its bytes
    "end": b"E",  # no more of these: the last frame
    "refused": b"R",  # why there is nothing: the last frame
}
_KINDS = {letter[0]: kind for kind, letter in _LETTERS.items()}
_REQUEST = struct.Struct("!I")
_FRAME = struct.Struct("!cQ")
MAX_REQUEST = 1 << 16


def send_request(connection: socket.socket, request: dict[str, Any], descriptor: int) -> None:
    """Send a request with a descriptor, which is a copy of ours on the other side."""
    data = json.dumps(request).encode()
    socket.send_fds(connection, [_REQUEST.pack(len(data))], [descriptor])
    connection.sendall(data)


def receive_request(connection: socket.socket) -> tuple[dict[str, Any], int] | None:
    """Wait for a request; None when there will be none any more."""
    head, descriptors, _, _ = socket.recv_fds(connection, _REQUEST.size, 1)
    if len(head) < _REQUEST.size or not descriptors:
        return None
    (length,) = _REQUEST.unpack(head)
    return json.loads(_exactly(connection, min(length, MAX_REQUEST))), descriptors[0]


def send_frame(connection: socket.socket, kind: Kind, data: bytes = b"") -> None:
    """Send a frame."""
    connection.sendall(_FRAME.pack(_LETTERS[kind], len(data)))
    connection.sendall(data)


def receive_frame(
    connection: socket.socket, most_bytes: int, deadline: float
) -> tuple[Kind, bytes]:
    """Wait for a frame until a moment of the monotonic clock, however slowly it comes.

    Raises:
        EOFError: The other side has ended.
        OverflowError: It sends more than it may.
        TimeoutError: It has not sent all of it by then.
    """
    head = _exactly(connection, _FRAME.size, deadline)
    letter, length = _FRAME.unpack(head)
    if letter[0] not in _KINDS:
        raise EOFError("no frame of ours")
    if length > most_bytes:
        raise OverflowError
    return _KINDS[letter[0]], _exactly(connection, length, deadline)


def memory_file(content: bytes) -> int:
    """Return the descriptor of a file in memory with these bytes, to be read from its beginning."""
    descriptor = os.memfd_create("document", os.MFD_CLOEXEC)
    with os.fdopen(os.dup(descriptor), "wb") as file:
        file.write(content)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


def _exactly(connection: socket.socket, n_bytes: int, deadline: float | None = None) -> bytes:
    received = bytearray()
    while len(received) < n_bytes:
        if deadline is not None:
            left_s = deadline - time.monotonic()
            if left_s <= 0:
                raise TimeoutError
            connection.settimeout(left_s)
        piece = connection.recv(min(n_bytes - len(received), 1 << 20))
        if not piece:
            raise EOFError("the other side has ended")
        received += piece
    return bytes(received)
