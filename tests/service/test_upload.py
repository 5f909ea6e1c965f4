"""Documents sent and removed over HTTP: exact receipts, in force for the next question."""

import http.client
import json
import os
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from index.passage import stable_id
from index.textfile import PIECE
from service.live import LiveEngine
from service.settings import Settings
from service.web.app import create_app
from service.web.form import MOST_FILES
from service.web.upload import MEGABYTE
from tests.fakes import LetterEmbedder
from tests.service.corpora import index_of
from tests.service.served import Served
from tests.service.test_editor import held_elsewhere

DOCUMENTS = "/v1/documents"
BOUNDARY = "b0undary"
FORM = {"content-type": f"multipart/form-data; boundary={BOUNDARY}"}
Sent = str | bytes


def _post(client: TestClient, *files: tuple[str, Sent], **fields: str) -> Any:
    """Send files by their filename, with form fields."""
    form = [("file", (name, content)) for name, content in files]
    return client.post(DOCUMENTS, files=form, data=fields)


def _raw(*parts: tuple[bytes, bytes], end: bytes = b"--") -> bytes:
    """A form of parts with this Content-Disposition; what libraries would not send."""
    mark = b"--" + BOUNDARY.encode()
    body = b"".join(
        mark + b"\r\nContent-Disposition: form-data; " + head + b"\r\n\r\n" + content + b"\r\n"
        for head, content in parts
    )
    return body + mark + end + b"\r\n"


def _post_raw(client: TestClient, *parts: tuple[bytes, bytes]) -> Any:
    return client.post(DOCUMENTS, content=_raw(*parts), headers=FORM)


def _best(client: TestClient, question: str) -> str:
    passages = client.post("/v1/ask", json={"question": question}).json()["passages"]
    path: str = passages[0]["document"]["path"]
    return path


def _index(client: TestClient) -> Any:
    return client.get("/readyz").json()["index"]


def _paths(client: TestClient) -> list[str]:
    return sorted(item["path"] for item in client.get(DOCUMENTS).json()["documents"])


def _problem(reply: Any, status: int, kind: str) -> dict[str, Any]:
    body: dict[str, Any] = reply.json()
    assert reply.headers["content-type"] == "application/problem+json"
    assert (reply.status_code, body["type"]) == (status, f"urn:citewell:problem:{kind}")
    return body


# ---- receipts


def test_a_new_document_is_told_and_found(client: TestClient) -> None:
    reply = _post(client, ("notes/new.md", "# Ggg\n\nggg hhh ggg"))
    assert reply.status_code == 201
    (item,) = reply.json()["documents"]
    assert reply.json() == {
        "index": _index(client),
        "added": ["notes/new.md"],
        "changed": [],
        "unchanged": 0,
        "refused": [],
        "documents": [item],
    }
    assert item["id"] == stable_id("d", "notes/new.md")
    assert (item["path"], item["title"], item["origin"]) == ("notes/new.md", "Ggg", "added")
    assert (item["media_type"], item["length"]) == ("text/markdown", 18)
    assert _best(client, "ggg hhh") == "notes/new.md"
    read = client.get(f"{DOCUMENTS}/{item['id']}").json()
    assert read["text"] == "# Ggg\n\nggg hhh ggg"
    assert {name: read[name] for name in item} == item


def test_every_file_of_a_request_is_accounted_for(client: TestClient) -> None:
    _post(client, ("same.txt", "bab"), ("other.txt", "cab"))
    reply = _post(
        client,
        ("same.txt", "bab"),
        ("other.txt", "cabbage"),
        ("new.txt", "dab"),
        ("binary.txt", b"\x89PNG\r\n\x1a\n\x00"),
        ("empty.txt", " \n"),
        ("../up.txt", "fab"),
        ("image.png", b"\x89PNG"),
        ("new.txt", "second of the name"),
        ("sp\u202eoof.txt", "gab"),
    )
    assert reply.status_code == 201
    receipt = reply.json()
    assert receipt["index"] == _index(client)
    assert (receipt["added"], receipt["changed"], receipt["unchanged"]) == (
        ["new.txt"],
        ["other.txt"],
        1,
    )
    reasons = {item["path"]: item["reason"].partition(" ")[2][:12] for item in receipt["refused"]}
    assert reasons == {
        "../up.txt": "a component ",
        "image.png": "of no format",
        "new.txt": "named twice ",
        "sp\\u202eoof.txt": "a character ",
        "binary.txt": "not UTF-8 te",
        "empty.txt": "no text",
    }
    assert [d["path"] for d in receipt["documents"]] == ["same.txt", "other.txt", "new.txt"]
    assert client.get(f"{DOCUMENTS}/{stable_id('d', 'new.txt')}").json()["text"] == "dab"


