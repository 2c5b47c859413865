"""What a period may bring, from the average pipeline of each individual and the market's growth."""
