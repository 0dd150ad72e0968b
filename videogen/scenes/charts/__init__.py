"""Charts: axes, ticks, bars, lines and donuts, laid out around their labels and drawn by matplotlib."""
