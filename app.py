#!/usr/bin/env python3
"""Entry point: `create_app()` for a WSGI server, and the command line when run as a program."""

from videogen.web import create_app

__all__ = ["create_app"]

if __name__ == "__main__":
    from videogen.cli import main

    main()
