"""The one HTTP client: every answer is bounded in size and time, and read by a schema."""
