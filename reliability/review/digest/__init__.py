"""One issue a period for the retrospective: what made a noise, and what it was worth."""
