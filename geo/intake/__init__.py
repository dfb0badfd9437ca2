"""Bytes in: snapshots, and a module for each format that people bring."""
