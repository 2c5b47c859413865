"""What may be asked of demand."""
