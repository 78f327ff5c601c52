"""Issues of what ticket-tier signals did, one for each group."""
