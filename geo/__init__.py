"""Files in, releases out; knows nothing of the web."""
