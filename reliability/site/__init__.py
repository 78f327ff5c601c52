"""Static pages: figures are gathered into page models, which templates turn into files."""
