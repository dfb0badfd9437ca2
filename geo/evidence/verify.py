"""Is a bundle what it was, and do its figures follow from what it encloses? Offline."""
