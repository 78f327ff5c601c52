"""The forge that is a folder: the same comments and issues, as Markdown that people read."""
