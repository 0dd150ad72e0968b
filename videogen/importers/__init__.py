"""Turns documents that people have into scripts in Markdown with their pictures.

May import `videogen.script`, `videogen.media` and what is below them. Runs in renderer processes only: no web process opens a stranger's
document, and an importer never runs what a document holds and never opens an address that it names.
"""
