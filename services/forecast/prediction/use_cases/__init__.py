"""What is done about predictions. Only `reckon_prediction`, which is the worker's, needs numpy."""
