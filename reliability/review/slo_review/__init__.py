"""Review issues: one for each SLO on the date of its next review, with measurements."""
