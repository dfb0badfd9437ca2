"""The public site as files: for any web server, and as a folder that opens without one."""
