"""`python -m videogen`: the command line."""

from videogen.cli import main

if __name__ == "__main__":
    main(prog_name="videogen")
