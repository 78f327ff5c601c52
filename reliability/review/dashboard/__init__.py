"""One issue that lists due reviews, burning budgets and waivers, with links."""
