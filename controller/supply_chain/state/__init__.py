"""The supply chain's state."""
