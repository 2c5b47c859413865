"""The facts the services publish: one module per topic, one class per event type, full state in each."""
