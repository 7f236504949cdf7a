"""`worker`: delivers notices, does the routine and loads batches until it is told to stop."""

import logging
import os
import signal
import threading

import click

from tracer import config
from tracer.delivery.worker import Worker


@click.command()
@click.option("--once", is_flag=True, help="Do what there is to do now, and stop.")
def worker(once: bool) -> None:
    """Deliver notices, do the routine and load the batches that wait."""
    logging.basicConfig(level=logging.INFO, format="worker: %(message)s")
    at_work, stop = Worker(config.read(os.environ)), threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        if once:
            while at_work.tick() or at_work.load():
                pass
        else:
            at_work.run(stop)
    finally:
        at_work.close()
