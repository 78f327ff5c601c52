"""The reports of a triage: for a terminal, for a meeting, for programs."""
