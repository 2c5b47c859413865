"""Why deals of a period were lost or won: counted and valued, reason by reason."""
