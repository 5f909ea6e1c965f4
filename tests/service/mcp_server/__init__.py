"""Tests of ``service.mcp_server``."""
