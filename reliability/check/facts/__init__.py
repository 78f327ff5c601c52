"""Facts from outside of the repository: passed in, and never looked up by a rule."""
