"""What overlaps what, by how much, since when, and how sure; pure functions of layers."""
