"""What reports share: escaping, times, translated texts and YAML."""
