"""A mail server on this machine that does as it is told: takes messages, refuses, stalls, hangs up. It counts what it took."""

import socketserver
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager, suppress

Whim = Callable[[str, str], str]  # (step, address) → "", a line to answer with, or "stall", "hang up"
STALLED = 1.5  # seconds: more than the client of a test waits


class _Conversation(socketserver.StreamRequestHandler):
    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self) -> None:
        with suppress(ConnectionError, ValueError):  # whoever we talk to was killed
            self.talk()

    def obeys(self, step: str, address: str = "") -> bool:
        """Whether to go on after this step, as the server’s whim has it."""
        wish = self.server.whim(step, address)
        if wish == "hang up":
            raise ConnectionAbortedError
        if wish == "stall":
            time.sleep(STALLED)
            raise ConnectionAbortedError
        if wish:
            self.say(wish)
        return not wish

    def talk(self) -> None:
        self.server.lines += 1
        if not self.obeys("hello"):
            return
        self.say("220 here")
        address = ""
        while line := self.rfile.readline():
            words = line.decode().strip()
            verb = words[:4].upper()
            if verb == "QUIT":
                self.say("221 bye")
                return
            if verb == "RCPT":
                address = words.partition("<")[2].partition(">")[0]
                if self.obeys("to", address):
                    self.say("250 ok")
            elif verb == "MAIL":
                if self.obeys("from"):
                    self.say("250 ok")
            elif verb == "DATA":
                self.take(address)
            else:
                self.say("250 ok")

    def take(self, address: str) -> None:
        if not self.obeys("data", address):
            return
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        if line == b"":  # no dot: nothing was sent (RFC 5321, 4.1.1.4)
            return
        if not self.obeys("dot", address):
            return
        with self.server.counting:
            self.server.taken[address] += 1
            self.server.messages.append(b"".join(lines))
        if self.obeys("taken", address):
            self.say("250 taken")


class MailServer(socketserver.ThreadingTCPServer):
    """``taken``: how often each address was written to; ``messages`` as they came; ``lines``: how often somebody called."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.whim: Whim = lambda _step, _address: ""
        self.taken: Counter = Counter()
        self.messages: list[bytes] = []
        self.lines = 0
        self.counting = threading.Lock()

    @property
    def port(self) -> int:
        return self.server_address[1]


@contextmanager
def mail_server():
    server = MailServer()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
