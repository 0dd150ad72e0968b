"""Fuzz everything that reads a stranger's bytes, guided by coverage: `make fuzz-readers`. It needs the extra `fuzz` (62 MB; Linux)."""
