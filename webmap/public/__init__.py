"""The public application: opens the public folder of a release and nothing else."""
