"""Mutation testing: do the tests notice small faults in the package?"""
