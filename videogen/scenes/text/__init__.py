"""Text in pictures: fonts, writing direction, line breaks, shaping, wrapping, and blocks of text ready to draw."""
