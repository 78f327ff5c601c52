"""The HTTP client: every response is limited in size and time, and read by a schema."""
