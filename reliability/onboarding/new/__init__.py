"""The first SLO of a service, from what a server counted."""
