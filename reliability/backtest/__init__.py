"""History and alerts -> what would have happened to people."""
