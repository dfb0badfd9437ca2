"""One build, one folder per tier: written whole, then only read."""
