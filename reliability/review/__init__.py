"""What people read: reviews of pull requests, issues, and the gate."""
