"""Pictures for README.md: drawn from what commands print, as SVG that needs no font and no host."""
