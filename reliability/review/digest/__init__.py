"""One issue for each period, for the retrospective: what fired, and error budgets."""