def test_what_is_there_already_is_200_and_makes_no_generation(client: TestClient) -> None:
    first = _post(client, ("a.txt", "bab"))
    again = _post(client, ("a.txt", "bab"))
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json() | {"added": [], "unchanged": 1}


def test_when_every_file_is_refused_each_is_named_and_nothing_changes(client: TestClient) -> None:
    before = _index(client)
    body = _problem(
        _post(client, ("a.txt", b"\xff"), ("/b.txt", "b"), ("c.exe", "c")), 422, "document-refused"
    )
    assert [error["field"] for error in body["errors"]] == ["file"] * 3
    assert [error["detail"].split()[0] for error in body["errors"]] == [
        "'/b.txt'",
        "'c.exe'",
        "'a.txt'",
    ]
    assert _index(client) == before


def test_the_field_path_names_a_single_file(client: TestClient) -> None:
    receipt = _post(client, ("x.bin", "ggg"), path="notes/y.txt").json()
    assert receipt["added"] == ["notes/y.txt"]
    body = _problem(_post(client, ("x.txt", "g"), path="../y.txt"), 422, "document-refused")
    assert (body["field"], body["detail"].split()[:2]) == ("path", ["path:", "'../y.txt'"])


@pytest.mark.parametrize(
    ("files", "fields", "field"),
    [
        ([], {"path": "a.txt"}, "file"),
        ([("a.txt", "a"), ("b.txt", "b")], {"path": "c.txt"}, "path"),
        ([("a.txt", "a")], {"title": "A"}, "title"),
    ],
)
def test_a_form_of_other_fields_is_refused_by_the_field(
    client: TestClient, files: list[tuple[str, Sent]], fields: dict[str, str], field: str
) -> None:
    parts = [(f'name="file"; filename="{n}"'.encode(), str(c).encode()) for n, c in files]
    parts += [(f'name="{name}"'.encode(), value.encode()) for name, value in fields.items()]
    body = _problem(_post_raw(client, *parts), 422, "document-refused")
    assert body["field"] == field


def test_a_removed_document_is_told_and_not_found(client: TestClient) -> None:
    identity = _post(client, ("a.txt", "ggg hhh")).json()["documents"][0]["id"]
    reply = client.delete(f"{DOCUMENTS}/{identity}")
    assert reply.status_code == 200
    assert reply.json() == {"index": _index(client), "removed": ["a.txt"], "erased": False}
    assert _best(client, "ggg hhh") != "a.txt"
    assert client.get(f"{DOCUMENTS}/{identity}").status_code == 404
    _problem(client.delete(f"{DOCUMENTS}/{identity}"), 404, "document-missing")


def test_a_document_of_a_source_can_be_removed_and_erased(
    client: TestClient, small_index: Path
) -> None:
    first = client.get(DOCUMENTS).json()["documents"][0]
    assert first["origin"] == "source"
    reply = client.delete(f"{DOCUMENTS}/{first['id']}", params={"erase": "true"})
    assert (reply.json()["removed"], reply.json()["erased"]) == ([first["path"]], True)
    assert len(list(small_index.glob("g*"))) == 1


def test_only_true_and_false_erase(client: TestClient) -> None:
    body = client.delete(f"{DOCUMENTS}/d_1", params={"erase": "perhaps"}).json()
    assert (body["status"], body["field"]) == (422, "erase")


def test_headings_and_pages_are_told(client: TestClient) -> None:
    reply = _post(client, ("a.md", "# One\n\nggg hhh\n\n## Two\n\nfff eee\n"))
    read = client.get(f"{DOCUMENTS}/{reply.json()['documents'][0]['id']}").json()
    assert read["pages"] == []
    assert all(heading.keys() == {"start", "level", "title"} for heading in read["headings"])


