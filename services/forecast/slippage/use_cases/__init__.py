"""What can be asked of slippage."""
