"""Reviews of pull requests: effects of a change, required approvals, and comments."""
