"""Page models: what each page shows, as values without a language."""
