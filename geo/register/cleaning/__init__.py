"""Files that people hand in: what they are, and copies of them without what they say about people.

Everything that reads such a file runs in a process of its own (`apart`), with little memory, little
time and no right to write: a file made to break a reader breaks that process alone.
"""
