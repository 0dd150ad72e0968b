"""Markdown as other tools write it, turned into the Markdown that `flatten` reads. Lines stay on their lines, so that places stay right."""
