"""Oldest first: v0001, v0002, …"""
