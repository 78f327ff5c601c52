"""Go's text/template: what Go refuses to parse, and what fails when a template is expanded."""
