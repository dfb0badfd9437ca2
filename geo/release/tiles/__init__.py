"""A public release as vector tiles: what the map draws. For display, never for measuring."""
