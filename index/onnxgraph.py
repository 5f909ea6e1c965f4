"""Graphs for ONNX Runtime. In: a graph. Out: it simplified, as files; a session that runs it.

What embeds and what reads (``service.reading``) are opened alike, because they share the cores.
"""

import os
from pathlib import Path

import onnxruntime

from index.exported import GRAPH, WEIGHTS

# It takes five times as long as an addition and a normalisation, one after the other.
_SLOWER = ["SkipLayerNormFusion"]
# Processors without VNNI add two products of 8 bits in 16, which overflows without a sign of it,
# unless matrices are of bytes without sign; ONNX Runtime changes them where it matters.
_EXACT = "session.x64quantprecision"
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


def open_session(model: Path | bytes) -> onnxruntime.InferenceSession:
    """A session of a simplified graph; each of its runs has the thread that calls, and several may
    go on at once. Its products of 8 bits are exact on every processor.

    Threads that share a run wait for each other after every product: on two cores a run of 192
    word pieces took three quarters of the time by two threads, and two at once no longer than one.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.add_session_config_entry(_EXACT, "1")
    # Memory of the longest texts is not kept for the rest of the process's life.
    options.enable_cpu_mem_arena = False
    options.enable_mem_pattern = False
    options.log_severity_level = _ERRORS
    return _session(model, options)


def _session(
    model: Path | bytes, options: onnxruntime.SessionOptions
) -> onnxruntime.InferenceSession:
    given = model if isinstance(model, bytes) else str(model)
    return onnxruntime.InferenceSession(
        given, options, providers=["CPUExecutionProvider"], disabled_optimizers=_SLOWER
    )


def cores() -> int:
    """How many runs at once use all that this process may use of the machine."""
    return len(os.sched_getaffinity(0))
