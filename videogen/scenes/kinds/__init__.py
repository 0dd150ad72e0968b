"""The kinds of scenes, one a file. Each can split a scene into parts that fit, and draw a scene that does."""
