"""The crash loop: everything is killed, again and again, while clients follow, submit, cancel, retry and delete. `make torture`."""
