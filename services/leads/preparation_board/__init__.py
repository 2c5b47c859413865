"""Open leads on their way to a deal, by how far they are prepared."""
