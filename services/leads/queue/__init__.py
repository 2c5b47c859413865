"""Queues: where leads wait for somebody to claim them, and who may."""
