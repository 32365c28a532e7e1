"""A wire between driver and server that can be cut at the worst moment."""

import contextlib
import socket
import threading
from urllib.parse import urlsplit

COMMIT = b"\x00\x02\xb0\x12\x00\x00"
"""Bolt's COMMIT message, in its chunk."""


class Proxy:
    """Passes bytes on, until told to lose the answer to the next COMMIT, or COMMIT itself."""

    def __init__(self, uri: str):
        parts = urlsplit(uri)
        self._target = (parts.hostname, parts.port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.uri = f"bolt://127.0.0.1:{self._listener.getsockname()[1]}"
        self.lose_answers = 0
        self.lose_commits = 0
        self.lost = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._listener.close()

    def _accept(self):
        with contextlib.suppress(OSError):  # closed: the test is over
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(self._target)
                threading.Thread(target=self._forward, args=(client, server), daemon=True).start()
                threading.Thread(target=self._back, args=(server, client), daemon=True).start()

    def _forward(self, client, server):
        with contextlib.suppress(OSError):
            while data := client.recv(65536):
                if COMMIT in data and self.lose_commits:
                    self.lose_commits -= 1
                    break
                cutting = COMMIT in data and self.lose_answers > 0
                if cutting:
                    self.lose_answers -= 1
                    self._cut(client)
                server.sendall(data)
                if cutting:
                    return  # the server goes on and commits; nobody hears of it
        self._cut(client)
        self._cut(server)

    def _back(self, server, client):
        with contextlib.suppress(OSError):
            while data := server.recv(65536):
                client.sendall(data)
        self._cut(client)
        self._cut(server)

    def _cut(self, end):
        self.lost += 1
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()
