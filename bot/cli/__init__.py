"""What the command line does; each function prints and returns the exit code."""
