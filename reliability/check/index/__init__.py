"""What a catalog declares, indexed by what rules ask for."""
