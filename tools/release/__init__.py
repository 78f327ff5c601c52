"""The steps of a release; each is a make target, and runs without any account."""
