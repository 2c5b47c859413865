"""What may go wrong with a deal, and who sees to it that it does not."""
