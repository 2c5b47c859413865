"""Who is asking: the credential that was shown, and what whoever holds it may do right now."""
