"""The verbs of the command line that need no web."""
