"""Plans to scale, as SVG texts in millimetres."""
