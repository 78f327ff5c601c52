"""The first ten minutes: what a repository begins with, and the first promise of a service."""
