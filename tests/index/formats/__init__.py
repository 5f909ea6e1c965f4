"""Tests of ``index.formats``."""
