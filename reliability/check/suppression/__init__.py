"""Waived and baselined findings, and the named locations that identify them."""
