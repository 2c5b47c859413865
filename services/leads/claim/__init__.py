"""Claims: members take leads out of queues, one winner each."""
