"""The annex: sections of plain blocks in one language, and how they are set as a PDF."""
