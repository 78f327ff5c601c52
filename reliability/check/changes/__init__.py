"""What a change loosens or removes, and who has to approve it."""
