"""Compilation of services and teams into PagerDuty's services and their event rules."""
