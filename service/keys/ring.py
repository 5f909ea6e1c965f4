"""The keys of a running service. In: what a client sent. Out: its key; read again when changed."""

import logging
import threading
from pathlib import Path

from service.errors import KeysUnusable
from service.keys.key import FORM, Key, find_key
from service.keys.keyfile import read_keys

logger = logging.getLogger(__name__)
_State = tuple[int, ...] | None


class KeyRing:
    """Follows a file of keys, which costs a look at its state for each request.

    Safe between threads. Where there has been a file since the start, keys are demanded, even
    if all are revoked or the file is removed: neither may open what was closed.
    """

    def __init__(self, path: Path) -> None:
        """Raises ``KeysUnusable`` when there is a file that cannot be obeyed."""
        self._path = path
        self._lock = threading.Lock()
        self._state: _State = _state(path)
        self._keys = read_keys(path)
        self._seen = self._state is not None

    def keys(self) -> tuple[Key, ...]:
        """The keys of the moment; raises ``KeysUnusable`` as long as they cannot be read."""
        state = _state(self._path)
        if state != self._state:
            with self._lock:
                self._seen = True
                self._keys = read_keys(self._path)
                self._state = state  # after reading, so that a failure is tried again
                logger.info("the keys have changed: there are %s", len(self._keys))
        return self._keys

    @property
    def seen(self) -> bool:
        """Whether there is a file, or has been one since the start."""
        self.keys()
        return self._seen

    def find(self, sent: str) -> Key | None:
        """The key that a client sent, if it is one of these."""
        return find_key(sent, self.keys()) if FORM.fullmatch(sent) else None


def _state(path: Path) -> _State:
    """What differs when a file was replaced or changed; None without one."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise KeysUnusable(
            f"the keys in {path} cannot be read ({error.strerror}); let the service read the file"
        ) from error
    return found.st_ino, found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_mode
