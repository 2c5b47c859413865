"""The deals of a pipeline as cards in columns, in the order people put them."""
