"""Comments and issues on a forge: on GitHub, or in a local folder."""
