"""Serves the page's application (`page.py`) and asks it, as its users would."""

import json
import threading
import time

import requests
import uvicorn

from page import app

server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
thread = threading.Thread(target=server.run)
thread.start()
began = time.monotonic()
while not server.started:
    assert thread.is_alive() and time.monotonic() - began < 60, "it starts"
    time.sleep(0.05)
port = server.servers[0].sockets[0].getsockname()[1]
print(json.dumps(requests.get(f"http://127.0.0.1:{port}/").json()))
server.should_exit = True
thread.join()
