"""One request at the gate. In: an ASGI scope. Out: what is known of it before its body."""

from dataclasses import dataclass, field

from starlette.datastructures import Headers
from starlette.types import Scope

from service.keys.key import Key

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})  # methods without effects (RFC 9110, section 9.2.1)


@dataclass(slots=True)
class Visit:
    """``path`` is as routes match it, ``address`` the client's; ``key`` is set once it is known,
    and ``told`` are headers that the answer is to bear."""

    method: str
    path: str
    headers: Headers = field(repr=False)  # they hold the key as it was sent
    address: str
    key: Key | None = None
    told: list[tuple[bytes, bytes]] = field(default_factory=list)

    @classmethod
    def of(cls, scope: Scope) -> "Visit":
        """What an HTTP request's scope tells."""
        client = scope.get("client") or ("", 0)
        return cls(scope["method"], scope["path"], Headers(scope=scope), str(client[0]))

    @property
    def has_effects(self) -> bool:
        """Whether the method is one that may change or cost something."""
        return self.method not in SAFE

    def tell(self, name: str, value: str) -> None:
        """Have the answer bear a header, instead of what was told of it before."""
        header = name.lower().encode("ascii")
        # In place: who sends the answer has the list.
        self.told[:] = [each for each in self.told if each[0] != header]
        self.told.append((header, value.encode("latin-1")))
