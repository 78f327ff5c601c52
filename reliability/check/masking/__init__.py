"""Which parts of a text are secret, and which parts of a configuration reports may show."""
