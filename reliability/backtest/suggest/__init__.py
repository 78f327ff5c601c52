"""Candidate targets over the history of an objective: sweep, suggestion, and edit of the file."""
