"""SLOs -> the rules that Sloth v0.16 would generate of them, for `build --compatible sloth`."""
