"""How much memory a server has. In: a process, or an address. Out: bytes, as they are now.

Of a process, the proportional set size of it and all that it has started (``smaps_rollup``):
what several share counts once. Of an address, what its ``/metrics`` tell of its processes.
"""

from pathlib import Path

import httpx
from prometheus_client.parser import text_string_to_metric_families

from eval.bench.load import Memory, Target

_TOLD = "process_resident_memory_bytes"
_PROC = Path("/proc")


def of_process(pid: int, proc: Path = _PROC) -> Memory:
    """The memory of a process and its descendants; None when it has ended, or may not be seen."""

    async def look() -> int | None:
        found = [size for each in _family(pid, proc) if (size := _size(each, proc)) is not None]
        return sum(found) if found else None

    return look


def of_server(target: Target) -> Memory:
    """The memory of a server by its own numbers; None when they do not tell it."""

    async def look() -> int | None:
        try:
            async with httpx.AsyncClient(headers=target.headers) as client:
                reply = await client.get(f"{target.url}/metrics")
        except httpx.HTTPError:
            return None
        return told_memory(reply.text) if reply.is_success else None

    return look


def told_memory(text: str) -> int | None:
    """The resident memory in Prometheus' text, of all workers together, if it is there."""
    found = [
        sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == _TOLD
    ]
    return int(sum(found)) if found else None


def _family(pid: int, proc: Path) -> list[int]:
    """A process, and all that descend from it."""
    found = [pid]
    for parent in found:
        for file in (proc / str(parent) / "task").glob("*/children"):
            found += map(int, _text(file).split())
    return found


def _size(pid: int, proc: Path) -> int | None:
    for line in _text(proc / str(pid) / "smaps_rollup").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return None


def _text(file: Path) -> str:
    try:
        return file.read_text("ascii")
    except OSError:  # it has ended meanwhile
        return ""
