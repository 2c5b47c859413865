"""Points by rules: how well a lead fits, how much it has to do with us. Apart from the probability."""
