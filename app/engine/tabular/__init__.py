"""Records in files: CSV, JSON, JSON lines and plain TinyDB, read and written."""
