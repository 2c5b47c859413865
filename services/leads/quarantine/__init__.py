"""The quarantine: what came in by any door and cannot be used is corrected, let in or discarded."""
