"""What an import came to, for the people who asked for it."""
