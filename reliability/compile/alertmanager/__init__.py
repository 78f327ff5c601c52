"""Catalog -> one Alertmanager configuration: who gets notified, how, and what silences what.

compiler.py puts it together: unreached.py says which alerts reach nobody, receivers.py (with
slack.py and pagerduty.py) who is reached in each tier, routes.py is our own subtree, merge.py how
all of it goes into a configuration that a team already has.
"""
