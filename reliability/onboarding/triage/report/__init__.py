"""What triage came to: for a terminal, for a meeting, for programs."""
