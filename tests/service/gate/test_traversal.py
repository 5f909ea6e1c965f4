"""No path leads out: not by an address, an upload, a citation, or a link in an archive."""

import http.client
import io
import stat
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from index.build import build_index
from service.live import LiveEngine
from service.settings import Settings
from service.web.pagefiles import PAGE
from tests.fakes import LetterEmbedder
from tests.service.gate.conftest import Serve
from tests.service.served import Served

SECRET = "planted-outside"
PARTS = st.sampled_from(
    [
        "..",
        ".",
        "/",
        "//",
        "%2e%2e",
        "%2E.",
        "%2f",
        "%5c",
        "\\",
        "%00",
        "..%2f",
        "%c0%af",
        "%252e%252e",
        "etc",
        "passwd",
        "app.py",
        "page",
        "..;",
        "C:",
        "~",
        "%ef%bc%8f",
    ]
)
PREFIXES = ["/page/", "/v1/documents/", "/v1/citations/", "/"]
TRICKS = [
    "../app.py",
    "..%2fapp.py",
    "%2e%2e/app.py",
    "%2e%2e%2fapp.py",
    "..%5capp.py",
    "....//app.py",
    "%252e%252e/app.py",
    "/etc/passwd",
    "%2fetc%2fpasswd",
    "..%00/app.py",
    "page.js%00.html",
    "../../../../../../../etc/passwd",
    "page.js/../../app.py",
]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    root = tmp_path_factory.mktemp("traversal")
    (root / "outside.txt").write_text(SECRET)
    (root / "source").mkdir()
    (root / "source" / "one.txt").write_text("Aaa bab.")
    build_index([root / "source"], root / "index", LetterEmbedder())
    with Served(LiveEngine(Settings(index=root / "index"), LetterEmbedder())) as running:
        yield running


def _get(served: Served, path: str) -> tuple[int, bytes]:
    with closing(served.connect()) as connection:
        connection.putrequest("GET", path, skip_host=True)
        connection.putheader("Host", "localhost")
        connection.endheaders()
        reply = connection.getresponse()
        return reply.status, reply.read()


def _is_own(status: int, body: bytes) -> bool:
    """Whether an answer is a problem, a redirect, or a file of the page."""
    if status in {307, 400, 404, 405, 422}:
        return True
    return status == 200 and body in {file.read_bytes() for file in PAGE.iterdir()}


@pytest.mark.parametrize("trick", TRICKS)
@pytest.mark.parametrize("prefix", PREFIXES)
def test_no_address_leads_to_a_file_elsewhere(served: Served, prefix: str, trick: str) -> None:
    status, body = _get(served, prefix + trick)
    assert _is_own(status, body), (status, body[:200])
    assert b"root:" not in body
    assert b"The HTTP application" not in body


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(PREFIXES), st.lists(PARTS, max_size=6).map("".join))
@example("/page/", "%2e%2e%2f%2e%2e%2fsettings.py")
def test_no_mixture_leads_out_or_breaks_the_service(served: Served, prefix: str, path: str) -> None:
    try:
        status, body = _get(served, prefix + path)
    except http.client.InvalidURL:
        return
    assert _is_own(status, body), (status, body[:200])


@pytest.mark.parametrize(
    "name",
    [
        "../evil.txt",
        "..%2fevil.txt",
        "/tmp/evil.txt",
        "a/../../evil.txt",
        "..\\evil.txt",
        "C:\\evil.txt",
        "evil.txt\0.txt",
        "./evil.txt",
        ".ssh/evil.txt",
        "~/evil.txt",
        "index.keys.json",
        "CURRENT",
    ],
)
def test_an_upload_writes_only_into_the_index(
    serve: Serve, small_index: Path, tmp_path: Path, name: str
) -> None:
    before = _files(tmp_path, small_index)
    reply = serve().post("/v1/documents", files=[("file", (name, b"bad cab"))])
    assert reply.status_code in {201, 422}
    assert _files(tmp_path, small_index) == before
    if reply.status_code == 201:  # a name in the index like any other, and nowhere else
        (document,) = reply.json()["documents"]
        assert serve().get(f"/v1/documents/{document['id']}").json()["text"] == "bad cab"


def _files(root: Path, index: Path) -> set[Path]:
    return {file for file in root.rglob("*") if index not in file.parents}


def test_what_is_linked_in_an_upload_stays_where_it_is(serve: Serve, tmp_path: Path) -> None:
    """An archive's links are names in it; nothing of it is unpacked to the disk."""
    (tmp_path / "outside.txt").write_text(SECRET)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in ("word/document.xml", "META-INF/container.xml"):
            link = zipfile.ZipInfo(name)
            link.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(link, str(tmp_path / "outside.txt"))
    for name in ("a.docx", "a.epub"):
        reply = serve().post("/v1/documents", files=[("file", (name, made.getvalue()))])
        assert reply.status_code == 422
        assert SECRET not in reply.text


ENTITY = '<!DOCTYPE d [<!ENTITY e SYSTEM "file://%s">]>'


@pytest.mark.parametrize("suffix", ["html", "xhtml", "md"])
def test_what_a_document_names_is_not_read(serve: Serve, tmp_path: Path, suffix: str) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text(SECRET)
    body = f'<p>bad cab &e;<iframe src="file://{outside}"></iframe><img src="file://{outside}"></p>'
    text = f"{ENTITY % outside}<html><body>{body}</body></html>"
    client = serve()
    reply = client.post("/v1/documents", files=[("file", (f"a.{suffix}", text.encode()))])
    if reply.status_code == 201:
        (document,) = reply.json()["documents"]
        assert SECRET not in client.get(f"/v1/documents/{document['id']}").text
    assert SECRET not in reply.text
