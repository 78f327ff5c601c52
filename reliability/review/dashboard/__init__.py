"""One issue that lists what is due, burning and waived, with links."""
