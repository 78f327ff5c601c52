"""PromQL: one parser, one tree, one selector, and what an expression shows by its text."""
