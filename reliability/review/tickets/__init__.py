"""Issues about alerts of the ticket tier, one for each group."""
