"""Lookups that several rules share: names, burn rates, CODEOWNERS, channels, time zones."""