def test_changes_are_counted(client: TestClient) -> None:
    identity = _post(client, ("a.txt", "gg"), ("b.txt", "hh")).json()["documents"][0]["id"]
    _post(client, ("a.txt", "ggg"))
    client.delete(f"{DOCUMENTS}/{identity}")
    samples = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(client.get("/metrics").text)
        for sample in family.samples
    }
    assert samples["citewell_documents_total", "added"] == 2
    assert samples["citewell_documents_total", "changed"] == 1
    assert samples["citewell_documents_total", "removed"] == 1
    assert samples["citewell_index_documents",] == 4
    assert samples["citewell_index_generation",] == 4


# ---- names and forms


@pytest.mark.parametrize(
    "name",
    [
        b"../a.txt",
        b"/a.txt",
        b"a\\b.txt",
        b"a//b.txt",
        b"./a.txt",
        b"a/.b.txt",
        b"a\0.txt",
        b"a\xff.txt",
        b"\xed\xa0\x80.txt",
        "a\u202e.txt".encode(),
        b"a" * 256 + b".txt",
        b"a.exe",
        b"c:/a.txt",
        b"",
    ],
)
@pytest.mark.parametrize("field", ["file", "path"])
def test_a_trick_is_refused_by_its_field(client: TestClient, name: bytes, field: str) -> None:
    filename = name if field == "file" else b"good.txt"
    parts = [(b'name="file"; filename="' + filename + b'"', b"ggg")]
    if field == "path":
        parts.append((b'name="path"', name))
    body = _problem(_post_raw(client, *parts), 422, "document-refused")
    assert body["field"] == field
    assert _paths(client) == ["deep er/three.md", "one.txt", "two.txt"]


def test_of_a_full_windows_filename_the_last_component_is_taken(client: TestClient) -> None:
    part = (rb'name="file"; filename="C:\fakepath\x.txt"', b"ggg")
    assert _post_raw(client, part).json()["added"] == ["x.txt"]
    body = _problem(
        _post_raw(client, part, (b'name="path"', rb"C:\a\x.txt")), 422, "document-refused"
    )
    assert body["field"] == "path"


def test_names_are_brought_to_one_form(client: TestClient) -> None:
    assert _post(client, ("e\u0301.txt", "ggg")).json()["added"] == ["\u00e9.txt"]
    assert _post(client, ("\u00e9.txt", "ggg")).json()["unchanged"] == 1


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.one_of(st.text(min_size=1), st.lists(st.text("ab./é\\ \u202e~:%"), max_size=3).map("/".join))
)
def test_an_accepted_path_is_read_again_by_its_id(client: TestClient, name: str) -> None:
    sent = f"{name}.txt".encode("utf-8", "surrogatepass")
    parts = [(b'name="file"; filename="f"', b"ggg"), (b'name="path"', sent)]
    if b"\r\n--" + BOUNDARY.encode() in sent:
        return
    reply = _post_raw(client, *parts)
    if reply.status_code == 422:
        assert reply.json()["field"] == "path"
        return
    assert reply.status_code in {200, 201}
    (item,) = reply.json()["documents"]
    assert os.path.normpath(f"/index/{item['path']}") == f"/index/{item['path']}"
    assert client.get(f"{DOCUMENTS}/{item['id']}").json()["path"] == item["path"]
    assert client.delete(f"{DOCUMENTS}/{item['id']}").json()["removed"] == [item["path"]]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "ends before its closing boundary"),
        (b"nonsense", "no multipart form"),
        (_raw((b'name="file"; filename="a.txt"', b"g"), end=b""), "ends before"),
        (_raw((b'name="file"; filename="a.txt"', b"g"))[:-20], "ends before"),
        (_raw((b'name="path"', b"a" * 9000)), "8192 bytes"),
        (_raw(*[(b'name="path"', b"a")] * 9), "8 fields"),
        (_raw(*[(b'name="file"; filename="a.txt"', b"a")] * (MOST_FILES + 1)), "1000 files"),
        (_raw((b"x" * 5000, b"a")), "no multipart form"),
    ],
)
def test_a_broken_form_changes_nothing(client: TestClient, body: bytes, reason: str) -> None:
    before = _index(client)
    problem = _problem(client.post(DOCUMENTS, content=body, headers=FORM), 400, "bad-request")
    assert reason in problem["detail"]
    assert _index(client) == before


