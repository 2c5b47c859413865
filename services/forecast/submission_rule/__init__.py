"""When the forecasts of a period are to be handed in, who is reminded, and when they are locked."""
