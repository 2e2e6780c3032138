"""The facts as immutable values. Nothing here reads a file, a clock, a database or the network."""
