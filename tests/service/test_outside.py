"""A running service is looked at from outside: what is well, what is not, what to do."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.build import build_index
from service.errors import ClientInvalid
from service.keys.keyfile import add_key, key_file
from service.live import LiveEngine
from service.outside import examine_service
from service.settings import Settings
from service.web.gate.headers import SECURITY
from tests.fakes import LetterEmbedder
from tests.service.client.played import Answer, playing
from tests.service.served import Served

JSON = {"Content-Type": "application/json"}
API = Answer(body=b'{"info": {"version": "9.9"}}', headers=JSON)
HEALTHY = Answer(body=b'{"status": "ok"}', headers=JSON)
REF = {"generation": 4, "digest": "ab"}
READY = Answer(body=json.dumps({"status": "ready", "index": REF}).encode(), headers=JSON)
FACTS = {
    "index": REF,
    "created": "2026-01-31T00:00:00Z",
    "documents": 0,
    "passages": 0,
    "tokens": 0,
    "model": "letters",
    "editable": False,
}
EMPTY = Answer(body=json.dumps(FACTS).encode(), headers=JSON)
UNLISTED = Answer(
    body=json.dumps({"documents": [], "total": 0, "next": None, "index": REF}).encode(),
    headers=JSON,
)


@pytest.fixture
def index(tmp_path: Path) -> Path:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "one.txt").write_text("Aaa bbb. Ccc ddd eee.", "utf-8")
    build_index([tmp_path / "source"], tmp_path / "index", LetterEmbedder())
    return tmp_path / "index"


@pytest.fixture
def served(index: Path) -> Iterator[Served]:
    with Served(LiveEngine(Settings(index=index), LetterEmbedder())) as served:
        yield served


def told(url: str, key: str | None = None, timeout: float = 20) -> list[tuple[str, str | None]]:
    return [(each.check, each.problem) for each in examine_service(url, key, timeout)]


def problem(status: int, detail: str) -> Answer:
    body = {"type": "about:blank", "title": "No", "status": status, "detail": detail}
    body["request_id"] = "r_1"
    return Answer(status, json.dumps(body).encode(), {"Content-Type": "application/problem+json"})


def test_a_service_that_is_well(served: Served) -> None:
    checks, problems = zip(*told(served.url), strict=True)
    assert problems == (None,) * 7
    assert checks[0].startswith("citewell ")
    assert checks[0].endswith(f" answers at {served.url}")
    assert checks[1] == "ready, with generation 1"
    assert checks[2].startswith("1 documents as 1 passages of letters, indexed 20")
    assert checks[3] == "this caller may read and change documents"
    assert checks[4].startswith("a question is answered in ")
    assert checks[4].endswith(" ms, with 1 passages that are found again by their ids")
    assert checks[5] == f"{len(SECURITY)} security headers"


def test_a_read_key_reads_and_a_missing_one_is_told(index: Path) -> None:
    key = add_key(key_file(index, None), "reader", "read")
    with Served(LiveEngine(Settings(index=index), LetterEmbedder())) as served:
        assert ("this caller may read documents", None) in told(served.url, key)
        refused = [each for each in told(served.url) if each[1]]
    assert refused
    assert "HTTP 401" in str(refused[0][1])
    assert "--key-file FILE" in str(refused[0][1])
    assert key not in str(refused)


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    ((check, why),) = told(f"http://127.0.0.1:{port}")
    assert check == "a service of citewell"
    assert "start it with `citewell serve`" in str(why)


@pytest.mark.parametrize(
    ("answers", "check", "why"),
    [
        ([Answer(body=b"<html>hello</html>")], "a service of citewell", "is no answer of citewell"),
        ([Answer(502, b"<html>")], "a service of citewell", "502"),
        ([Answer(0)], "a service of citewell", "no whole answer came"),
        ([API, HEALTHY, problem(503, "the index is gone")], "ready to answer", "the index is gone"),
        ([API, Answer(body=b"{}", headers=JSON)], "ready to answer", "status"),
        ([API, HEALTHY, READY, problem(403, "no")], "the index", "--key-file"),
    ],
)
def test_it_stops_at_what_all_else_needs(answers: list[Answer], check: str, why: str) -> None:
    with playing(*answers) as played:
        findings = told(played.url)
    assert [each[0] for each in findings if each[1]] == [check]
    assert why in str(findings[-1][1])


def test_a_service_that_hangs_is_given_up() -> None:
    with playing(Answer(lacking=9, hangs=True)) as played:
        ((check, why),) = told(played.url, timeout=0.2)
    assert check == "a service of citewell"
    assert "sent nothing for 0.2 s" in str(why)


def test_an_empty_index_lost_headers_and_no_counts_are_each_told() -> None:
    nothing = Answer(404, b"")
    with playing(API, HEALTHY, READY, EMPTY, UNLISTED, HEALTHY, nothing) as played:
        wrong = [each for each in told(played.url) if each[1]]
    assert [check.split(",")[0] for check, _ in wrong] == [
        "0 documents as 0 passages of letters",
        f"{len(SECURITY)} security headers",
        "counts for Prometheus",
    ]
    assert "add documents with" in str(wrong[0][1])
    assert "content-security-policy" in str(wrong[1][1])


@pytest.mark.parametrize("url", ["", "ftp://here", "http://", "127.0.0.1:8000"])
def test_an_address_that_is_none_is_wrong_use(url: str) -> None:
    with pytest.raises(ClientInvalid, match="write http://HOST:PORT"):
        examine_service(url)


def run(*arguments: str) -> tuple[int, str, str]:
    command = [sys.executable, "-c", "import citewell; citewell.main()", "doctor", *arguments]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout, done.stderr


def test_the_command_prints_lines_or_json(served: Served) -> None:
    code, out, err = run("--url", served.url)
    assert (code, err) == (0, "")
    assert [line[:9] for line in out.splitlines()] == ["good     "] * 7
    code, out, err = run("--url", served.url, "--json")
    assert (code, err) == (0, "")
    assert [each["problem"] for each in json.loads(out)] == [None] * 7


def test_what_is_wrong_has_bad_news() -> None:
    with playing(Answer(body=b"hello")) as played:
        code, out, err = run("--url", played.url)
    assert (code, err) == (1, "")
    assert out.splitlines()[0] == "wrong    a service of citewell"


def test_a_key_is_for_a_service_and_has_a_form(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("secret", "utf-8")
    code, out, err = run("--key-file", str(file))
    assert (code, out) == (2, "")
    assert "give --url with --key-file" in err
    code, out, err = run("--url", "http://127.0.0.1:9", "--key-file", str(file))
    assert (code, out) == (2, "")
    assert "holds no API key" in err
    assert "secret" not in err
