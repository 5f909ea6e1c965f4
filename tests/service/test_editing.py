"""Whether documents may be changed over HTTP, by address, setting and key."""

import pytest

from service.errors import EditingRefused
from service.keys.key import make_key
from service.settings import Settings
from service.web.editing import check_editing

WRITER, _ = make_key("w", "write")


@pytest.mark.parametrize(
    ("host", "editing", "keyless", "keyed"),
    [
        ("127.0.0.1", None, True, True),
        ("127.0.0.1", True, True, True),
        ("127.0.0.1", False, False, False),
        ("0.0.0.0", None, False, True),
        ("0.0.0.0", True, True, True),
        ("0.0.0.0", False, False, False),
        ("::1", None, True, True),
        ("::", None, False, True),
    ],
)
def test_editing_is_for_keys_and_loopback_unless_set(
    host: str, editing: bool | None, keyless: bool, keyed: bool
) -> None:
    settings = Settings(host=host, editing=editing)
    for key, allowed in ((None, keyless), (WRITER, keyed)):
        if allowed:
            check_editing(settings, key)
            continue
        with pytest.raises(EditingRefused, match="cannot be changed over HTTP here; "):
            check_editing(settings, key)


def test_the_refusal_says_what_would_help() -> None:
    with pytest.raises(EditingRefused, match="CITEWELL_EDITING is false"):
        check_editing(Settings(editing=False), WRITER)
    with pytest.raises(EditingRefused, match="citewell key add --scope write, or listen on 127"):
        check_editing(Settings(host="0.0.0.0", open=True), None)
