"""Reviews of pull requests: what a change does, who must approve it, and the comments."""
