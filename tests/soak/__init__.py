"""A server that works for a long time: video after video while people watch, and nothing of it grows. `make soak`."""
