"""Whether a bundle is what it was, and whether its figures follow from what it encloses."""
