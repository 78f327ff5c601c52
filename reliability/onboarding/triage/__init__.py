"""Today's alerts and messages, sorted into alert, ticket and log, with counts and reasons."""
