"""What a repository begins with, in an empty folder or beside what a team has."""
