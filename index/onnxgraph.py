"""Graphs for ONNX Runtime. In: a graph. Out: it simplified, as files; a session that runs it.

What embeds and what reads (``service.reading``) are opened alike, because they share the cores.
"""

import os
from pathlib import Path

import onnxruntime

from index.exported import GRAPH, WEIGHTS

_EXTERNAL = 1024  # bytes; smaller numbers stay in the graph
_ERRORS = 3  # and worse are told on standard error


def simplify(model: Path | bytes, folder: Path) -> tuple[str, ...]:
    """Write a graph as ONNX Runtime simplifies it, which then need not be done at each start:
    ``model.onnx`` and ``weights.bin``; returns the inputs it has a use for."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(folder / GRAPH)
    options.log_severity_level = _ERRORS
    for name, value in (
        ("session.optimized_model_external_initializers_file_name", WEIGHTS),
        ("session.optimized_model_external_initializers_min_size_in_bytes", str(_EXTERNAL)),
    ):
        options.add_session_config_entry(name, value)
    return tuple(each.name for each in _session(model, options).get_inputs())


def open_session(
    model: Path | bytes, *, simplified: bool, threads: int = 0
) -> onnxruntime.InferenceSession:
    """A session on so many threads, 0 for one a core."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads or len(os.sched_getaffinity(0))
    if simplified:
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    # The threads of few cores have other work than to wait for the next product, and memory of
    # the longest texts is not kept for the rest of the process's life.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.enable_cpu_mem_arena = False
    options.enable_mem_pattern = False
    options.log_severity_level = _ERRORS
    return _session(model, options)


def _session(
    model: Path | bytes, options: onnxruntime.SessionOptions
) -> onnxruntime.InferenceSession:
    given = model if isinstance(model, bytes) else str(model)
    return onnxruntime.InferenceSession(given, options, providers=["CPUExecutionProvider"])
