"""Pydantic models of the documents that people write, without file or network access."""
