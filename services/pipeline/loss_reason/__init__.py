"""Why deals are lost or won: the reasons an organisation tells apart."""
