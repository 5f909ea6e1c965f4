"""Raw bytes against a server's socket. In: its port, a seed. Out: what it was found to do wrong.

``python -m tests.service.fuzz_socket 2000`` sends so many seeded attacks to ``citewell serve``
on the seed, and looks after each hundred whether the server still answers, holds no more files
than before and has logged no traceback.
"""

import json
import os
import random
import socket
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from http.client import HTTPConnection

from tests.conftest import serving_seed

QUESTION = json.dumps({"question": "who attacked poland"}).encode()
_HEAD = b"POST /v1/ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
WHOLE = _HEAD + b"Content-Length: %d\r\n\r\n" % len(QUESTION) + QUESTION
_METHODS = [b"GET", b"POST", b"PUT", b"DELETE", b"get", b"", b"PRI", b"CONNECT", b"X" * 300]
_TARGETS = [b"/", b"/v1/ask", b"*", b"//", b"/%00", b"/\xff", b"http://[", b"", b"/" + b"a" * 9000]
_ENDS = [b"\r\n", b"\n", b"\r", b"\r\n\r\n", b"\x00", b"\r\n "]
_HEADERS = [
    b"Host: localhost",
    b"Host:",
    b"Host: a, b",
    b"Content-Length: 5",
    b"Content-Length: -1",
    b"Content-Length: 99999999999999999999",
    b"Content-Length: 1\r\nContent-Length: 2",
    b"Transfer-Encoding: chunked",
    b"Transfer-Encoding: gzip, chunked",
    b"Transfer-Encoding : chunked",
    b"Connection: upgrade\r\nUpgrade: websocket",
    b"Expect: 100-continue",
    b"X-Request-Id: \x1b[2J",
    b"traceparent: 00-" + b"0" * 52,
    b": empty",
    b"no colon",
    b"\xff\xfe: \xfd",
    b"A: " + b"b" * 70_000,
]
Draw = random.Random


def noise(draw: Draw) -> bytes:
    """Any bytes."""
    return draw.randbytes(draw.randint(0, 4000))


def head(draw: Draw) -> bytes:
    """Parts of a head that do not fit together."""
    end = draw.choice(_ENDS)
    version = draw.choice([b"HTTP/1.1", b"HTTP/1.0", b"HTTP/2.0", b"HTTP/9", b"", b"\x00"])
    line = b" ".join([draw.choice(_METHODS), draw.choice(_TARGETS), version])
    headers = draw.choices(_HEADERS, k=draw.randint(0, 6))
    return end.join([line, *headers, b"", b""]) + noise(draw)[:100]


def cut(draw: Draw) -> bytes:
    """The beginning of a request."""
    return WHOLE[: draw.randint(0, len(WHOLE) - 1)]


def changed(draw: Draw) -> bytes:
    """A request with some of its bytes changed."""
    whole = bytearray(WHOLE)
    for _ in range(draw.randint(1, 8)):
        whole[draw.randrange(len(whole))] = draw.randrange(256)
    return bytes(whole)


def oversized(draw: Draw) -> bytes:
    """A head, or a body, longer than may be."""
    if draw.random() < 0.5:
        return b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 20_000
    return _HEAD + b"Content-Length: 200000\r\n\r\n" + b" " * 200_000


def chunks(draw: Draw) -> bytes:
    """A body in chunks whose lengths are not what they say."""
    sizes = [b"5", b"0", b"-1", b"ffffffffffffffffffff", b"g", b"5;x=" + b"y" * 5000, b"", b" 5"]
    parts = [draw.choice(sizes) + b"\r\n" + noise(draw)[:9] + b"\r\n" for _ in range(4)]
    return _HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"".join(parts)


def pipelined(draw: Draw) -> bytes:
    """Requests one after another, and something that is none."""
    return b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n" * draw.randint(1, 30) + noise(draw)


ATTACKS: list[Callable[[Draw], bytes]] = [
    noise,
    head,
    cut,
    changed,
    oversized,
    chunks,
    pipelined,
]
WAYS = ["all", "slowly", "half-closed", "reset", "unread"]


def attack(port: int, draw: Draw) -> str:
    """One connection; the name of what was done to it."""
    made, way = draw.choice(ATTACKS), draw.choice(WAYS)
    connection = socket.create_connection(("127.0.0.1", port), timeout=0.3)
    with connection, suppress(OSError):  # the server may have closed, or wait for more
        _send(connection, made(draw), way, draw)
    return f"{made.__name__}, {way}"


def _send(connection: socket.socket, content: bytes, way: str, draw: Draw) -> None:
    if way == "slowly":
        for start in range(0, min(len(content), 600), 60):
            connection.sendall(content[start : start + 60])
            time.sleep(draw.random() / 500)
    else:
        connection.sendall(content)
    if way == "half-closed":
        connection.shutdown(socket.SHUT_WR)
    if way == "reset":  # an end that loses what was not read
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
    elif way != "unread":
        while connection.recv(65536):
            pass


def answers(port: int) -> bool:
    """Whether a question is answered as it should be."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Content-Type": "application/json"}
    connection.request("POST", "/v1/ask", QUESTION, headers)
    reply = connection.getresponse()
    body = json.loads(reply.read())
    connection.close()
    return reply.status == 200 and all(passage["verified"] for passage in body["passages"])


def open_files(process: int) -> int:
    """How many files and connections a process holds."""
    return len(os.listdir(f"/proc/{process}/fd"))  # noqa: PTH208 - a count


def settled(process: int, most: int) -> int:
    """How many files are open once connections that have ended are let go of."""
    for _ in range(200):
        if open_files(process) <= most:
            break
        time.sleep(0.05)
    return open_files(process)


def main(number: int) -> None:
    """Attack ``citewell serve``; exit with 1 when it did wrong."""
    draw, done = Draw(7), Counter[str]()
    with serving_seed() as (url, server):
        port = int(url.rpartition(":")[2])
        assert server.process is not None
        assert answers(port)
        before = open_files(server.process.pid)
        for count in range(1, number + 1):
            done[attack(port, draw)] += 1
            if count % 100 == 0 or count == number:
                assert answers(port), f"no answer after {count} attacks"
        after = settled(server.process.pid, before)
    traces = [line for line in server.log if "Traceback" in line or " ERROR " in line]
    lines = [f"{count:6} {name}" for name, count in sorted(done.items())]
    lines.append(f"open files: {before} before, {after} after; {len(traces)} errors logged")
    sys.stdout.write("\n".join([*lines, *traces[:20], ""]))
    sys.exit(bool(traces) or after > before)


if __name__ == "__main__":
    main(int(sys.argv[1]))
