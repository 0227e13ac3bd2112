"""Drive units as the tick sees them."""
