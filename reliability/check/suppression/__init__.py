"""What findings are waived or in the baseline, and what they are about."""
