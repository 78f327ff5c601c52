"""Resolution of references in the catalog: objectives, SLIs, alerts and signals."""
