"""A view of the map as a printed sheet: A4 or A3, to scale."""
