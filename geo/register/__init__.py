"""What people tell us: sealed, consented, reviewed by a second person.

`approved` is the one way out.
"""
