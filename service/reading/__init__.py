"""A small model that reads passages together with the question, and tells whether they answer."""

import os

# ONNX Runtime reports to its makers how it is used, and keeps an id of the machine in the home,
# unless it is told not to before it is imported; and it is imported from here alone.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
