"""Products as leads knows them: the pipeline keeps what is sold."""
