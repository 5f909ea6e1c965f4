"""The log of a real server at its most talkative: no question, no text, no key, no forged line."""

import http.client
import json
import re
import shutil
import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from service.keys.keyfile import add_key
from tests.conftest import serving

QUESTION = "who planted secretquestion in poland"
TEXT = "The secrettext stands in this document and in no other."
FORGED = "2026-01-01T00:00:00.000Z INFO forged"


def _sent(url: str, method: str, path: str, key: str, body: bytes, kind: str) -> int:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    headers = {"Authorization": f"Bearer {key}", "Content-Type": kind}
    connection.request(method, path, body, headers)
    reply = connection.getresponse()
    reply.read()
    connection.close()
    return reply.status


def _everything(url: str, key: str) -> list[int]:
    ask = json.dumps({"question": QUESTION}).encode()
    wrong = json.dumps({"question": QUESTION, "top_k": QUESTION}).encode()
    upload = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
        + TEXT.encode()
        + b"\r\n--x--\r\n"
    )
    return [
        _sent(url, "POST", "/v1/documents", key, upload, "multipart/form-data; boundary=x"),
        _sent(url, "POST", "/v1/ask", key, ask, "application/json"),
        _sent(url, "POST", "/v1/ask", key, wrong, "application/json"),
        _sent(url, "POST", "/v1/ask", key, QUESTION.encode(), "application/json"),
        _sent(url, "GET", "/secretquestion?q=secretquestion&key=" + key, key, b"", ""),
    ]


def _raw(url: str, content: bytes) -> None:
    place = urlsplit(url)
    with socket.create_connection((place.hostname, place.port), timeout=60) as connection:
        connection.sendall(content)
        while connection.recv(65536):
            pass


@pytest.mark.model
@pytest.mark.parametrize("form", ["text", "json"])
def test_nothing_that_was_sent_is_logged(
    seed_index: Path,
    tmp_path: Path,
    form: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CITEWELL_LOG_LEVEL", "debug")
    monkeypatch.setenv("CITEWELL_LOG_FORMAT", form)
    index = tmp_path / "index"
    shutil.copytree(seed_index, index)
    key = add_key(index.with_name("index.keys.json"), "writer", "write")
    server = serving(index)
    with server as url:
        assert _everything(url, key) == [201, 200, 422, 400, 404]
        injected = f"GET /%0a{FORGED}%1b[2J HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: \t{FORGED}"
        _raw(url, injected.encode() + b"\r\nConnection: close\r\n\r\n")
        _raw(url, b"\x1b[2J\n" + FORGED.encode() + b"\r\n\r\n")
    log = "".join(server.log)
    printed = capfd.readouterr()
    for secret in ("secretquestion", "secrettext", key, key[3:], "forged", "\x1b"):
        assert secret not in log + printed.out + printed.err
    lines = log.splitlines()
    assert sum("/v1/ask" in line and "writer" in line for line in lines) == 3
    if form == "json":
        assert {json.loads(line)["level"] for line in lines} <= {"debug", "info", "warning"}
    else:
        assert all(re.match(r"\d{4}-\d\d-\d\dT[\d:.]+Z [A-Z]+ [\w.]+: ", line) for line in lines)
