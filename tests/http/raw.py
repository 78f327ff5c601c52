"""A server that says byte by byte what a test writes: no rule of HTTP holds it back."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Talk = Callable[[socket.socket, threading.Event], None]
HEAD = b"HTTP/1.1 200 OK\r\n"


def whole(head: bytes, body: bytes = b"") -> Talk:
    """Everything at once."""
    return lambda connection, _stop: connection.sendall(head + b"\r\n" + body)


def sized(body: bytes, *lines: bytes) -> Talk:
    """An ordinary answer with more lines in its head."""
    length = b"Content-Length: %d\r\n" % len(body)
    return whole(HEAD + length + b"".join(line + b"\r\n" for line in lines), body)


def dripping(head: bytes, piece: bytes, every: float) -> Talk:
    """A beginning, and then a piece now and then for as long as somebody listens."""

    def talk(connection: socket.socket, stop: threading.Event) -> None:
        connection.sendall(head)
        while not stop.wait(every):
            connection.sendall(piece)

    return talk


def silent(_connection: socket.socket, stop: threading.Event) -> None:
    """Nothing at all, on a connection that stays open."""
    stop.wait()


@contextmanager
def talking(talk: Talk) -> Iterator[str]:
    """The address of a server that talks so to whoever connects; stopped at the end."""
    stop = threading.Event()
    threads: list[threading.Thread] = []

    def serve(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            while not stop.is_set() and connection.recv(65_536):
                talk(connection, stop)

    def accept(listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                thread = threading.Thread(target=serve, args=(connection,), daemon=True)
                threads.append(thread)
                thread.start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        accepting = threading.Thread(target=accept, args=(listener,), daemon=True)
        accepting.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            stop.set()
            listener.shutdown(socket.SHUT_RDWR)
