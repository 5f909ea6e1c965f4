"""An answer that the client holds is not sent again, and a changed one always is."""

import json
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers

from index.build import build_index
from service.keys.keyfile import add_key
from service.live import LiveEngine
from service.settings import Settings
from service.web.app import create_app
from service.web.conditional import FRESH, content_tag, is_unmodified
from service.web.gate.headers import SECURITY
from service.web.pagefiles import PAGE
from tests.fakes import LetterEmbedder
from tests.service.served import Served

OPEN = ["/", "/page/page.js", "/page/page.css", "/page/favicon.svg", "/openapi.json"]
KEYED = [
    "/v1/documents",
    "/v1/documents?limit=1",
    "/v1/documents/{document}",
    "/v1/citations/{citation}",
    "/v1/models",
    "/v1/models/citewell",
    "/v1/suggestions",
]
STRONG = re.compile(r'"[0-9a-f]{32}"')
SITE = "https://example.org"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server that pages of another site may ask, so that it tells Vary."""
    root = tmp_path_factory.mktemp("conditional")
    (root / "source").mkdir()
    (root / "source" / "one.txt").write_text("Aaa bbb. Ccc ddd eee.")
    (root / "source" / "two.txt").write_text("Bab bab? Cab.")
    build_index([root / "source"], root / "index", LetterEmbedder())
    settings = Settings(index=root / "index", origins=SITE)
    with Served(LiveEngine(settings, LetterEmbedder())) as running:
        yield running


@pytest.fixture(scope="module")
def web(served: Served) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=served.url, trust_env=False, timeout=30) as client:
        yield client


@pytest.fixture(scope="module")
def place(web: httpx.Client) -> dict[str, str]:
    """What stands in the paths of ``KEYED``."""
    passage = web.post("/v1/retrieve", json={"question": "bab?"}).json()["passages"][0]
    return {"document": passage["document"]["id"], "citation": passage["id"]}


@pytest.mark.parametrize("path", [*OPEN, *KEYED])
def test_what_is_held_is_not_sent_again(
    web: httpx.Client, place: dict[str, str], path: str
) -> None:
    path = path.format(**place)
    whole = web.get(path, headers={"Origin": SITE})
    assert whole.status_code == 200
    tag = whole.headers["etag"]
    assert STRONG.fullmatch(tag)
    again = web.get(path, headers={"Origin": SITE, "If-None-Match": f'"other", W/{tag}'})
    assert (again.status_code, again.content) == (304, b"")
    kept = ("etag", "cache-control", "vary", "access-control-allow-origin", *SECURITY)
    assert [again.headers.get_list(name) for name in kept] == [
        whole.headers.get_list(name) for name in kept
    ]
    assert again.headers["vary"] == "Origin"
    assert again.headers.keys().isdisjoint({"content-type", "content-length", "last-modified"})
    assert again.headers["x-request-id"]
    assert web.get(path, headers={"If-None-Match": '"other"'}).content == whole.content


@pytest.mark.parametrize("path", [*OPEN, *KEYED])
def test_only_what_needs_no_key_may_be_kept_by_others(
    web: httpx.Client, place: dict[str, str], path: str
) -> None:
    told = web.get(path.format(**place)).headers["cache-control"]
    assert told == ("no-cache" if path in OPEN else "private, no-cache")


@pytest.mark.parametrize("path", sorted(FRESH))
def test_the_state_is_told_anew(web: httpx.Client, path: str) -> None:
    reply = web.get(path, headers={"If-None-Match": "*"})
    assert (reply.status_code, "etag" in reply.headers) == (200, False)


def test_the_tag_is_of_the_bytes(web: httpx.Client) -> None:
    for path in ("/v1/documents", "/openapi.json", "/page/page.js"):
        reply = web.get(path)
        assert reply.headers["etag"] == content_tag(reply.content)
    assert content_tag(b"") == '"e3b0c44298fc1c149afbf4c8996fb924"'


@pytest.mark.parametrize("file", sorted(PAGE.iterdir()), ids=lambda file: file.name)
def test_head_tells_the_tag_of_get(web: httpx.Client, file: Path) -> None:
    path = f"/page/{file.name}"
    head = web.head(path)
    assert (head.status_code, head.headers["etag"]) == (200, content_tag(file.read_bytes()))
    assert head.headers["content-length"] == str(file.stat().st_size)
    again = web.head(path, headers={"If-None-Match": head.headers["etag"]})
    assert (again.status_code, again.headers["etag"]) == (304, head.headers["etag"])


def test_a_part_of_what_is_held_is_not_sent_either(web: httpx.Client) -> None:
    part = web.get("/page/page.js", headers={"Range": "bytes=0-9"})
    assert (part.status_code, len(part.content)) == (206, 10)
    tag = part.headers["etag"]
    asked = {"Range": "bytes=0-9", "If-None-Match": tag}
    assert web.get("/page/page.js", headers=asked).status_code == 304
    asked = {"Range": "bytes=0-9", "If-Range": tag}
    assert web.get("/page/page.js", headers=asked).content == part.content
    asked = {"Range": "bytes=0-9", "If-Range": '"other"'}
    assert web.get("/page/page.js", headers=asked).status_code == 200


def test_a_date_counts_where_no_tag_is_sent(web: httpx.Client) -> None:
    modified = web.get("/page/page.js").headers["last-modified"]
    early = "Thu, 01 Jan 1970 00:00:00 GMT"

    def status(**headers: str) -> int:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.get("/page/page.js", headers=named).status_code

    assert status(If_Modified_Since=modified) == 304
    assert status(If_Modified_Since=early) == status(If_Modified_Since="no date") == 200
    assert status(If_Modified_Since=modified, If_None_Match='"other"') == 200


def test_a_star_names_whatever_is_there(web: httpx.Client) -> None:
    assert web.get("/v1/models", headers={"If-None-Match": "*"}).status_code == 304
    assert web.get("/v1/models/x", headers={"If-None-Match": "*"}).status_code == 404
    assert web.get("/v1/documents?limit=0", headers={"If-None-Match": "*"}).status_code == 422
    assert web.get("/page/none.js", headers={"If-None-Match": "*"}).status_code == 404


def test_what_has_effects_takes_no_heed(web: httpx.Client) -> None:
    reply = web.post("/v1/ask", json={"question": "bab?"}, headers={"If-None-Match": "*"})
    assert (reply.status_code, "etag" in reply.headers) == (200, False)


def test_the_connection_goes_on_after_a_304(served: Served) -> None:
    with closing(served.connect()) as connection:
        connection.request("GET", "/v1/documents")
        reply = connection.getresponse()
        tag, listed = reply.headers["etag"], reply.read()
        for _ in range(3):
            connection.request("GET", "/v1/documents", headers={"If-None-Match": tag})
            reply = connection.getresponse()
            assert (reply.status, reply.read()) == (304, b"")
        connection.request("GET", "/v1/documents")
        assert connection.getresponse().read() == listed


def test_a_changed_index_changes_the_tag(client: TestClient) -> None:
    listed = client.get("/v1/documents").json()["documents"]
    (one,) = (each["id"] for each in listed if each["path"] == "one.txt")
    cited = client.post("/v1/retrieve", json={"question": "ddd"}).json()["passages"][0]["id"]
    paths = ["/v1/documents", f"/v1/documents/{one}", f"/v1/citations/{cited}", "/v1/models"]
    before = {path: client.get(path).headers["etag"] for path in paths}
    added = client.post("/v1/documents", files=[("file", ("one.txt", b"Ddd eee. Ddd."))])
    assert added.status_code == 201
    replies = {
        path: client.get(path, headers={"If-None-Match": tag}) for path, tag in before.items()
    }
    assert [reply.status_code for reply in replies.values()] == [200, 200, 200, 304]
    assert replies[paths[2]].json()["status"] == "changed"
    now = {path: reply.headers.get("etag") for path, reply in replies.items()}
    assert [path for path in paths if now[path] == before[path]] == ["/v1/models"]


def test_a_tag_opens_nothing_without_a_key(small_index: Path, letters: LetterEmbedder) -> None:
    key = add_key(small_index.with_name("index.keys.json"), "a", "read")
    app = create_app(LiveEngine(Settings(index=small_index), letters))
    with TestClient(app, "http://127.0.0.1:8000") as client:
        bearer = {"Authorization": f"Bearer {key}"}
        held = client.get("/v1/documents", headers=bearer)
        assert held.headers["cache-control"] == "private, no-cache"
        named = {"If-None-Match": held.headers["etag"]}
        assert client.get("/v1/documents", headers=bearer | named).status_code == 304
        refused = client.get("/v1/documents", headers=named)
        assert (refused.status_code, "etag" in refused.headers) == (401, False)


def test_two_processes_would_tag_alike(small_index: Path, letters: LetterEmbedder) -> None:
    tags = []
    for _ in range(2):
        app = create_app(LiveEngine(Settings(index=small_index), letters))
        with TestClient(app, "http://127.0.0.1:8000") as client:
            paths = ("/v1/documents", "/openapi.json", "/")
            tags.append([client.get(path).headers["etag"] for path in paths])
    assert tags[0] == tags[1]


def test_openapi_tells_of_tags(client: TestClient) -> None:
    paths = json.loads(client.get("/openapi.json").content)["paths"]
    for path, operations in paths.items():
        for method, operation in operations.items():
            is_tagged = method == "get" and path not in FRESH
            assert ("304" in operation["responses"]) == is_tagged
            named = [each["name"] for each in operation.get("parameters", [])]
            assert ("If-None-Match" in named) == is_tagged
            if is_tagged:
                for status in ("200", "304"):
                    told = operation["responses"][status]["headers"]
                    assert set(told) == {"ETag", "Cache-Control"}
                assert "content" not in operation["responses"]["304"]


opaque = st.text(st.characters(min_codepoint=0x21, max_codepoint=0xFF, exclude_characters='"\x7f'))
tags = st.builds(lambda weak, text: f'{weak}"{text}"', st.sampled_from(["", "W/"]), opaque)


def asked(*lines: str) -> Headers:
    return Headers(raw=[(b"if-none-match", line.encode("latin-1")) for line in lines])


@given(named=st.lists(tags, min_size=1, max_size=5), own=tags, gap=st.sampled_from([",", " ,\t"]))
def test_a_list_names_each_of_its_tags(named: list[str], own: str, gap: str) -> None:
    plain = {tag.removeprefix("W/") for tag in named}
    expected = own.removeprefix("W/") in plain
    assert is_unmodified(asked(gap.join(named)), {"etag": own}) == expected
    assert is_unmodified(asked(*named), {"etag": own}) == expected
    assert is_unmodified(asked(gap.join([*named, own])), {"etag": own})


@pytest.mark.parametrize("stated", ["", "a", '"a', "'a'", "W/a", '"b"', "**", '"*"', '* , "b"'])
def test_what_names_no_tag_of_it_holds_nothing(stated: str) -> None:
    assert not is_unmodified(asked(stated), {"etag": '"a"'})


def test_nothing_is_held_of_what_has_no_tag() -> None:
    assert not is_unmodified(asked("*"), {})
