"""Loading of a repository's files into a catalog of what they declare."""
