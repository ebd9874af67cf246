"""A server that gives files in pieces, asks for a login, speaks TLS, and counts what it gave.

with Pieces() as web:
    web.give("/B04.tif", path)                   # in pieces, to everybody
    web.give("/B08.tif", path, bearer="first")   # only with this login
    web.bytes                                    # how much it has given
"""

import re
import ssl

from sentinel_portals.tests.servers.web import Answer, Web


class Pieces(Web):
    def __init__(self, certificate=None):
        super().__init__()
        self.bytes = 0
        self.bearers = {}
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
            self.url, self.other = (
                url.replace("http://", "https://") for url in (self.url, self.other)
            )

    def give(self, path, file, bearer=""):
        """The file's address. ``bearers[path]`` may be changed, or be '' for everybody."""
        content = file if isinstance(file, bytes) else file.read_bytes()
        self.bearers[path] = bearer

        def answer(asked):
            wanted = self.bearers[path]
            if wanted and asked.headers.get("authorization") != f"Bearer {wanted}":
                return Answer(401)
            return self._piece(content, asked)

        return self.on(path, answer)

    def _piece(self, content, asked):
        headers = {"Accept-Ranges": "bytes", "Content-Type": "image/tiff"}
        if asked.method == "HEAD":
            return Answer(200, headers=headers, length=len(content))
        found = re.fullmatch(r"bytes=(\d+)-(\d*)", asked.headers.get("range", ""))
        if not found:
            self.bytes += len(content)
            return Answer(200, content, headers)
        first, last = int(found[1]), min(int(found[2] or len(content)), len(content) - 1)
        piece = content[first : last + 1]
        headers["Content-Range"] = f"bytes {first}-{last}/{len(content)}"
        self.bytes += len(piece)
        return Answer(206, piece, headers)
