"""What is known from elsewhere than the repository: passed in, never looked up by a rule."""
