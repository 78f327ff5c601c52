"""The past of SLIs, counted by the minute: made, pulled or imported, and kept."""
