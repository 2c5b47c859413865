"""How fresh the ledgers are that every figure is made of."""
