"""Notifications that Prometheus and Alertmanager would have sent for firing alerts.

Start with `simulate` in simulation.py. posts.py has what Prometheus posts, dispatch.py the event
loop, group.py one alert group, notification_log.py whether a flush notifies, muting.py silences
and inhibitions, inhibition.py which source inhibits. Pure: the only clock is the replayed one.
"""