@pytest.mark.parametrize(
    "content_type",
    ["", "application/json", "multipart/form-data", "multipart/form-data; boundary=" + "b" * 71],
)
def test_another_type_is_refused(client: TestClient, content_type: str) -> None:
    reply = client.post(DOCUMENTS, content=b"{}", headers={"content-type": content_type})
    _problem(reply, 415, "unsupported-media-type")


def test_a_form_is_the_same_in_whatever_pieces_it_comes(client: TestClient) -> None:
    text = "ggg \r\n--b0undar\r\n hhh"
    body = _raw((b'name="file"; filename="a.txt"', text.encode()), (b'name="path"', b"b.txt"))
    for size in (1, 2, 7, len(body)):
        chunks = (body[start : start + size] for start in range(0, len(body), size))
        receipt = client.post(DOCUMENTS, content=chunks, headers=FORM).json()
        assert [item["path"] for item in receipt["documents"]] == ["b.txt"]
    read = client.get(f"{DOCUMENTS}/{stable_id('d', 'b.txt')}").json()
    assert read["text"] == text


def test_a_thousand_files_are_taken_at_once(client: TestClient) -> None:
    files = [(f"many/{n}.txt", f"bab {n}") for n in range(MOST_FILES)]
    receipt = _post(client, *files).json()
    assert sorted(receipt["added"]) == sorted(path for path, _ in files)
    assert len(receipt["documents"]) == MOST_FILES


def test_nothing_is_left_of_an_upload(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    uploads = tmp_path / "uploads"
    uploads.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(uploads))
    _post(client, ("a.txt", "ggg"), ("../b.txt", "b"))
    _post(client, ("a.txt", b"\xff"))
    client.post(DOCUMENTS, content=b"nonsense", headers=FORM)
    assert list(uploads.iterdir()) == []


