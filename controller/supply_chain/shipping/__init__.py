"""Orders become parcels: packed into boxes, sorted, loaded into trailers, and sent to whoever delivers them."""
