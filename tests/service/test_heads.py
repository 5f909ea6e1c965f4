"""HEAD tells what GET would, without the body."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from index.build import build_index
from service.live import LiveEngine
from service.settings import Settings
from tests.fakes import LetterEmbedder
from tests.service.served import Served


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a server on a real socket."""
    root = tmp_path_factory.mktemp("heads")
    (root / "one.txt").write_text("Bab.", "utf-8")
    build_index([root / "one.txt"], root / "index", LetterEmbedder())
    with (
        Served(LiveEngine(Settings(index=root / "index"), LetterEmbedder())) as served,
        httpx.Client(base_url=served.url, trust_env=False) as client,
    ):
        yield client


PATHS = ["/", "/page/page.js", "/openapi.json", "/healthz", "/readyz", "/v1/documents", "/v1/index"]
PATHS += ["/v1/models", "/v1/models/none", "/v1/citations/x", "/v1/documents?limit=0", "/none"]
OWN = {"date", "x-request-id", "content-length"}  # and an age, in what has one


@pytest.mark.parametrize("path", PATHS)
def test_head_tells_the_headers_of_get(web: httpx.Client, path: str) -> None:
    got, head = web.get(path), web.head(path)
    assert (head.status_code, head.content) == (got.status_code, b"")
    told = {name: value for name, value in head.headers.items() if name not in OWN | {"etag"}}
    assert told == {n: v for n, v in got.headers.items() if n not in OWN | {"etag"}}
    assert ("etag" in head.headers) == ("etag" in got.headers)
    if path not in ("/v1/index", "/v1/models"):  # these tell a time
        assert head.headers.get("etag") == got.headers.get("etag")
    assert int(head.headers["content-length"]) > 0


def test_a_connection_goes_on_after_head(web: httpx.Client) -> None:
    for _ in range(3):
        assert web.head("/v1/documents").content == b""
        assert web.get("/v1/documents").json()["total"] == 1


def test_head_is_answered_304(web: httpx.Client) -> None:
    tag = web.get("/v1/documents").headers["etag"]
    assert web.head("/v1/documents", headers={"If-None-Match": tag}).status_code == 304


def test_head_of_what_is_only_posted_is_refused(web: httpx.Client) -> None:
    reply = web.head("/v1/ask")
    assert (reply.status_code, reply.headers["allow"]) == (405, "POST")


def test_head_is_counted_as_head(web: httpx.Client, tmp_path: Path) -> None:
    web.head("/v1/documents/none")
    line = (
        'citewell_requests_total{method="HEAD",route="/v1/documents/{document_id}",status="404"} 1'
    )
    assert line in web.get("/metrics").text
