"""Gateway: who may do what, and the one front."""
