"""Threads share the allocator's arenas, which glibc itself tells."""

import os
import platform
import subprocess
import sys

import pytest

from tests.conftest import ROOT

# Twelve threads that are there at once allocate; malloc_info tells how many heaps there are.
PROGRAM = """
import ctypes, sys, threading
from service.arenas import share_arenas
if sys.argv[1] == "shared":
    share_arenas()
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.fopen.restype = ctypes.c_void_p, ctypes.c_void_p
together = threading.Barrier(12)
def allocate():
    together.wait()
    libc.malloc(ctypes.c_size_t(1000))
    together.wait()
threads = [threading.Thread(target=allocate) for _ in range(12)]
[thread.start() for thread in threads], [thread.join() for thread in threads]
file = ctypes.c_void_p(libc.fopen(sys.argv[2].encode(), b"w"))
libc.malloc_info(0, file), libc.fclose(file)
print(open(sys.argv[2]).read().count("<heap nr="))
"""


def _arenas(tmp_path: object, way: str, **more: str) -> int:
    environment = {k: v for k, v in os.environ.items() if k != "MALLOC_ARENA_MAX"} | more
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, way, f"{tmp_path}/heaps"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another allocator")
def test_threads_share_two_arenas_unless_told_otherwise(tmp_path: object) -> None:
    assert _arenas(tmp_path, "own") > 2
    assert _arenas(tmp_path, "shared") <= 2
    assert _arenas(tmp_path, "shared", MALLOC_ARENA_MAX="6") > 2
