"""The control socket: how a running gateway on this machine is told to drop what it remembers."""
