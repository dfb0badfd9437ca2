"""A file for each noun; one definition for each column."""
