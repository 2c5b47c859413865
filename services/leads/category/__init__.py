"""The catalogue of categories that leads are put into. It knows nothing of leads."""
