"""Runs rules over a catalog or single documents, in one process or several, and applies fixes."""
