"""Firing alerts -> notifications, as Prometheus and Alertmanager would have sent them.

sent.py is what Prometheus posts, dispatch.py the clock of Alertmanager's groups, group.py one of
them, told.py what its notification log makes of a flush, muting.py who is silent and why;
simulation.py is the way in. Pure: no clock but the one that is replayed.
"""
