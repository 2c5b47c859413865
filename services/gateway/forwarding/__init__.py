"""Whatever a service publishes is reachable at the front: built from the committed HTTP contracts."""
