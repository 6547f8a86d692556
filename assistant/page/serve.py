"""Starts the page: up first, the collection opened behind it, the address said in plain words.

Knows: ports, the public link, the order of starting. Does not know what the page shows or how the assistant
is built: it is handed `build`.
"""

from __future__ import annotations

import logging
import socket
import sys
import threading
import time
from typing import Any

from assistant.errors import SettingsError
from assistant.page.asking import Asking
from assistant.page.desk import Desk
from assistant.page.endpoints import Endpoints
from assistant.page.holder import Builder, Opening
from assistant.page.layout import launch_settings, page
from assistant.settings import Settings

PORTS_TRIED = 40
MAP_AFTER_S = 20
_log = logging.getLogger(__name__)


def serve(settings: Settings, build: Builder, *, block: bool = True) -> tuple[Any, str]:
    """Open the page; returns the Gradio app and its address, at once when `block` is off.

    Raises:
        SettingsError: no port is free, or the host is not an address of this machine.
    """
    opening = Opening()
    desk = Desk(opening, settings.index)
    app = page(Asking(opening), desk, Endpoints(opening))
    port = free_port(settings.host, settings.port)
    opener = threading.Thread(target=_open, args=(opening, build, desk), name="opening", daemon=True)
    if settings.share:
        # The link may take half a minute behind a firewall; the collection is open by then.
        opener.start()
    _, local, public = app.launch(
        server_name=settings.host,
        server_port=port,
        share=settings.share,
        prevent_thread_lock=True,
        **launch_settings(),
    )
    _say(_address_words(settings, local, port))
    if settings.share:
        _say(_share_words(public))
    if not opener.is_alive():
        opener.start()
    if not block:
        return app, local
    try:
        app.block_thread()
    finally:
        opening.close()
    return app, local


def _open(opening: Opening, build: Builder, desk: Desk) -> None:
    problem = opening.open(build)
    _say(f"The papers could not be opened. {problem}" if problem else _ready_words(opening))
    if not problem:
        # Drawing takes seconds of work, once per collection: the first questions go before it.
        time.sleep(0 if desk.has_map else MAP_AFTER_S)
        desk.atlas({})


def _ready_words(opening: Opening) -> str:
    assistant = opening.need()
    writer = f"answers by {assistant.model_name}" if assistant.model_name else "no model connected"
    return f"{len(assistant.papers())} papers are open; {writer}."


def _address_words(settings: Settings, local: str, port: int) -> str:
    moved = f" (port {settings.port} is taken)" if port != settings.port else ""
    return f"Papers Assistant: {local}{moved}"


def _share_words(public: str | None) -> str:
    if public:
        return f"Public link, open to anyone who has it, for up to a week: {public}"
    return (
        "No public link: Gradio's link service could not be reached from this machine. The page works at the "
        "address above. Try again when the internet is reachable, or put the page behind your own server."
    )


def free_port(host: str, first: int) -> int:
    """The first free port from `first` on.

    Raises:
        SettingsError: none of the next ones is free, or `host` is not an address of this machine.
    """
    for port in range(first, min(first + PORTS_TRIED, 65536)):
        try:
            with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((host, port))
                return port
        except socket.gaierror as error:
            raise SettingsError(f"HOST {host!r} is not an address of this machine. Try 127.0.0.1.") from error
        except OSError as error:
            _log.debug("port %s: %s", port, error)
    raise SettingsError(
        f"No port from {first} to {first + PORTS_TRIED - 1} is free at {host}. Set PAPERS_ASSISTANT_PORT."
    )


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()
