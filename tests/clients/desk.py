"""The simulated Gorgias as these scripts see it: the program, its back door, and the log of what it was asked."""

import base64
import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter

TICKETS = 350
TOO_MANY = {"too_many_requests": {"retry_after_s": 1}}
BAD_GATEWAY = {"bad_gateway": {"after_effect": False}}
BAD_GATEWAY_AFTER_EFFECT = {"bad_gateway": {"after_effect": True}}

# This machine's own address needs no proxy, whatever the environment says.
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Desk:
    """A desk with its tickets. Runs until the end of a `with`."""

    def __init__(self, polus, seed):
        command = [polus, "gorgias-sim", "--port", "0", "--json", "--tickets", str(TICKETS), "--seed", str(seed)]
        self.program = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        told = ""
        for line in self.program.stdout:
            told += line
            if line == "}\n":
                break
        if not told.endswith("}\n"):
            sys.exit(f"{polus} gorgias-sim did not start")
        cast = json.loads(told)
        self.url, self.domain, self.tickets = cast["base_url"], cast["domain"], cast["tickets"]
        self.email, self.api_key, self.team = cast["email"], cast["api_key"], cast["handoff_team_id"]
        # What these scripts ask over the API, they ask as somebody else than the client.
        self.agent_email = f"ana@{self.domain}.example"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.program.terminate()
        self.program.wait()

    def redirection(self):
        """The environment of a client that is to find this desk under the account's address."""
        return {"DESK_URL": self.url, "DESK_HOST": f"{self.domain}.gorgias.com"}

    def act(self, name, **body):
        return self._ask("POST", f"/_desk/{name}", body)

    def plan(self, method, path, *faults):
        """The next calls that fit meet these faults, one each."""
        calls = [{"call": {"method": method, "path": path, "fault": fault}} for fault in faults]
        self.act("faults", plan=calls)

    def ticket(self, number):
        return self._ask("GET", f"/_desk/tickets/{number}")

    def call(self, method, path, body=None):
        """A call of the API as the agent."""
        pair = f"{self.agent_email}:key-of-{self.agent_email}"
        return self._ask(method, path, body, f"Basic {base64.b64encode(pair.encode()).decode()}")

    def requests(self):
        """What the client asked, oldest first."""
        asked = self._ask("GET", "/_desk/requests?limit=100000")["requests"]
        return [one for one in asked if one["key"] != self.agent_email]

    def _ask(self, method, path, body=None, authorization=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, {"Content-Type": "application/json"}, method=method)
        if authorization:
            request.add_header("Authorization", authorization)
        try:
            with opener.open(request) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refusal:
            sys.exit(f"the desk refused {method} {path}: {refusal.code} {refusal.read().decode()}")


def check_requests(desk, statuses):
    """Holds the log against what a client may do; returns how often each status was given.

    `statuses` are those the client may have met. Everybody must wait after a 429 as long as it says, which is a second
    in every one of these runs, and nobody may give up on one.
    """
    asked = desk.requests()
    expect("the keys that asked", {one["key"] for one in asked}, {desk.email})
    met = Counter(one["status"] for one in asked)
    expect("statuses that were not to be met", sorted(set(met) - set(statuses)), [])
    for index, refused in enumerate(asked):
        if refused["status"] == 429:
            again = [one for one in asked[index + 1:] if same_call(one, refused)]
            expect(f"{refused['path']} was asked again after a 429", bool(again), True)
            waited_ms = again[0]["at_ms"] - refused["at_ms"]
            expect(f"{waited_ms} ms after a 429 are a second", waited_ms >= 1000, True)
    return met


def same_call(one, other):
    return all(one[part] == other[part] for part in ("method", "path", "query"))


def expect(what, got, wanted):
    if got != wanted:
        sys.exit(f"{what}:\n  wanted {wanted!r}\n  got    {got!r}")


def report(client, started, met, words):
    counted = ", ".join(f"{count} x {status}" for status, count in sorted(met.items()))
    print(f"{client}: {words}; {sum(met.values())} calls ({counted}), {time.monotonic() - started:.0f} s")
