"""The web process as it is, but for the pools that it would warm: importing what draws takes seconds of every core."""

from videogen.web import server  # patches, so it comes first

# isort: split


def main() -> None:
    server._warm_up = lambda services: None
    server.WARM = False
    server.main()


if __name__ == "__main__":
    main()
