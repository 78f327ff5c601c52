"""The forge that is GitHub, by PyGithub."""
