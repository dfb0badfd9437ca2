"""The reserved annex: a short document for one forum, made of coded words and references alone.

It is handed its content (`geo.reserved`) and knows no register. Encrypting it, and whether it may
go out, is decided where it is asked for.
"""
