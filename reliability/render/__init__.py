"""Formatting that all reports share: escaping, numbers, times, translated texts and YAML."""
