"""What pipelines and people are told of a budget: the gate, and the table of every promise."""
