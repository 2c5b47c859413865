"""How a deal was negotiated and signed."""
