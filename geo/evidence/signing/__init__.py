"""Signatures and time stamps: how they are made, and whether they hold."""
