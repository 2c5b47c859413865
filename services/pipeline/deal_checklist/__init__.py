"""What is done in the stage a deal is in, and whether the expected results came."""
