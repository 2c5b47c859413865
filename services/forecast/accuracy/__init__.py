"""How right forecasts were: of finished periods, by method, and by how long before the end they were made."""
