"""The figures that the annex prints besides the overlaps: vertices, dates, doubts."""
