"""The one organisation of a deployment: its calendar, its currency, its exchange rates."""
