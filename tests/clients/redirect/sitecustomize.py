"""Loaded by Python before the importer: its requests to the account's host go to the desk, and none go elsewhere."""

import os
import socket

from requests.adapters import HTTPAdapter

ACCOUNT = f"https://{os.environ['DESK_HOST']}/"
DESK = f"{os.environ['DESK_URL']}/"

send_anywhere = HTTPAdapter.send
connect_anywhere = socket.socket.connect


def send(self, request, **options):
    if not request.url.startswith(ACCOUNT):
        raise RuntimeError(f"{request.url} is not of the account's host")
    # The same request is sent again after a failure; what is changed is a copy.
    request = request.copy()
    request.url = DESK + request.url[len(ACCOUNT):]
    options["proxies"] = {}
    return send_anywhere(self, request, **options)


def connect(self, address):
    if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] != "127.0.0.1":
        raise RuntimeError(f"a connection to {address} was refused")
    return connect_anywhere(self, address)


HTTPAdapter.send = send
socket.socket.connect = connect
