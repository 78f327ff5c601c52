"""Catalog -> resources: what each tool will be given; `compilers.py` has the one list."""
