"""Pixels: the canvas that layers are painted on, RGB and YUV surfaces, and the compositor that makes frames of them."""
