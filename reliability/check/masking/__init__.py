"""What of a text is a secret, and what of a configuration a report may show."""
