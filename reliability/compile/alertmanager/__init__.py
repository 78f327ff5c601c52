"""Catalog -> one Alertmanager configuration: who is told, how loudly, and what silences what.

compiler.py puts it together: asked.py says which tiers people ask for, receivers.py (with slack.py
and pagerduty.py) who is reached in each, routes.py is the subtree of ours, inhibition.py what is
silenced, merge.py how all of it goes into a configuration that a team already has.
"""
