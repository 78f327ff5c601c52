"""Compiler of the rules that Sloth v0.16 would generate, for `build --compatible sloth`."""
