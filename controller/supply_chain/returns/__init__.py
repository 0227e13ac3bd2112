"""Returns: from the customer's request to the shelf or the bin."""
