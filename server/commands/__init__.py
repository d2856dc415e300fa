"""What the command line can do, by what it is for. `server.cli` reads the arguments."""
