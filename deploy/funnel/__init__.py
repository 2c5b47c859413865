"""Prints the funnel of a folder of deals, as the running stack answers it."""
