"""Where comments and issues live: pull requests and issues of GitHub, or of a local folder."""
