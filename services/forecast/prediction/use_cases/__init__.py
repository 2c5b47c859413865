"""What is done about predictions. `reckon_prediction` is the worker's: it needs numpy, nothing else here does."""
