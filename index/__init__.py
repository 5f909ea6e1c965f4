"""files -> documents -> passages -> vectors + terms -> index generation."""

import os

# ONNX Runtime reports to its makers how it is used, and keeps an id of the machine in the home,
# unless it is told not to before it is imported.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
