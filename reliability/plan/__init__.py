"""Plan of a sync target: the difference between the desired and the actual objects."""
