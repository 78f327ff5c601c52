"""Findings that are waived or in the baseline, and what findings are about."""
