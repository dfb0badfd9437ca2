"""The questions: each a function of columns that returns a column of answers."""
