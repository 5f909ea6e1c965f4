"""What openapi.json says of keys is what the gate does."""

from typing import Any

import pytest

from service.web.gate.scopes import scope_needed
from tests.service.gate.conftest import Serve


@pytest.fixture
def described(serve: Serve) -> dict[str, Any]:
    document: dict[str, Any] = serve().get("/openapi.json").json()
    return document


def test_every_operation_that_needs_a_key_says_so(described: dict[str, Any]) -> None:
    assert described["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            needs = scope_needed(method.upper(), path) is not None
            assert ("security" in operation) == needs
            assert {"401", "429"} <= operation["responses"].keys() or not needs
            assert {"400", "408", "413", "421"} <= operation["responses"].keys()


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "/v1/new", "read"),
        ("HEAD", "/v1/new", "read"),
        ("POST", "/v1/new", "write"),
        ("PUT", "/v1/ask/x", "write"),
        ("GET", "/healthz/x", "read"),
        ("GET", "/pages", "read"),
        ("GET", "", "read"),
        ("INVENTED", "/v1/documents", "write"),
    ],
)
def test_what_is_not_named_is_closed(method: str, path: str, scope: str) -> None:
    assert scope_needed(method, path) == scope
