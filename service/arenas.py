"""Memory that is not kept. In: nothing. Out: nothing; the allocator of this process is told.

glibc gives threads arenas of their own, up to eight a core, and each keeps what its threads once
needed: a service whose threads all run a model holds the memory of a run in every one of them.
"""

import ctypes
import os

_ARENA_MAX = -8  # M_ARENA_MAX of glibc's malloc.h
_MOST = 2  # DECISIONS.md has what it saves


def share_arenas() -> None:
    """Have all threads share two arenas; whoever sets ``MALLOC_ARENA_MAX`` decides instead, and
    where the allocator is another than glibc's nothing is done."""
    if "MALLOC_ARENA_MAX" in os.environ:
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_ARENA_MAX, _MOST)
