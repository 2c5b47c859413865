"""How far deals get in their pipeline, stage by stage, and where they are lost."""
