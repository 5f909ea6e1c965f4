"""files -> documents -> passages -> vectors + terms -> index generation."""

import gc
import os

# ONNX Runtime reports to its makers how it is used, and keeps an id of the machine in the home,
# unless it is told not to before it is imported.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

# What is imported stays, and looking for garbage among it again and again takes a fifth of the
# time of a start.
gc.set_threshold(20_000)
