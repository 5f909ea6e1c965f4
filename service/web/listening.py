"""The socket of the service. In: a host, a port. Out: a socket, or the reason there is none."""

import ctypes
import errno
import socket
import struct
from collections.abc import Iterator
from contextlib import ExitStack, suppress

from service.errors import AddressInUse

_BACKLOG = 2048
_ATTACH_FILTER = 26  # SO_ATTACH_FILTER, which the socket module does not name
_DROP = struct.pack("@HBBI", 0x06, 0, 0, 0)  # one instruction: return that 0 bytes are kept
_REMEDIES = {
    errno.EADDRINUSE: "stop the program that listens there, or choose another with --port",
    errno.EADDRNOTAVAIL: "this machine has no such address; choose one of its own with --host",
    errno.EACCES: "this user may not listen there; choose a port from 1024 on with --port",
    errno.EPERM: "this user may not listen there; choose a port from 1024 on with --port",
    errno.EAFNOSUPPORT: "this machine has no such kind of address; choose another with --host",
}
_OTHER = "choose another with --port, or an address of this machine with --host"


def bound(host: str, port: int) -> socket.socket:
    """A socket that has a place and does not listen there yet, so that a taken port is known
    before a model is loaded; raises ``AddressInUse``."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with ExitStack() as stack:
        try:
            # The protocol is named for asyncio, which only then sends what is written at once:
            # otherwise the end of each answer waits 40 ms for the client's system to confirm its
            # beginning.
            listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
            stack.callback(listener.close)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((host, port))
        except OSError as error:
            raise _refused(host, port, error) from error
        stack.pop_all()
    return listener


def listen(listener: socket.socket) -> None:
    """Listen: from here on a connection waits instead of being refused.

    Raises ``AddressInUse``: two servers may have bound a port that neither listened on yet.
    """
    try:
        listener.listen(_BACKLOG)
    except OSError as error:
        host, port = listener.getsockname()[:2]
        raise _refused(host, port, error) from error


class SharedSocket(socket.socket):
    """A listening socket of several processes, to be given to asyncio.

    Asyncio accepts as many connections at a time as it has the socket hold: the process that
    wakes first would take all that come together. Given 1, it takes one, and the socket still
    holds as many as before.
    """

    def listen(self, _backlog: int = 1, /) -> None:
        """Listen as ``listen`` does."""
        super().listen(_BACKLOG)


def take_no_more(listener: socket.socket) -> None:
    """Have the system drop what would connect, but keep who has; elsewhere than Linux, nothing.

    The packets of a new connection are sent again after a second, and refused once the socket is
    closed; a connection that is established at a socket that closes is reset.
    """
    program = ctypes.create_string_buffer(_DROP)  # a BPF program, as socket(7) attaches it
    with suppress(OSError):
        attached = struct.pack("@HP", len(_DROP) // 8, ctypes.addressof(program))
        listener.setsockopt(socket.SOL_SOCKET, _ATTACH_FILTER, attached)


def waiting(listener: socket.socket) -> Iterator[socket.socket]:
    """The connections that wait at a socket that does not block, until there is none."""
    with suppress(BlockingIOError):
        while True:
            connection, _ = listener.accept()
            connection.setblocking(False)
            yield connection


def address_of(listener: socket.socket) -> str:
    """Where a socket listens, as a URL."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _refused(host: str, port: int, error: OSError) -> AddressInUse:
    remedy = _REMEDIES.get(error.errno or 0, _OTHER)
    return AddressInUse(f"cannot listen on {host}:{port} ({error.strerror}); {remedy}")
