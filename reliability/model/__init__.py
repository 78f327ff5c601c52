"""What people write: pydantic models only, no files, no network."""
