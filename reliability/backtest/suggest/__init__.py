"""Candidate targets over the past of one objective: a sweep, a suggestion, a splice."""
