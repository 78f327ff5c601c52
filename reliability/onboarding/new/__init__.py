"""The first SLO of a service, from the events that a server counted."""
