"""What happens to the times of deals."""
