"""What can be asked about the gap."""
