"""The map and its pages, over a release."""
