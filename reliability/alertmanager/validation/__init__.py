"""What Alertmanager refuses of a configuration, key by key."""
