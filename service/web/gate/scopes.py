"""What each request needs. In: a method and a path. Out: a scope, or None for everyone.

What is not named here needs the most: a new route is closed until someone decides, and
``tests/service/gate/test_matrix.py`` fails until its row says what was decided.
"""

from typing import Any

from service.keys.key import Scope
from service.web.gate.visit import SAFE

# Without a key: the page, which holds no documents; the description of the API; and whether
# the service lives, which is asked by programs that hold no key.
OPEN = frozenset({"/", "/healthz", "/readyz", "/openapi.json"})
OPEN_FOLDER = "/page/"
# What readers do by POST. Feedback is theirs too: it is kept, and changes no document or answer.
READING = frozenset(
    {
        "/v1/ask",
        "/v1/ask/batch",
        "/v1/retrieve",
        "/v1/feedback",
        "/v1/chat/completions",
        "/plain/ask",
    }
)
# What is read by those who may change documents alone: it holds what all readers have asked.
GUARDED = frozenset({"/v1/feedback/questions"})
SCHEME = "key"
_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


def scope_needed(method: str, path: str) -> Scope | None:
    """The scope that a key needs for a request, None where none is asked for."""
    if path in OPEN or path.startswith(OPEN_FOLDER):
        return None
    is_reading = method in SAFE or path in READING
    return "read" if is_reading and path not in GUARDED else "write"


def describe_access(document: dict[str, Any]) -> None:
    """Tell in an OpenAPI document which operations ask for a key, and how they refuse.

    A key is optional in the description, as it depends on how the service was started.
    """
    schemes = document["components"].setdefault("securitySchemes", {})
    schemes[SCHEME] = {"type": "http", "scheme": "bearer", "description": "An API key, cw_..."}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            _describe(operation, scope_needed(method.upper(), path), method.upper() in SAFE)


def _describe(operation: dict[str, Any], needed: Scope | None, is_safe: bool) -> None:
    responses = operation["responses"]
    # In the form that the operation's other errors have.
    forms = (told.get("content") for status, told in responses.items() if int(status) >= 400)
    content = next(filter(None, forms), _PROBLEM)
    statuses = {"400", "413", "408", "421"}
    if needed:
        operation["security"] = [{}, {SCHEME: []}]
        statuses |= {"401", "403", "429", "503"}
    if not is_safe:
        statuses.add("403")
    for status in sorted(statuses):
        responses.setdefault(status, {"description": "Problem", "content": content})
