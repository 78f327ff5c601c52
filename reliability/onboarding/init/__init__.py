"""The files of a new repository, in an empty folder or in an existing repository."""
