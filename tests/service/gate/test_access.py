"""When keys are demanded, how they are sent, and what follows for changes."""

import logging
from pathlib import Path

import pytest

from service.errors import KeyNeeded, KeysUnusable
from service.keys.keyfile import add_key, revoke_key
from service.settings import Settings
from service.web.gate.access import Access
from tests.service.gate.conftest import Keys, Serve, bearer

LISTED = "/v1/documents"
KIND = "urn:citewell:problem:"
PUBLIC = ["0.0.0.0", "::", "192.168.1.5", "notes.example.org", ""]


def test_a_refusal_says_what_to_do(serve: Serve, keys: Keys) -> None:
    missing = serve().get(LISTED)
    assert (missing.status_code, missing.json()["type"]) == (401, KIND + "key-missing")
    assert missing.headers["www-authenticate"] == 'Bearer realm="citewell"'
    assert "citewell key add" in missing.json()["detail"]
    unknown = serve().get(LISTED, headers=bearer(keys.read[:-1]))
    assert (unknown.status_code, unknown.json()["type"]) == (401, KIND + "key-unknown")
    assert unknown.headers["www-authenticate"].endswith('error="invalid_token"')
    refused = serve().delete(f"{LISTED}/d_1", headers=bearer(keys.read))
    assert (refused.status_code, refused.json()["type"]) == (403, KIND + "scope-missing")
    assert refused.headers["www-authenticate"].endswith('error="insufficient_scope", scope="write"')
    assert "the key reader does not allow this" in refused.json()["detail"]


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "Bearer "])
def test_the_scheme_is_written_in_any_case(serve: Serve, keys: Keys, scheme: str) -> None:
    headers = {"authorization": f"{scheme} {keys.read}"}
    assert serve().get(LISTED, headers=headers).status_code == 200


@pytest.mark.parametrize("before", ["", "Basic ", "Bearer=", "Token ", "Bearer\t", "Bearer x "])
def test_nothing_else_is_a_key(serve: Serve, keys: Keys, before: str) -> None:
    headers = {"authorization": before + keys.read}
    assert serve().get(LISTED, headers=headers).status_code == 401


def test_of_two_keys_none_counts(serve: Serve, keys: Keys) -> None:
    twice = [("authorization", f"Bearer {key}") for key in (keys.read, keys.write)]
    assert serve().get(LISTED, headers=twice).status_code == 401


@pytest.mark.parametrize("name", ["access_token", "key", "token", "api_key", "authorization"])
def test_a_key_in_the_address_is_no_key(serve: Serve, keys: Keys, name: str) -> None:
    assert serve().get(f"{LISTED}?{name}={keys.write}").status_code == 401
    assert serve().get(LISTED, headers={"x-api-key": keys.write}).status_code == 401
    assert serve().get(LISTED, headers={"cookie": f"{name}={keys.write}"}).status_code == 401


@pytest.mark.parametrize("host", PUBLIC)
def test_in_the_open_nobody_is_answered_without_a_key(serve: Serve, host: str) -> None:
    client = serve(host=host)
    assert client.get(LISTED).status_code == 401
    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.9.9.9"])
def test_on_loopback_keys_are_demanded_once_there_are_any(
    serve: Serve, key_path: Path, host: str
) -> None:
    client = serve(host=host)
    assert client.get(LISTED).status_code == 200
    sent = add_key(key_path, "a", "read")
    assert client.get(LISTED).status_code == 401
    assert client.get(LISTED, headers=bearer(sent)).status_code == 200
    revoke_key(key_path, "a")
    assert client.get(LISTED, headers=bearer(sent)).status_code == 401
    key_path.unlink()
    assert client.get(LISTED).status_code == 401


@pytest.mark.parametrize("host", ["0.0.0.0", "127.0.0.1"])
def test_an_open_service_looks_at_no_key(serve: Serve, keys: Keys, host: str) -> None:
    client = serve(host=host, open=True)
    for headers in ({}, bearer("cw_wrong"), bearer(keys.read)):
        assert client.get(LISTED, headers=headers).status_code == 200


def test_keys_that_cannot_be_read_close_the_service(
    serve: Serve, keys: Keys, key_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    client = serve()
    key_path.write_text("{")
    with caplog.at_level(logging.ERROR):
        for headers in ({}, bearer(keys.write)):
            reply = client.get(LISTED, headers=headers)
            assert (reply.status_code, reply.json()["type"]) == (503, KIND + "keys-unusable")
            assert reply.headers["retry-after"] == "30"
            assert reply.headers["x-content-type-options"] == "nosniff"
    assert "is no file of keys" in caplog.text
    assert str(key_path) not in reply.text
    with pytest.raises(KeysUnusable, match="is no file of keys"):
        serve()


# ---- changes


@pytest.mark.parametrize(
    ("settings", "keyed", "status"),
    [
        ({}, True, 404),
        ({"editing": True}, True, 404),
        ({"editing": False}, True, 403),
        ({"host": "0.0.0.0"}, True, 404),
        ({"host": "0.0.0.0", "editing": True}, True, 404),
        ({"host": "0.0.0.0", "editing": False}, True, 403),
        ({}, False, 404),
        ({"editing": True}, False, 404),
        ({"editing": False}, False, 403),
        ({"host": "0.0.0.0", "open": True}, False, 403),
        ({"host": "0.0.0.0", "open": True, "editing": True}, False, 404),
        ({"host": "0.0.0.0", "open": True, "editing": False}, False, 403),
    ],
)
def test_who_may_change_documents(
    serve: Serve, key_path: Path, settings: dict[str, object], keyed: bool, status: int
) -> None:
    headers = bearer(add_key(key_path, "w", "write")) if keyed else {}
    reply = serve(**settings).delete(f"{LISTED}/d_1", headers=headers)
    assert reply.status_code == status
    if status == 403:
        assert reply.json()["type"] == KIND + "editing-refused"


# ---- the start


@pytest.mark.parametrize("host", PUBLIC)
def test_in_the_open_the_service_does_not_start_without_a_key(tmp_path: Path, host: str) -> None:
    settings = Settings(index=tmp_path / "index", host=host)
    with pytest.raises(
        KeyNeeded, match=r"key add --name NAME --index \S+/index`, .*CITEWELL_OPEN=true"
    ):
        Access(settings).check_start()
    add_key(tmp_path / "index.keys.json", "a", "read")
    Access(settings).check_start()
    revoke_key(tmp_path / "index.keys.json", "a")
    with pytest.raises(KeyNeeded, match="there is no key"):
        Access(settings).check_start()


@pytest.mark.parametrize("settings", [{}, {"host": "::1"}, {"host": "0.0.0.0", "open": True}])
def test_elsewhere_it_starts(tmp_path: Path, settings: dict[str, object]) -> None:
    Access(Settings.model_validate({"index": tmp_path / "index", **settings})).check_start()
