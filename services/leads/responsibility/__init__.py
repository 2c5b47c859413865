"""Responsibilities: what a seller is there for, by what ability, from when until when."""
