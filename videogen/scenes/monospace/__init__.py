"""Text on a grid of equal cells: source code, terminal output, and diagrams made of characters."""
