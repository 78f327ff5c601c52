"""What several rules look up: names, burn rates, CODEOWNERS, channels, time zones."""
