"""A running service follows its file of keys, and nothing that befalls it opens the service."""

from pathlib import Path

import pytest

from service.errors import KeysUnusable
from service.keys.keyfile import add_key, revoke_key
from service.keys.ring import KeyRing


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys.json"


def _name(ring: KeyRing, sent: str) -> str | None:
    key = ring.find(sent)
    return key.name if key else None


def test_a_key_is_known_from_the_next_request_and_unknown_once_revoked(path: Path) -> None:
    ring = KeyRing(path)
    assert (ring.seen, ring.keys()) == (False, ())
    sent = add_key(path, "a", "read")
    assert (ring.seen, _name(ring, sent)) == (True, "a")
    other = add_key(path, "b", "write")
    assert (_name(ring, sent), _name(ring, other)) == ("a", "b")
    revoke_key(path, "a")
    assert (_name(ring, sent), _name(ring, other)) == (None, "b")


def test_revoking_all_keys_opens_nothing(path: Path) -> None:
    sent = add_key(path, "a", "read")
    revoke_key(path, "a")
    ring = KeyRing(path)
    assert (ring.seen, _name(ring, sent)) == (True, None)


def test_removing_the_file_opens_nothing(path: Path) -> None:
    sent = add_key(path, "a", "read")
    ring = KeyRing(path)
    path.unlink()
    assert (_name(ring, sent), ring.seen) == (None, True)


@pytest.mark.parametrize("damage", ["content", "mode"])
def test_what_cannot_be_obeyed_is_told_until_it_is_mended(path: Path, damage: str) -> None:
    sent = add_key(path, "a", "read")
    ring = KeyRing(path)
    whole = path.read_bytes()
    if damage == "content":
        path.write_bytes(whole[:-9])
    else:
        path.chmod(0o666)
    for _ in range(2):
        with pytest.raises(KeysUnusable, match=r"no file of keys|others may change"):
            ring.find(sent)
    with pytest.raises(KeysUnusable, match=r"no file of keys|others may change"):
        KeyRing(path)
    path.write_bytes(whole)
    path.chmod(0o600)
    assert _name(ring, sent) == "a"


@pytest.mark.parametrize("sent", ["", "cw_", "a" * 46, "cw_" + "a" * 43, "cw_" + "ä" * 43])
def test_no_other_string_is_a_key(path: Path, sent: str) -> None:
    add_key(path, "a", "read")
    assert KeyRing(path).find(sent) is None
