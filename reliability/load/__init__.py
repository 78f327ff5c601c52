"""Files of a repository become a catalog of what they declare."""
