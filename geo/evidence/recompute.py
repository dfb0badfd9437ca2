"""The overlaps once more, from the features that a bundle encloses, through the pipeline."""
