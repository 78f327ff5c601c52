"""What makes a noise today, sorted into alert, ticket and log, with counts and reasons."""
