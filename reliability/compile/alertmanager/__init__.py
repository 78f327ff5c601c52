"""Compiler of the Alertmanager configuration: routes, receivers and inhibition rules.

compiler.py combines the parts: unreached.py finds alerts that reach no one, receivers.py (with
slack.py and pagerduty.py) builds a receiver per team and tier, routes.py builds the generated
subtree of routes, and merge.py adds it to a configuration that a team already has.
"""
