"""What can be done with approvals."""
