"""The outcome of an import, and the choice of label names."""
