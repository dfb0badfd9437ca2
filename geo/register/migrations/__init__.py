"""The way from one form of the tables to the next: a file for each, never changed afterwards."""
