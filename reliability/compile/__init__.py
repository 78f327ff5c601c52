"""Compilers from the catalog to resources of each tool; `compilers.py` lists them."""
