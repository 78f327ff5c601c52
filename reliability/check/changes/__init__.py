"""What a change loosens or takes away, and who has to approve it."""
