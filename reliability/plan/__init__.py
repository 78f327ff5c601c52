"""What would change in a target: wanted, held, and the difference between them."""
