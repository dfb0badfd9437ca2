"""The public application: opens the public folder of a release and nothing else."""

from webmap.public.app import create_app

__all__ = ["create_app"]
