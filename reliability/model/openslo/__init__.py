"""The kinds of OpenSLO v1, as its reference validator has them."""