def test_without_a_place_for_temporary_files_that_is_told(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nothing"))
    body = _problem(_post(client, ("a.txt", "ggg")), 503, "unavailable")
    assert "TMPDIR" in body["detail"]


@pytest.mark.parametrize(
    "identity", ["d_0000000000000000", "%2A", "%00", "%ff", "%F0%9F%98%80", "one.txt"]
)
def test_only_ids_of_documents_are_removed(client: TestClient, identity: str) -> None:
    _problem(client.delete(f"{DOCUMENTS}/{identity}"), 404, "document-missing")
    assert len(_paths(client)) == 3


def test_a_busy_index_is_told(client: TestClient, live: LiveEngine, small_index: Path) -> None:
    with held_elsewhere(small_index):
        impatient = TestClient(create_app(live, patience=0.1), "http://127.0.0.1:8000")
        reply = _post(impatient, ("a.txt", "ggg"))
        assert "wait for it to end" in _problem(reply, 503, "index-busy")["detail"]
        assert reply.headers["retry-after"] == "30"
        assert impatient.post("/v1/ask", json={"question": "bab"}).status_code == 200
    assert _post(client, ("a.txt", "ggg")).status_code == 201


def test_without_an_index_there_is_nothing_to_add_to(client: TestClient, small_index: Path) -> None:
    small_index.rename(small_index.with_name("away"))
    _problem(_post(client, ("a.txt", "ggg")), 503, "index-unusable")
    _problem(client.delete(f"{DOCUMENTS}/d_1"), 503, "index-unusable")


# ---- limits, over a real socket


@pytest.fixture
def served(small_index: Path, letters: LetterEmbedder) -> Iterator[Served]:
    """A server that takes uploads of a megabyte."""
    live = LiveEngine(Settings(index=small_index, upload_mb=1), letters)
    with Served(live) as served:
        yield served


def _large(size: int) -> bytes:
    return _raw((b'name="file"; filename="large.txt"', b"bab " * (size // 4)))


def _status(connection: http.client.HTTPConnection) -> tuple[int, Any]:
    with closing(connection):
        reply = connection.getresponse()
        return reply.status, json.loads(reply.read())


def test_a_stated_length_over_the_limit_is_refused_unread(served: Served) -> None:
    connection = served.connect()
    connection.putrequest("POST", DOCUMENTS)
    connection.putheader("Content-Type", FORM["content-type"])
    connection.putheader("Content-Length", str(MEGABYTE + 1))
    connection.endheaders()  # and not a byte of the body
    status, body = _status(connection)
    assert (status, body["type"]) == (413, "urn:citewell:problem:too-large")
    assert "more than 1 MB" in body["detail"]
    assert "CITEWELL_UPLOAD_MB" in body["detail"]


def test_a_body_of_unknown_length_is_refused_as_it_passes_the_limit(served: Served) -> None:
    connection = served.connect()
    connection.putrequest("POST", DOCUMENTS)
    connection.putheader("Content-Type", FORM["content-type"])
    connection.putheader("Transfer-Encoding", "chunked")
    connection.endheaders()
    sent = 0
    for chunk in (_large(900_000)[:-20], b"a" * 90_000, b"a" * 30_000):
        connection.send(f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n")
        sent += len(chunk)
    assert sent > MEGABYTE
    status, body = _status(connection)
    assert (status, body["type"]) == (413, "urn:citewell:problem:too-large")


def test_a_body_within_the_limit_is_taken(served: Served) -> None:
    connection = served.connect()
    connection.request("POST", DOCUMENTS, _large(200_000), FORM)
    status, receipt = _status(connection)
    assert (status, receipt["added"]) == (201, ["large.txt"])
    assert receipt["documents"][0]["length"] == 200_000 > 2 * PIECE


def test_other_routes_keep_their_limit(served: Served) -> None:
    for method, path in (("POST", "/v1/ask"), ("DELETE", f"{DOCUMENTS}/d_1"), ("PUT", DOCUMENTS)):
        connection = served.connect()
        connection.request(method, path, b"a" * 70_000, {"Content-Type": "application/json"})
        assert _status(connection)[0] == 413


def _begun(served: Served, length: int) -> http.client.HTTPConnection:
    """A connection on which an upload of so many bytes has begun."""
    connection = served.connect()
    connection.putrequest("POST", DOCUMENTS)
    connection.putheader("Content-Type", FORM["content-type"])
    connection.putheader("Content-Length", str(length))
    connection.endheaders()
    return connection


def test_a_slow_upload_stops_nobody(served: Served) -> None:
    body = _raw((b'name="file"; filename="slow.txt"', b"ggg hhh"))
    slow = _begun(served, len(body))
    for byte in body[:-1]:
        slow.send(bytes([byte]))
        if byte == ord("\n"):
            quick = served.connect()
            quick.request("POST", DOCUMENTS, _raw((b'name="file"; filename="q.txt"', b"bab")), FORM)
            assert _status(quick)[0] in {200, 201}
            asked = served.connect()
            content = {"Content-Type": "application/json"}
            asked.request("POST", "/v1/ask", b'{"question": "bab"}', content)
            assert _status(asked)[0] == 200
    slow.send(body[-1:])
    status, receipt = _status(slow)
    assert (status, receipt["added"]) == (201, ["slow.txt"])


def test_an_upload_that_breaks_off_leaves_nothing(served: Served) -> None:
    body = _raw((b'name="file"; filename="half.txt"', b"ggg hhh"))
    broken = _begun(served, len(body))
    broken.send(body[:-30])
    broken.close()
    listed = served.connect()
    listed.request("GET", DOCUMENTS)
    assert [d["path"] for d in _status(listed)[1]["documents"]].count("half.txt") == 0


# ---- many at once


def _change(client: TestClient, number: int) -> list[dict[str, Any]]:
    """The receipts of adding a document and, every second time, removing it."""
    added = _post(client, (f"{number}.txt", f"bab {number} " + "cab dab " * number))
    assert added.status_code == 201
    if number % 2 == 0:
        return [added.json()]
    removed = client.delete(f"{DOCUMENTS}/{added.json()['documents'][0]['id']}")
    assert (removed.status_code, removed.json()["removed"]) == (200, [f"{number}.txt"])
    return [added.json(), removed.json()]


def _ask_until(done: threading.Event, client: TestClient) -> list[dict[str, Any]]:
    answers = []
    while not done.is_set():
        reply = client.post("/v1/ask", json={"question": "cab dab bab", "top_k": 50})
        assert reply.status_code == 200
        answers.append(reply.json())
    return answers


def _held(first: dict[str, Any], receipts: list[dict[str, Any]]) -> dict[str, set[str]]:
    """The paths of the documents that each digest stands for, as the receipts tell."""
    assert [r["index"]["generation"] for r in receipts] == list(range(2, 2 + len(receipts)))
    there = {item["path"] for item in first["documents"]}
    held = {first["index"]["digest"]: there}
    for receipt in receipts:
        there = (there | set(receipt.get("added", []))) - set(receipt.get("removed", []))
        held[receipt["index"]["digest"]] = there
    return held


def test_every_answer_is_of_one_generation_while_many_change(
    tmp_path: Path, letters: LetterEmbedder
) -> None:
    root = index_of(tmp_path, {"base.txt": "aaa bbb"})
    live = LiveEngine(Settings(index=root), letters)
    done = threading.Event()
    with (
        TestClient(create_app(live), "http://127.0.0.1:8000") as client,
        ThreadPoolExecutor(24) as threads,
    ):
        first = client.get(DOCUMENTS).json()
        asking = [threads.submit(_ask_until, done, client) for _ in range(4)]
        try:
            told = list(threads.map(lambda number: _change(client, number), range(20)))
        finally:
            done.set()
        answers = [answer for each in asking for answer in each.result()]
        final = client.get(DOCUMENTS).json()
    receipts = [receipt for part in told for receipt in part]
    held = _held(first, sorted(receipts, key=lambda receipt: receipt["index"]["generation"]))
    expected = {"base.txt", *(f"{number}.txt" for number in range(0, 20, 2))}
    assert held[final["index"]["digest"]] == expected
    assert {item["path"] for item in final["documents"]} == expected
    assert len({answer["index"]["digest"] for answer in answers}) > 1
    for answer in answers:
        paths = {passage["document"]["path"] for passage in answer["passages"]}
        assert paths == held[answer["index"]["digest"]]


def test_an_upload_states_tags_and_a_date(client: TestClient) -> None:
    files = [("file", ("n.md", b"---\ntags: x\n---\nDead beef."))]
    stated = {"tags": ["Law, contracts", "law"], "date": "2024-05-06T01:02:03Z"}
    receipt = client.post("/v1/documents", files=files, data=stated).json()
    (item,) = receipt["documents"]
    assert (item["date"], item["tags"]) == ("2024-05-06", ["Law", "contracts"])
    assert client.get(f"/v1/documents/{item['id']}").json()["tags"] == ["Law", "contracts"]
    again = client.post("/v1/documents", files=files)
    assert (again.status_code, again.json()["documents"][0]["tags"]) == (200, ["Law", "contracts"])
    cleared = client.post("/v1/documents", files=files, data={"tags": ""})
    assert (cleared.status_code, cleared.json()["documents"][0]["tags"]) == (201, [])


@pytest.mark.parametrize(
    ("fields", "field", "reason"),
    [
        ({"date": "5 May"}, "date", "is no date; write it as 2026-01-31"),
        ({"date": ["2024-05-06", "2024-05-07"]}, "date", "is a second date; send one"),
        ({"tags": "a" * 101}, "tags", "is longer than 100 characters; shorten it"),
        ({"tags": ",".join(map(str, range(101)))}, "tags", "are 101 tags; 100 are the most"),
        ({"tags": b"\xff"}, "tags", "is not UTF-8; send it so"),
    ],
)
def test_what_an_upload_cannot_state(
    client: TestClient, fields: dict[str, Any], field: str, reason: str
) -> None:
    reply = client.post("/v1/documents", files=[("file", ("n.md", b"Dead."))], data=fields)
    assert (reply.status_code, reply.json()["field"]) == (422, field)
    assert reply.json()["detail"].endswith(reason)
