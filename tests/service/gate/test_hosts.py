"""By which names the service is asked, against names of the web that are made to mean it."""

import pytest

from service.settings import Settings
from service.web.gate.hosts import HostCheck, is_loopback
from tests.service.gate.conftest import Serve
from tests.service.gate.visits import visit

LOCAL = "127.0.0.1:8000"
WEB = ["evil.com", "evil.com:8000", "localhost.evil.com:8000", "127.0.0.1.evil.com", "evil.com."]
NO_HOST = ["", "127.0.0.1@evil.com", "[::1].evil.com", "127.0.0.1:80:80", "localhost, evil.com"]


def _status(host: str, /, **settings: object) -> int:
    checked = Settings.model_validate(settings)
    refused = HostCheck(checked).check(visit(host=host))
    return refused.status_code if refused else 200


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.1.2.3", "::1", "localhost", "LOCALHOST", "[::1]"]
)
def test_a_loopback_host(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "192.168.1.5", "localhost.evil.com", "127.0.0.1.nip.io", "", "1"]
)
def test_no_loopback_host(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8000", "127.0.0.1", "[::1]:8000", "LocalHost:1"]
)
@pytest.mark.parametrize("listening", ["127.0.0.1", "0.0.0.0", "notes.example.org"])
def test_a_local_name_is_answered(host: str, listening: str) -> None:
    assert _status(host, host=listening) == 200


@pytest.mark.parametrize("host", WEB)
@pytest.mark.parametrize("listening", ["127.0.0.1", "0.0.0.0", "notes.example.org"])
def test_a_name_of_the_web_is_not(host: str, listening: str) -> None:
    assert _status(host, host=listening) == 421


@pytest.mark.parametrize("host", NO_HOST)
def test_what_names_no_host_is_a_bad_request(host: str) -> None:
    assert _status(host, hosts="*") == 400


def test_one_host_is_to_be_named() -> None:
    check = HostCheck(Settings()).check
    for headers in ([], [("host", LOCAL), ("host", LOCAL)]):
        refused = check(visit(headers))
        assert refused is not None
        assert refused.status_code == 400


@pytest.mark.parametrize(
    ("host", "local", "public"),
    [("0.0.0.0:8000", 421, 200), ("192.168.1.5", 421, 200), ("[2001:db8::1]:80", 421, 200)],
)
def test_addresses_in_digits_are_answered_in_the_open(host: str, local: int, public: int) -> None:
    assert (_status(host), _status(host, host="0.0.0.0")) == (local, public)


@pytest.mark.parametrize(
    ("hosts", "host", "status"),
    [
        ("notes.example.org", "notes.example.org", 200),
        ("notes.example.org", "NOTES.example.org:443", 200),
        ("a, notes.example.org ,", "notes.example.org:8000", 200),
        ("notes.example.org", "example.org", 421),
        ("notes.example.org", "a.notes.example.org", 421),
        ("notes.example.org:8000", "notes.example.org:8000", 200),
        ("notes.example.org:8000", "notes.example.org:8001", 421),
        ("*", "evil.com", 200),
    ],
)
def test_named_hosts_are_answered(hosts: str, host: str, status: int) -> None:
    assert _status(host, hosts=hosts) == status
    assert _status(host, hosts=hosts, host="0.0.0.0") == status


def test_the_address_that_was_given_is_a_name() -> None:
    assert _status("notes.example.org:80", host="notes.example.org") == 200
    assert _status("[2001:db8::1]:80", host="2001:db8::1") == 200


@pytest.mark.parametrize("path", ["/", "/page/page.js", "/v1/documents", "/healthz", "/nothing"])
def test_no_route_is_answered_by_another_name(serve: Serve, path: str) -> None:
    reply = serve().get(path, headers={"host": "evil.com"})
    assert (reply.status_code, reply.json()["type"]) == (421, "urn:citewell:problem:host-refused")
    assert "http://127.0.0.1 or http://localhost" in reply.json()["detail"]
    assert "CITEWELL_HOSTS" in reply.json()["detail"]
