"""A greenlet that writes to a busy store while another ticks. Prints when there were twenty ticks, and when it has written."""

from gevent import monkey

monkey.patch_all()

import sys  # noqa: E402
from pathlib import Path  # noqa: E402

import gevent  # noqa: E402

from models import task  # noqa: E402
from models.database import Store  # noqa: E402


def write(store: Store) -> None:
    task.submit(store, source="# A", format="markdown")
    print("written", flush=True)


def main() -> None:
    store = Store(Path(sys.argv[1]))
    writer = gevent.spawn(write, store)
    for _ in range(20):
        gevent.sleep(0.01)
    assert not writer.ready()
    print("ticked 20 times meanwhile", flush=True)
    writer.join()


if __name__ == "__main__":
    main()
