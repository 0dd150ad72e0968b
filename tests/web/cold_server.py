"""The web process as it is, but for the maker that it would warm: importing what draws takes seconds of every core."""

from videogen.web import server  # patches, so it comes first

# isort: split
from videogen.web.studio import Studio


def main() -> None:
    Studio.warm_up = lambda self: None  # type: ignore[method-assign]
    server.main()


if __name__ == "__main__":
    main()
