"""Partners as leads knows them: organisations that sell for us, kept by the gateway with their keys."""
