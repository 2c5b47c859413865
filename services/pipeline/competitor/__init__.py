"""Who else sells what we sell: a register, with the ways their names are spelt."""
